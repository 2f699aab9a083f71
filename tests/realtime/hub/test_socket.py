"""A line that cannot fill memory, and what one connection may ask for."""

import asyncio

import pytest

from realtime import protocol, tools
from realtime.hub import Hub, Socket
from realtime.hub.socket import HARD, MOST, PATIENCE, SOFT, VECTOR_BURST, Allowance
from realtime.models import Participant
from realtime.protocol import Close, Sync
from tests.realtime.scripted import enter, until

pytestmark = [pytest.mark.usefixtures("each_way"), pytest.mark.once]


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


async def test_who_asks_for_the_text_again_and_again_without_reading_is_cut_off(
    hub: Hub, amal: Participant, gianni: Participant
) -> None:
    one, greedy = await enter(amal), await enter(gianni)
    for _ in range(16):
        one.words += "x" * 100_000
    await until(lambda: one.saved == one.sent)
    [socket] = [each for each in hub.rooms[amal.room_id].sockets if each.participant == gianni.pk]
    await until(lambda: len(greedy.words) == 1_600_000)
    greedy.stuck = True
    most = 0
    for asked in range(8):
        greedy.send(protocol.sync(Sync.STEP1, protocol.write_vector({9: asked})))
        await until(lambda: socket.vector is None and not socket.serving)
        await asyncio.sleep(0.05)
        most = max(most, socket.waiting())
    assert socket.code == Close.TOO_SLOW
    assert MOST < most < MOST + 2_000_000
    greedy.stuck = False
    await until(lambda: all(each.participant != gianni.pk for each in hub.rooms[amal.room_id].sockets))


async def test_who_asks_too_often_is_told_so_and_only_the_last_question_is_answered(
    hub: Hub, amal: Participant
) -> None:
    wire = await enter(amal)
    [socket] = hub.rooms[amal.room_id].sockets
    assert [socket.asks(b"\0") for _ in range(int(VECTOR_BURST) - 2)].count(True) == 1
    answered: list[bytes] = []

    async def answer(to: Socket, vector: bytes) -> None:
        answered.append(vector)

    socket.asks(protocol.write_vector({9: 1}))
    await socket.served(answer)
    assert answered == [protocol.write_vector({9: 1})]
    for _ in range(3):
        wire.send(protocol.sync(Sync.STEP1, b"\0"))
    await until(lambda: wire.code is not None)
    assert wire.code == Close.TOO_FAST
