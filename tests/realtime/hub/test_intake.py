"""Nothing is told before it is stored; who comes too late takes the others' words first."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.db import DatabaseError

from realtime import document
from realtime.actions import post_passage
from realtime.hub import Hub
from realtime.models import Participant
from realtime.protocol import Close
from tests.realtime.factories import join, make_room
from tests.realtime.hub.orders import rows_of
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
