"""One live room: who comes in gets all, who writes is read, and a freeze is in force at once."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError

from realtime import document
from realtime.actions import write_turns
from realtime.hub import Hub
from realtime.models import Participant
from realtime.protocol import Close
from tests.realtime.hub.orders import by_lead, rows_of
from tests.realtime.scripted import enter, until

pytestmark = pytest.mark.usefixtures("each_way")


async def test_two_people_write_and_read_the_same(hub: Hub, amal: Participant, gianni: Participant) -> None:
    one, two = await enter(amal), await enter(gianni)
    one.paragraph("from Amal")
    two.paragraph("from Gianni 😀")
    await until(lambda: len(list(one.text.children)) == 2 == len(list(two.text.children)))
    assert str(one.text) == str(two.text)
    await until(lambda: one.saved == one.sent and two.saved == two.sent)
    said = document.read(await sync_to_async(rows_of)(amal.room))
    assert len(said.content["content"]) == 2


async def test_the_first_one_in_a_cold_room_gets_the_whole_text(
    hub: Hub, amal: Participant, gianni: Participant
) -> None:
    await sync_to_async(write_turns)(room=amal.room, turns=[(amal.person, "paragraph", "Written before anyone came")])
    wires = await asyncio.gather(*[enter(who) for who in (amal, gianni, amal, gianni)])
    assert all("Written before anyone came" in str(wire.text) for wire in wires)


async def test_a_freeze_is_in_force_at_once_and_what_was_held_back_comes_after(
    hub: Hub, amal: Participant, gianni: Participant
) -> None:
    one, two = await enter(amal), await enter(gianni)
    await by_lead(amal.room, "moderation", "freeze", reason="We look at it together.")
    await until(lambda: one.denied != [])
    assert one.denied[-1] == "We look at it together."
    one.paragraph("too early")
    await asyncio.sleep(0.3)
    assert "too early" not in str(two.text)
    assert one.saved < one.sent
    await by_lead(amal.room, "moderation", "unfreeze")
    await until(lambda: "too early" in str(two.text))
    await until(lambda: one.saved == one.sent)


async def test_a_room_that_cannot_be_read_is_never_an_empty_text(
    hub: Hub, amal: Participant, gianni: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sync_to_async(write_turns)(room=amal.room, turns=[(amal.person, "paragraph", "Written yesterday")])

    def away(room: object) -> None:
        raise OperationalError("the database is away")

    with monkeypatch.context() as broken:
        broken.setattr("realtime.store.load", away)
        wires = await asyncio.gather(*[enter(who) for who in (amal, gianni) * 5])
    assert {(wire.code, wire.synced, str(wire.text)) for wire in wires} == {(Close.LATER, False, "")}
    assert amal.room_id not in hub.rooms
    again = await enter(amal)  # whoever comes later gets what is there
    assert "Written yesterday" in str(again.text)


async def test_a_room_that_cannot_be_read_again_sends_everyone_away_for_a_moment(
    hub: Hub, amal: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await enter(amal)
    one.paragraph("kept")
    await until(lambda: one.saved == one.sent)

    def away(room: object) -> None:
        raise OperationalError("the database is away")

    with monkeypatch.context() as broken:
        broken.setattr("realtime.store.load", away)
        hub.rooms[amal.room_id].intake.restart([])
        await until(lambda: one.code is not None)
    assert one.code == Close.LATER
    again = await enter(amal)
    assert "kept" in str(again.text)
