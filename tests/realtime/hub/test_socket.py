"""A line that cannot fill memory, and what one connection may ask for."""

import pytest

from realtime import tools
from realtime.hub import Hub
from realtime.hub.socket import HARD, PATIENCE, SOFT, Allowance
from realtime.models import Participant
from realtime.protocol import Close
from tests.realtime.scripted import enter, until

pytestmark = pytest.mark.usefixtures("each_way")


async def test_a_reader_who_stops_reading_costs_nothing_and_catches_up_in_a_few_pieces(
    hub: Hub, amal: Participant, gianni: Participant
) -> None:
    one, slow = await enter(amal), await enter(gianni)
    await until(lambda: set(slow.states) == set(tools.TOOLS))
    slow.stuck = True
    for _ in range(40):
        one.words += "x" * 50_000
        await until(lambda: one.saved == one.sent)
    [socket] = [each for each in hub.rooms[amal.room_id].sockets if each.participant == gianni.pk]
    assert socket.waiting() < 1_500_000
    assert socket.lag is not None
    frames = slow.frames
    slow.stuck = False
    await until(lambda: len(str(slow.words)) == 40 * 50_000)
    assert slow.frames - frames < 30


async def test_of_what_waits_presence_goes_first_then_text_is_one_catch_up_then_the_line_ends(
    hub: Hub, amal: Participant, gianni: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, slow = await enter(amal), await enter(gianni)
    await until(lambda: set(slow.states) == set(tools.TOOLS))
    slow.stuck = True
    [socket] = [each for each in hub.rooms[amal.room_id].sockets if each.participant == gianni.pk]

    async def fill(size: int) -> None:
        while socket.waiting() <= size and socket.lag is None:
            one.words += "x" * 20_000
            await until(lambda: one.saved == one.sent)

    await fill(SOFT)
    before = socket.waiting()
    socket.send_presence(b"x" * 100)
    assert (socket.waiting(), socket.lag) == (before, None)
    await fill(HARD)
    held = socket.waiting()
    assert socket.lag is not None
    one.words += "more"
    await until(lambda: one.saved == one.sent)
    assert (socket.waiting(), socket.code) == (held, None)
    later = socket.lag_since + PATIENCE + 1
    monkeypatch.setattr("realtime.hub.socket.monotonic", lambda: later)
    one.words += "and more"
    await until(lambda: socket.code is not None)
    assert socket.code == Close.TOO_SLOW
    monkeypatch.undo()
    slow.stuck = False
    again = await enter(gianni)
    assert str(again.words) == str(one.words)


def test_an_allowance_refills_with_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("realtime.hub.socket.monotonic", lambda: now[0])
    allowance = Allowance(10, 3)
    assert [allowance.take() for _ in range(4)] == [True, True, True, False]
    now[0] += 0.25
    assert [allowance.take() for _ in range(3)] == [True, True, False]
