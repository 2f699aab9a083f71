"""Who is where in a live room, what each person sees of its tools, and what one connection may ask for."""

import asyncio

import pytest
from asgiref.sync import sync_to_async

from realtime import protocol, tools
from realtime.hub import Hub
from realtime.hub.socket import Allowance
from realtime.models import Participant, Update
from realtime.permissions import ticket_for
from realtime.protocol import Presence, Sync
from tests.realtime.factories import join, leader, make_room
from tests.realtime.scripted import WAYS, Wire, enter, until


@pytest.fixture(params=WAYS, autouse=True)
def each_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every server's own messages, and the line that ours hands over."""
    monkeypatch.setattr("tests.realtime.scripted.way", [request.param])


@pytest.fixture
def amal(transactional_db: None) -> Participant:
    return join(make_room())


@pytest.fixture
def gianni(amal: Participant) -> Participant:
    return join(amal.room, "Gianni")


async def test_names_of_carets_are_written_by_the_server(hub: Hub, amal: Participant, gianni: Participant) -> None:
    one, two = await enter(amal, client=71), await enter(gianni, client=72)
    state = {"user": {"name": "The Mayor", "color": "red", "role": "facilitator"}, "cursor": {"anchor": 1}, "x": 1}
    one.send(protocol.awareness([Presence(71, 1, state), Presence(72, 9, {"user": {"name": "nobody"}})]))
    await until(lambda: 71 in two.presence)
    assert two.presence[71] == {
        "user": {"name": "Amal", "color": f"p{amal.colour}", "role": "participant"},
        "cursor": {"anchor": 1},
    }
    assert 72 not in two.presence
    await one.close()
    await until(lambda: two.presence[71] is None)


async def test_everyone_gets_their_own_snapshot_of_a_tool(hub: Hub, amal: Participant, gianni: Participant) -> None:
    lead = await sync_to_async(leader)(amal.room)
    one, two, three = await enter(amal), await enter(gianni), await enter(lead)
    await until(lambda: all(set(wire.states) == set(tools.TOOLS) for wire in (one, two, three)))
    await one.ask("speaking", "raise")
    await until(lambda: two.states["speaking"]["queue"] != [] and one.states["speaking"]["queue"] != [])
    assert one.states["speaking"]["queue"][0]["mine"] is True
    assert two.states["speaking"]["queue"][0]["mine"] is False
    assert "waiting" in three.states["door"]


async def test_the_projector_is_nobody_and_sees_no_names(hub: Hub, amal: Participant) -> None:
    lead = await sync_to_async(leader)(amal.room)
    wire = await Wire(amal.room_id, ticket_for(lead, view=True)).open()
    await until(lambda: "door" in wire.states)
    assert wire.states["door"]["people"] == []
    wire.send(protocol.awareness([Presence(5, 1, {"cursor": None})]))
    wire.paragraph("not from here")
    await asyncio.sleep(0.2)
    assert await sync_to_async(Update.objects.filter(room=amal.room_id).count)() == 0
    assert (await wire.ask("speaking", "raise"))["error"]["code"] == "permission_denied"


def test_an_allowance_refills_with_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("realtime.hub.socket.monotonic", lambda: now[0])
    allowance = Allowance(10, 3)
    assert [allowance.take() for _ in range(4)] == [True, True, True, False]
    now[0] += 0.25
    assert [allowance.take() for _ in range(3)] == [True, True, False]


async def test_what_a_socket_was_not_granted_is_not_sent_twice(hub: Hub, amal: Participant) -> None:
    """An update frame that only repeats what is stored is a receipt, not another row."""
    one = await enter(amal)
    one.paragraph("once")
    await until(lambda: one.saved == one.sent)
    before = await sync_to_async(Update.objects.filter(room=amal.room_id).count)()
    one.update(one.doc.get_update(), Sync.STEP2)
    await until(lambda: one.saved == one.sent)
    assert await sync_to_async(Update.objects.filter(room=amal.room_id).count)() == before
