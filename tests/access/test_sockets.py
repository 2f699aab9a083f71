"""Rights at the socket: every kind of frame from everyone whom a room knows."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import pytest
from asgiref.sync import sync_to_async

from realtime import protocol
from realtime.choices import Access, ParticipantState, RoomRole
from realtime.models import Participant, Room
from realtime.permissions import ticket_for
from realtime.protocol import Close, Kind, Sync
from tests.factories import make_city, make_person
from tests.realtime.factories import join, leader, make_room
from tests.realtime.scripted import Wire, enter, until

SEES = "participant scribe observer facilitator guest"
WRITES = "participant scribe facilitator guest"
OUTSIDE = {
    "waiting": Close.FORBIDDEN,
    "removed": Close.FORBIDDEN,
    "left": Close.SIGNED_OUT,
    "of another room": Close.NO_ROOM,
    "of another city": Close.NO_ROOM,
    "nobody": Close.SIGNED_OUT,
}
EVERYBODY = (*SEES.split(), *OUTSIDE)


class Frame(NamedTuple):
    """One kind of frame, who is served, and how it shows that they were."""

    kind: tuple[Kind, Sync | None]
    may: str
    served: Callable[[Wire, Wire], Awaitable[bool]]


async def reads(wire: Wire, other: Wire) -> bool:
    return wire.synced


async def is_stored(wire: Wire, other: Wire) -> bool:
    wire.paragraph("Shade at noon")
    await until(lambda: wire.saved >= wire.sent or wire.denied or wire.code)
    return not wire.denied and wire.code is None


async def catches_up(wire: Wire, other: Wire) -> bool:
    """What was written without a connection comes as an answer to the server's own question."""
    wire.update(wire.doc.get_update(), Sync.STEP2)
    await until(lambda: wire.saved >= wire.sent or wire.denied or wire.code)
    return wire.code is None


async def is_seen(wire: Wire, other: Wire) -> bool:
    wire.send(protocol.awareness([protocol.Presence(wire.doc.client_id, 1, {"cursor": None})]))
    await until(lambda: wire.doc.client_id in other.presence or wire.code)
    return wire.doc.client_id in other.presence


async def is_answered(wire: Wire, other: Wire) -> bool:
    before = wire.frames
    wire.send(bytes([Kind.QUERY]))
    await until(lambda: wire.frames > before or wire.code)
    return wire.code is None


async def is_heard(wire: Wire, other: Wire) -> bool:
    answer = await wire.ask("chat", "post", text="Good evening")
    return bool(answer.get("ok"))


FRAMES = (
    Frame((Kind.SYNC, Sync.STEP1), SEES, reads),
    Frame((Kind.SYNC, Sync.STEP2), SEES, catches_up),
    Frame((Kind.SYNC, Sync.UPDATE), WRITES, is_stored),
    Frame((Kind.AWARENESS, None), SEES, is_seen),
    Frame((Kind.QUERY, None), SEES, is_answered),
    Frame((Kind.ROOM, None), WRITES, is_heard),
)
SAID_BY_THE_SERVER = {Kind.AUTH, Kind.SAVED}


@pytest.fixture
def room(transactional_db: None) -> Room:
    return make_room()


def come(room: Room, name: str) -> Participant:
    """Somebody as the room knows them, with the ticket that they once got."""
    if name == "facilitator":
        return leader(room)
    if name == "of another room":
        return join(make_room(city=room.city))
    if name == "of another city":
        return join(make_room(city=make_city()))
    one = join(room, "Ana") if name == "guest" else join(room, person=make_person("Ana"))
    rows = Participant.objects.in_city(room.city_id).filter(pk=one.pk)
    if name in (RoomRole.SCRIBE, RoomRole.OBSERVER):
        rows.update(role=name)
    elif name == "waiting":
        rows.update(state=ParticipantState.WAITING)
    elif name == "removed":
        rows.update(state=ParticipantState.REMOVED)
    elif name == "left":
        rows.update(epoch=2)
    return one


@pytest.fixture
def somebody(room: Room, request: pytest.FixtureRequest) -> Participant:
    assert room.access == Access.CODE
    return come(room, request.param)


async def wire_of(room: Room, one: Participant, name: str) -> Wire:
    if name == "nobody":
        return await Wire(room.pk, "made-up").open()
    return await Wire(room.pk, ticket_for(one)).open()


def test_every_kind_of_frame_is_in_the_table() -> None:
    listed = {frame.kind for frame in FRAMES} | {(kind, None) for kind in SAID_BY_THE_SERVER}
    assert listed == {(Kind.SYNC, step) for step in Sync} | {(kind, None) for kind in Kind if kind != Kind.SYNC}


@pytest.mark.parametrize(("somebody", "name"), [(name, name) for name in EVERYBODY], indirect=["somebody"])
async def test_who_may_send_what(hub: Any, room: Room, somebody: Participant, name: str) -> None:
    host = await enter(await _leader(room)) if name != "facilitator" else None
    wire = await wire_of(room, somebody, name)
    if name in OUTSIDE:
        assert wire.code == OUTSIDE[name]
        assert not wire.synced
    else:
        other = host or await enter(somebody)
        for frame in FRAMES:
            assert await frame.served(wire, other) == (name in frame.may.split()), f"{name}: {frame.kind}"
        assert wire.code is None
        if other is not host:
            await other.close()
        await wire.close()
    if host is not None:
        await host.close()


async def _leader(room: Room) -> Participant:
    return await sync_to_async(leader)(room)


@pytest.mark.parametrize("kind", sorted(SAID_BY_THE_SERVER))
async def test_what_only_the_server_says_ends_the_connection(hub: Any, room: Room, kind: int) -> None:
    wire = await enter(await _leader(room))
    wire.send(bytes([kind, 0, 0]))
    await until(lambda: wire.code)
    assert wire.code == Close.BAD_UPDATE
