"""What tools say: together for those who come together, never too often, and once more where it could not be read."""

from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError

from realtime import tools
from realtime.hub import Hub, reading
from realtime.models import Participant
from tests.realtime.hub.orders import by_lead
from tests.realtime.scripted import Wire, enter, until

pytestmark = pytest.mark.usefixtures("each_way")


def everything(wire: Wire) -> bool:
    return set(wire.states) == set(tools.TOOLS)


def failing(monkeypatch: pytest.MonkeyPatch, looks: int) -> list[list[str] | None]:
    """The next `looks` at the tools fail; what each of them was for."""
    failed: list[list[str] | None] = []
    snapshots = reading.snapshots

    def away(*asked: Any) -> Any:
        if len(failed) < looks:
            failed.append(asked[1])
            raise OperationalError("the database is away for a moment")
        return snapshots(*asked)

    monkeypatch.setattr(reading, "snapshots", away)
    return failed


async def test_many_who_come_one_after_the_other_read_the_text_first_and_the_tools_together(
    hub: Hub, amal: Participant, gianni: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading all tools for each of them would hold up the text of the next."""
    looks: list[int] = []

    def counted(room: UUID, names: list[str], participants: list[UUID]) -> Any:
        looks.append(len(participants))
        return snapshots(room, names, participants)

    snapshots = reading.snapshots
    monkeypatch.setattr(reading, "snapshots", counted)
    monkeypatch.setattr("realtime.hub.telling.RESTS", 1_000)
    monkeypatch.setattr("realtime.hub.telling.RESTS_MOST", 2)
    monkeypatch.setattr("realtime.hub.telling.DOOR", 60)
    first = await enter(amal)
    await until(lambda: set(first.states) == set(tools.TOOLS))
    rest = [await enter(who) for who in (gianni, amal, gianni)]
    await until(lambda: all(set(wire.states) == set(tools.TOOLS) for wire in rest))
    assert looks == [1, 2]


async def test_a_rest_after_much_was_told_is_not_cut_short_by_a_telling_of_nothing(hub: Hub, amal: Participant) -> None:
    wire = await enter(amal)
    await until(lambda: set(wire.states) == set(tools.TOOLS))
    telling = hub.rooms[amal.room_id].telling
    rests_until = telling._rested = hub.loop.time() + 60
    await telling._tell_all()
    assert telling._rested == rests_until


async def test_who_comes_in_while_the_tools_cannot_be_read_gets_them_a_moment_later(
    hub: Hub, amal: Participant, gianni: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("realtime.hub.telling.PAUSE_MOST", 0.01)
    one = await enter(amal)
    await until(lambda: everything(one) and not hub.rooms[amal.room_id].telling.busy)
    hub.rooms[amal.room_id].telling._pause = 0.01
    failed = failing(monkeypatch, 3)
    two = await enter(gianni)
    await until(lambda: everything(two))
    assert failed == [None] * 3


async def test_what_a_tool_says_while_it_cannot_be_read_is_told_a_moment_later(
    hub: Hub, amal: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither is the hint that told of it said again, nor does the look of each second tell what is on its way."""
    one = await enter(amal)
    telling = hub.rooms[amal.room_id].telling
    await until(lambda: everything(one) and not telling.busy)
    telling._pause = 0.01
    failed = failing(monkeypatch, 1)
    await by_lead(amal.room, "moderation", "lock", reason="Only the scribes now.")
    await until(lambda: one.states["moderation"]["locked"] and not telling.busy)
    assert len(failed) == 1


async def test_a_database_that_is_away_is_asked_more_and_more_rarely_and_for_nobody_not_at_all(
    hub: Hub, amal: Participant
) -> None:
    one = await enter(amal)
    telling = hub.rooms[amal.room_id].telling
    await until(lambda: everything(one) and not telling.busy)
    pauses, began = [], hub.loop.time()
    for _ in range(5):
        pauses.append(telling._pause)
        telling._put_back([], {"agenda"})
        assert telling._rested >= began + pauses[-1]
    assert pauses == [1, 2, 4, 8, 8]
    assert telling.busy
    telling.room.sockets.clear()
    telling._put_back([], {"agenda"})
    assert not telling.busy
    assert telling._timer is None
