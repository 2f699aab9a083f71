"""A row that a disk has damaged: the room opens without it, and whoever holds its words brings them again."""

from typing import Any

from asgiref.sync import sync_to_async

from realtime import store
from realtime.hub import Hub
from realtime.models import Participant, Update
from realtime.permissions import ticket_for
from tests.realtime.factories import damage, join, make_room
from tests.realtime.scripted import Wire, enter, until

WORDS = ("first", "second", "third")


def holding(who: Participant, doc: Any) -> Wire:
    """Somebody who comes with what their device holds."""
    wire = Wire(who.room_id, ticket_for(who))
    wire._applying = True  # what a browser holds from before is no edit
    wire.doc.apply_update(doc.get_update())
    wire._applying = False
    return wire


async def written(hub: Hub, settings: Any) -> tuple[Participant, Wire]:
    """A room in which Amal wrote three paragraphs; the second row is damaged then."""
    settings.ROOMS_FREED_AFTER = 0.1
    amal = await sync_to_async(lambda: join(make_room()))()
    one = await enter(amal)
    for words in WORDS:
        one.paragraph(words)
        await until(lambda: one.saved == one.sent)
    await one.close()
    await left(hub, amal)
    await sync_to_async(damage)(amal.room, 2, b"\xff")
    return amal, one


async def left(hub: Hub, who: Participant) -> None:
    await until(lambda: who.room_id not in hub.rooms, patience=4)


async def test_words_of_a_damaged_row_come_again_from_who_wrote_them(hub: Hub, settings: Any) -> None:
    amal, one = await written(hub, settings)
    gianni = await sync_to_async(join)(amal.room, "Gianni")
    two = await enter(gianni)
    assert "first" in str(two.text)
    assert "third" not in str(two.text)
    again = holding(amal, one.doc)
    await again.open()
    await until(lambda: "third" in str(two.text) and again.saved == again.sent)
    assert again.code is None


async def test_they_come_again_from_anybody_who_holds_them(hub: Hub, settings: Any) -> None:
    amal, one = await written(hub, settings)
    gianni = await sync_to_async(join)(amal.room, "Gianni")
    reader = await enter(gianni)
    assert "second" not in str(reader.text)
    bo = await sync_to_async(join)(amal.room, "Bo")
    helper = holding(bo, one.doc)
    await helper.open()
    await until(lambda: "third" in str(reader.text) and "second" in str(reader.text))
    await until(lambda: helper.saved == helper.sent)
    helper.paragraph("by Bo")
    await until(lambda: "by Bo" in str(reader.text) and helper.saved == helper.sent)
    assert helper.code is None
    rows = await sync_to_async(lambda: list(Update.objects.filter(room=amal.room_id).order_by("number")))()
    assert [row.participant_id for row in rows] == [amal.pk] * 4 + [bo.pk], "it stays Amal's"
    for wire in (reader, helper):
        await wire.close()
    await left(hub, amal)
    newcomer = await enter(gianni)
    assert [word for word in (*WORDS, "by Bo") if word in str(newcomer.text)] == [*WORDS, "by Bo"]
    assert await sync_to_async(store.snapshot)(amal.room_id), "the log may be cached again"
    found = await sync_to_async(store.verify)(amal.room_id)
    assert found.faults == []
    assert found.again == [2]


async def test_other_words_in_their_place_are_not_taken_and_who_is_honest_is_let_be(hub: Hub, settings: Any) -> None:
    amal, one = await written(hub, settings)
    bo = await sync_to_async(join)(amal.room, "Bo")
    forged = Wire(amal.room_id, ticket_for(bo))
    forged._applying = True
    held = one.doc.get_update().replace(b"second", b"sneaky")
    forged.doc.apply_update(held)
    forged._applying = False
    await forged.open()
    reader = await enter(await sync_to_async(join)(amal.room, "Gianni"))
    forged.paragraph("by Bo")
    reader.paragraph("by Gianni")
    await until(lambda: reader.saved == reader.sent)
    assert "sneaky" not in str(reader.text)
    assert forged.code is None
    honest = holding(amal, one.doc)
    await honest.open()
    await until(lambda: "second" in str(reader.text) and "third" in str(reader.text))
    assert "sneaky" not in str(reader.text)
    assert await sync_to_async(lambda: b"sneaky" not in b"".join(map(bytes, all_rows(amal))))()


def all_rows(who: Participant) -> Any:
    return Update.objects.filter(room=who.room_id).values_list("data", flat=True)
