"""The door of a socket: tickets, origins, close codes, limits, and what it says when something cannot be taken."""

import asyncio
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.core import signing
from websockets.frames import Frame, Opcode

from realtime import protocol
from realtime.actions import close_room, leave_room, remove
from realtime.consumers import own_origin
from realtime.document import merge
from realtime.hub import Hub, Socket
from realtime.hub.socket import LEAST, PRESENCE_BURST, SIGN_BURST
from realtime.models import Participant
from realtime.permissions import ticket_for
from realtime.protocol import Close, Sync
from tests.realtime.factories import join, leader, make_room
from tests.realtime.scripted import WAYS, Wire, enter, refused, until
from tests.realtime.updates import POISON, typed


@pytest.fixture(params=WAYS, autouse=True)
def each_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every server's own messages, and the line that ours hands over."""
    monkeypatch.setattr("tests.realtime.scripted.way", [request.param])


@pytest.fixture
def amal(transactional_db: None) -> Participant:
    return join(make_room())


async def test_a_ticket_opens_the_room_again_and_again(hub: Hub, amal: Participant) -> None:
    for _ in range(2):
        wire = await enter(amal)
        assert wire.synced
        await wire.close()


async def test_without_a_ticket_of_ours_nobody_comes_in(hub: Hub, amal: Participant) -> None:
    for ticket in ("", "nonsense", ticket_for(amal)[:-2], signing.dumps("other")):
        assert await refused(amal.room_id, ticket) == Close.SIGNED_OUT


async def test_a_ticket_belongs_to_one_room(hub: Hub, amal: Participant) -> None:
    assert await refused(uuid4(), ticket_for(amal)) == Close.NO_ROOM
    other = await sync_to_async(make_room)()
    assert await refused(other.pk, ticket_for(amal)) == Close.NO_ROOM


async def test_an_address_that_names_no_room_is_answered_kindly(hub: Hub, amal: Participant) -> None:
    assert await refused(None, ticket_for(amal)) == Close.NO_ROOM


async def test_someone_who_left_needs_a_new_ticket(hub: Hub, amal: Participant) -> None:
    old = ticket_for(amal)
    await sync_to_async(leave_room)(participant=amal)
    assert await refused(amal.room_id, old) == Close.SIGNED_OUT


async def test_someone_who_waits_at_the_door_is_not_inside(hub: Hub) -> None:
    room = await sync_to_async(make_room)(asks_before_admitting=True)
    waiting = await sync_to_async(join)(room)
    assert await refused(room.pk, ticket_for(waiting)) == Close.FORBIDDEN


async def test_pages_of_others_are_refused_and_programs_are_not(hub: Hub, amal: Participant) -> None:
    headers = {"host": "copact.example", "origin": "https://evil.example"}
    assert await refused(amal.room_id, ticket_for(amal), headers=headers) == Close.FORBIDDEN
    ours = {b"host": b"copact.example", b"origin": b"https://copact.example"}
    assert own_origin({"headers": list(ours.items())})
    assert own_origin({"headers": [(b"host", b"copact.example")]})


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (POISON, Close.BAD_UPDATE),
        (protocol.sync(Sync.UPDATE, POISON), Close.BAD_UPDATE),
        (b"\x07nonsense", Close.BAD_UPDATE),
        (b"\x00", Close.BAD_UPDATE),
        (b"\xff" * 60, Close.BAD_UPDATE),
        (b"\x09\x03[1]", Close.BAD_UPDATE),
        (protocol.sync(Sync.UPDATE, b"\0" * (protocol.UPDATE_LIMIT + 1)), Close.TOO_BIG),
        (b"\0" * (protocol.FRAME_LIMIT + 1), Close.TOO_BIG),
        (protocol.sync(Sync.STEP1, b"\x05\x01"), Close.BAD_UPDATE),
    ],
    ids=["poison", "poison in a frame", "no kind", "half", "noise", "no command", "long", "longer", "no vector"],
)
async def test_a_frame_that_says_nothing_ends_only_its_own_connection(
    hub: Hub, amal: Participant, frame: bytes, code: Close
) -> None:
    other = await sync_to_async(join)(amal.room, "Gianni")
    bad, good = await enter(amal), await enter(other)
    bad.send(frame)
    await until(lambda: bad.code is not None)
    assert bad.code == code
    good.paragraph("still here")
    await until(lambda: good.saved == good.sent)
    assert good.code is None


async def test_a_flood_is_cut_off(hub: Hub, amal: Participant) -> None:
    wire = await enter(amal)
    for _ in range(400):
        wire.send(bytes((protocol.Kind.QUERY,)))
    await until(lambda: wire.code is not None)
    assert wire.code == Close.TOO_FAST


@pytest.fixture
async def still(hub: Hub, amal: Participant, monkeypatch: pytest.MonkeyPatch) -> tuple[Wire, Socket]:
    """Somebody in a room whose allowances do not refill."""
    monkeypatch.setattr("realtime.hub.socket.monotonic", lambda: 100.0)
    wire = await enter(amal)
    [socket] = hub.rooms[amal.room_id].sockets
    return wire, socket


