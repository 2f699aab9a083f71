"""A row that a disk has damaged: the room opens without it, and who wrote the words brings them again."""

from typing import Any

from asgiref.sync import sync_to_async

from realtime.hub import Hub
from realtime.permissions import ticket_for
from tests.realtime.factories import damage, join, make_room
from tests.realtime.scripted import Wire, enter, until


async def test_words_of_a_damaged_row_come_again_from_who_wrote_them(hub: Hub, settings: Any) -> None:
    settings.ROOMS_FREED_AFTER = 0.1
    amal = await sync_to_async(lambda: join(make_room()))()
    gianni = await sync_to_async(join)(amal.room, "Gianni")
    one = await enter(amal)
    for words in ("first", "second", "third"):
        one.paragraph(words)
        await until(lambda: one.saved == one.sent)
    await one.close()
    await until(lambda: amal.room_id not in hub.rooms, patience=4)
    await sync_to_async(damage)(amal.room, 2, b"\xff")
    two = await enter(gianni)
    assert "first" in str(two.text)
    assert "third" not in str(two.text)
    again = Wire(amal.room_id, ticket_for(amal))
    again._applying = True  # what a browser holds from before is no edit
    again.doc.apply_update(one.doc.get_update())
    again._applying = False
    await again.open()
    await until(lambda: "third" in str(two.text) and again.saved == again.sent)
    assert again.code is None
