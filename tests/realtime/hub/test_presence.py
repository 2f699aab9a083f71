"""Who is where in a live room, and what each person sees of its tools."""

import asyncio
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from realtime import protocol, tools
from realtime.hub import Hub
from realtime.models import Participant, Update
from realtime.permissions import ticket_for
from realtime.protocol import Presence
from tests.realtime.factories import leader
from tests.realtime.scripted import Wire, enter, until

pytestmark = pytest.mark.usefixtures("each_way")


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


def elsewhere(hub: Hub, who: Participant, process: str, **hint: Any) -> None:
    """What another process says of a room, as it comes over the bus."""
    hub.bus._hear({"from": process, "hints": [{"room": who.room_id.hex, **hint}]})


async def test_a_page_that_comes_back_from_another_process_is_seen_at_once(
    hub: Hub, amal: Participant, gianni: Participant
) -> None:
    one = await enter(gianni)
    elsewhere(hub, amal, "killed", open="killed")
    there = [[71, 7, {"user": {"name": "Amal"}, "cursor": {"anchor": 1}}, amal.person_id.hex]]
    elsewhere(hub, amal, "killed", presence=there)
    await until(lambda: 71 in one.presence)
    other, back = await enter(gianni, client=72), await enter(amal, client=71)
    other.send(protocol.awareness([Presence(71, 8, {"cursor": {"anchor": 9}})]))
    back.send(protocol.awareness([Presence(71, 8, {"cursor": {"anchor": 2}})]))
    await until(lambda: one.presence[71]["cursor"] == {"anchor": 2})


async def test_a_page_that_went_to_another_process_moves_here_too(
    hub: Hub, amal: Participant, gianni: Participant
) -> None:
    one, two = await enter(amal, client=71), await enter(gianni)
    one.send(protocol.awareness([Presence(71, 1, {"cursor": {"anchor": 1}})]))
    await until(lambda: 71 in two.presence)
    for who, anchor in ((gianni, 3), (amal, 2)):
        moved = [[71, 2, {"user": {"name": who.person.name}, "cursor": {"anchor": anchor}}, who.person_id.hex]]
        elsewhere(hub, amal, "other", presence=moved)
    await until(lambda: two.presence[71]["cursor"] == {"anchor": 2})
    await one.close()
    await asyncio.sleep(0.2)
    assert two.presence[71] is not None


async def test_a_process_that_is_gone_takes_its_own_carets_along_and_no_others(
    hub: Hub, amal: Participant, gianni: Participant
) -> None:
    one = await enter(gianni)
    for client, process in ((71, "killed"), (72, "well")):
        elsewhere(hub, amal, process, open=process)
        elsewhere(hub, amal, process, presence=[[client, 1, {"user": {"name": "Amal"}}, amal.person_id.hex]])
    await until(lambda: {71, 72} <= set(one.presence))
    elsewhere(hub, amal, "killed", left="killed")
    await until(lambda: one.presence[71] is None)
    assert one.presence[72] is not None
    elsewhere(hub, amal, "well", left="well")
    await until(lambda: one.presence[72] is None)
