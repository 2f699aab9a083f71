"""Nothing is told before it is stored; who comes too late takes the others' words first."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.db import DatabaseError

from backend.merging import merge_guest
from realtime import document, store
from realtime.actions import post_passage
from realtime.hub import Hub
from realtime.models import Participant
from realtime.protocol import Close
from tests.factories import make_person
from tests.realtime.factories import join, make_room
from tests.realtime.hub.orders import rows_of, store_elsewhere
from tests.realtime.scripted import enter, until

pytestmark = pytest.mark.usefixtures("each_way")


async def test_nothing_is_told_or_called_saved_that_could_not_be_stored(
    hub: Hub, amal: Participant, gianni: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = await enter(amal), await enter(gianni)
    one.paragraph("kept")
    await until(lambda: "kept" in str(two.text) and one.saved == one.sent)
    saved = one.saved

    def full(*args: object) -> None:
        raise DatabaseError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr("realtime.store.rows._insert", full)
        one.paragraph("lost")
        await until(lambda: one.code is not None)
    assert one.code == Close.CANNOT_SAVE
    assert one.saved == saved
    await asyncio.sleep(0.1)
    assert "lost" not in str(two.text)
    two.paragraph("going on")
    await until(lambda: two.saved == two.sent)
    again = await enter(amal)
    assert "going on" in str(again.text)
    assert "lost" not in str(again.text)


async def test_a_batch_that_comes_too_late_takes_the_others_words_first(
    hub: Hub, amal: Participant, gianni: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await enter(amal)
    monkeypatch.setattr("realtime.broadcast._local", [])
    for number in range(4):
        await sync_to_async(post_passage)(room=amal.room, by=gianni.person, text=f"elsewhere {number}")
        one.paragraph(f"here {number}")
        await until(lambda: one.saved == one.sent)
    await until(lambda: "elsewhere 3" in str(one.text))
    said = document.read(await sync_to_async(rows_of)(amal.room))
    assert len(said.content["content"]) == 8


async def went_on_elsewhere(hub: Hub, guest: Participant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody wrote here as a guest, and goes on as an account on a line of another process; nothing tells of it yet."""

    async def looks_away() -> None: ...

    wire = await enter(guest, client=71)
    wire.paragraph("as a guest")
    await until(lambda: wire.saved == wire.sent)
    await wire.close()
    monkeypatch.setattr("realtime.broadcast._local", [])
    monkeypatch.setattr(hub, "_poll", looks_away)
    before, wire._applying = wire.doc.get_state(), True
    wire.paragraph("as an account")
    account = await sync_to_async(make_person)("Amal B.")
    await sync_to_async(merge_guest)(guest=guest.person, into=account, by=account)
    stored = await sync_to_async(store_elsewhere)(guest, account, wire.doc.get_update(before))
    assert isinstance(stored, store.Stored)


async def test_who_types_first_after_a_guest_took_an_account_elsewhere_hears_their_words_and_so_does_everyone(
    hub: Hub, amal: Participant, gianni: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, reader = await enter(gianni), await enter(await sync_to_async(join)(amal.room, "Bo"))
    loaded = hub.rooms[amal.room_id].intake.text
    await went_on_elsewhere(hub, amal, monkeypatch)
    one.paragraph("typed here")
    await until(lambda: one.saved == one.sent)
    await until(lambda: "as an account" in str(one.text) and "as an account" in str(reader.text))
    await until(lambda: "typed here" in str(reader.text))
    assert hub.rooms[amal.room_id].intake.text is loaded, "rights first, and nothing has to be read anew"


async def test_words_that_could_be_taken_only_in_part_are_told_once_the_room_was_read_anew(
    hub: Hub, amal: Participant, gianni: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are looked for before anybody asks for the rights: whose client that is, is known wrongly here."""
    reader = await enter(gianni)
    await went_on_elsewhere(hub, amal, monkeypatch)
    await hub.rooms[amal.room_id].intake.catch_up()
    await until(lambda: "as an account" in str(reader.text))
    assert reader.code is None


async def test_after_a_fault_in_a_room_everyone_there_reads_it_anew_and_other_rooms_go_on(
    hub: Hub, amal: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, elsewhere = await enter(amal), await enter(await sync_to_async(lambda: join(make_room()))())
    broken = hub.rooms[amal.room_id].intake

    def fails(*args: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(broken, "_stored", fails)
    one.paragraph("stored, and not told")
    await until(lambda: one.code is not None)
    assert one.code == Close.LATER
    elsewhere.paragraph("undisturbed")
    await until(lambda: elsewhere.saved == elsewhere.sent)
    again = await enter(amal)
    assert "stored, and not told" in str(again.text)
    again.paragraph("going on")
    await until(lambda: again.saved == again.sent)


async def test_the_text_goes_out_whatever_is_wrong_with_who_is_where(
    hub: Hub, amal: Participant, gianni: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = await enter(amal), await enter(gianni)

    def fails() -> None:
        raise RecursionError

    monkeypatch.setattr(hub.rooms[amal.room_id], "presence_along", fails)
    one.paragraph("told all the same")
    await until(lambda: "told all the same" in str(two.text) and one.saved == one.sent)