async def test_a_flood_of_presence_is_cut_off_and_what_a_page_tells_of_itself_is_not(
    still: tuple[Wire, Socket],
) -> None:
    wire, socket = still
    frames, room = socket.frames.left, socket.bytes.left
    nobody = protocol.awareness([])
    for _ in range(int(SIGN_BURST)):
        wire.send(nobody)
    await until(lambda: socket.signs.left == 0)
    assert (wire.code, socket.frames.left) == (None, frames)
    assert room - socket.bytes.left == LEAST * SIGN_BURST > len(nobody) * SIGN_BURST
    assert PRESENCE_BURST < SIGN_BURST
    wire.send(nobody)
    await until(lambda: wire.code is not None)
    assert wire.code == Close.TOO_FAST


@pytest.mark.parametrize("each_way", ["line"], indirect=True)
@pytest.mark.parametrize("kind", [Opcode.PING, Opcode.PONG])
async def test_a_flood_of_pings_or_pongs_is_cut_off(still: tuple[Wire, Socket], kind: Opcode) -> None:
    wire, socket = still
    sign = Frame(kind, b"").serialize(mask=True)
    wire.line.data_received(sign * int(SIGN_BURST))
    assert (wire.code, socket.signs.left) == (None, 0)
    wire.line.data_received(sign)
    await until(lambda: wire.code is not None)
    assert wire.code == Close.TOO_FAST


async def test_every_update_frame_counts_as_saved_also_empty_and_repeated_ones(hub: Hub, amal: Participant) -> None:
    wire = await enter(amal, client=77)
    [first, second] = typed(77, "ab")
    for data in (b"\0\0", first, first, second, merge([first, second]), b"\0\0"):
        wire.update(data)
    await until(lambda: wire.saved == wire.sent)
    assert wire.sent >= 6


async def test_a_gap_is_asked_for_and_nothing_after_it_counts_before_it_comes(hub: Hub, amal: Participant) -> None:
    wire = await enter(amal, client=77)
    await until(lambda: wire.saved == wire.sent)
    before = wire.saved
    updates = typed(77, "abc")
    wire.update(updates[2])  # its document stays empty, so the answer to the question cannot heal it
    await asyncio.sleep(0.2)
    assert wire.saved == before
    assert wire.code is None
    wire.update(merge(updates), Sync.STEP2)
    await until(lambda: wire.saved == wire.sent)


async def test_a_forged_client_id_is_refused(hub: Hub, amal: Participant) -> None:
    other = await sync_to_async(join)(amal.room, "Gianni")
    victim, forger = await enter(amal, client=77), await enter(other, client=78)
    victim.words += "hello"
    await until(lambda: str(forger.words) == "hello")
    doc_updates = typed(77, "hello!")
    forger.update(doc_updates[5])
    await until(lambda: forger.code is not None)
    assert forger.code == Close.BAD_UPDATE
    victim.words += " world"
    await until(lambda: victim.saved == victim.sent)
    reader = await enter(other, client=79)
    assert str(reader.words) == "hello world"


async def test_removal_closes_the_socket_and_stops_every_further_word(hub: Hub, amal: Participant) -> None:
    wire = await enter(amal)
    lead = await sync_to_async(leader)(amal.room)
    await sync_to_async(remove)(participant=amal, by=lead.person, reason="A test.")
    await until(lambda: wire.code is not None)
    assert wire.code == Close.FORBIDDEN
    assert await refused(amal.room_id, ticket_for(amal)) == Close.FORBIDDEN


async def test_a_closed_room_says_goodbye_to_everyone(hub: Hub, amal: Participant) -> None:
    wire = await enter(amal)
    lead = await sync_to_async(leader)(amal.room)
    await sync_to_async(close_room)(room=amal.room, by=lead.person)
    await until(lambda: wire.code is not None)
    assert wire.code == Close.NO_ROOM


async def test_a_stopping_server_stores_what_it_was_given_and_says_that_it_comes_back(
    hub: Hub, amal: Participant
) -> None:
    wire = await enter(amal)
    wire.paragraph("the last words")
    await asyncio.sleep(0)
    await hub.stop()
    await until(lambda: wire.code is not None)
    assert wire.code == Close.RESTARTING
    assert wire.saved == wire.sent
    assert await refused(amal.room_id, ticket_for(amal)) == Close.RESTARTING


async def test_an_error_of_a_command_is_said_in_the_language_of_who_gave_it(hub: Hub, amal: Participant) -> None:
    wire = await enter(amal)
    answer = await wire.ask("agenda", "next")
    assert answer["error"]["code"] == "permission_denied"
    assert answer["error"]["detail"] == "Only the facilitator can do this."
    assert (await wire.ask("nothing", "at all"))["error"]["code"] == "not_found"
    assert (await wire.ask("speaking", "raise")) == {"id": "3", "ok": True}
