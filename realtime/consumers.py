"""The door of a room's socket: who comes, may they, what do their frames say; everything else is the hub's."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.conf import settings

from realtime import hub as hubs
from realtime import protocol, store
from realtime.document import Broken
from realtime.hub import Hub, Room, Socket
from realtime.hub.socket import LEAST, Line, Queue
from realtime.permissions import read_ticket
from realtime.protocol import FRAME_LIMIT, UPDATE_LIMIT, Close, Kind, Malformed, Sync

log = logging.getLogger(__name__)

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

LAST_WORD: Final = 2.0  # seconds that a closing handshake may take
UPDATE: Final = bytes((Kind.SYNC, Sync.UPDATE))
TAKE_OVER: Final = "copact.line"  # how a server says that it hands connections over


class Entrance(NamedTuple):
    """Somebody may come in."""

    room: Room
    standing: hubs.reading.Standing
    epoch: int


class Visit:
    """Somebody's time in a room, from the first frame to the last."""

    __slots__ = ("hub", "room", "socket")

    def __init__(self, hub: Hub, entrance: Entrance, line: Line) -> None:
        self.hub, self.room = hub, entrance.room
        self.socket = Socket(line, entrance.standing, entrance.room)
        hubs.SOCKETS.inc()
        self.room.join(self.socket, entrance.epoch)

    def hear(self, frame: bytes) -> None:
        """One frame; an empty one is what no browser of ours sends."""
        if self.socket.code is not None:
            return
        try:
            code = self._judged(frame)
        except Exception:
            log.exception("A frame could not be taken.")
            code = Close.LATER
        if code is not None:
            self.socket.close(code)

    def _judged(self, frame: bytes) -> Close | None:
        """The code to close with where the frame is not acceptable."""
        socket, size = self.socket, len(frame)
        if not frame:
            return Close.BAD_UPDATE
        if size > FRAME_LIMIT:
            return Close.TOO_BIG
        paced = socket.signs if frame[0] == Kind.AWARENESS else socket.frames
        if not paced.take() or not socket.bytes.take(size if size > LEAST else LEAST):
            return Close.TOO_FAST
        if frame[:2] == UPDATE and size < 130 and size == frame[2] + 3:
            self.room.hear_update(socket, frame[3:], answers=False)  # somebody types
            return None
        try:
            message = protocol.read(frame)
            if message.kind == Kind.SYNC and len(message.payload) > UPDATE_LIMIT:
                return Close.TOO_BIG
            self.room.hear(socket, message)
        except (Malformed, Broken):
            return Close.BAD_UPDATE
        return None

    def sign(self) -> None:
        """A ping or a pong: it says nothing, and takes its time all the same."""
        socket = self.socket
        if socket.code is None and not (socket.signs.take() and socket.bytes.take(LEAST)):
            socket.close(Close.TOO_FAST)

    def leave(self) -> None:
        socket = self.socket
        socket.ended = True
        socket.code = socket.code or 1006
        hubs.SOCKETS.dec()
        self.room.leave(socket)
        here = socket.participant
        if not socket.standing.view and all(other.participant != here for other in self.room.sockets):
            self.hub.gone(here)


class RoomConsumer:
    """A plain ASGI application: Channels' own consumers go through a thread for every message.

    Where the server hands connections over (realtime/server.py), this ends when somebody is inside.
    """

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        entrance = await self._entrance(scope)
        if isinstance(entrance, Entrance):
            take_over = scope.get("extensions", {}).get(TAKE_OVER)
            line = take_over() if take_over is not None else None
            if line is not None:
                visit = Visit(hubs.here(), entrance, line)
                line.begin(visit.hear, visit.sign, visit.socket.close, visit.leave)
                return
            code = await self._stay(entrance, receive, send)
        else:
            code = entrance
        if code != 1006:
            with contextlib.suppress(OSError, RuntimeError, TimeoutError):
                await asyncio.wait_for(send({"type": "websocket.close", "code": int(code)}), LAST_WORD)

    async def _entrance(self, scope: Message) -> Entrance | int:
        """May they come in? The code to close with where they may not."""
        if not own_origin(scope):
            return Close.FORBIDDEN
        ticket = read_ticket(_ticket_in(scope))
        key = scope["url_route"]["kwargs"].get("room")
        if not isinstance(key, UUID):
            return Close.NO_ROOM
        if ticket is None:
            return Close.SIGNED_OUT
        hub = hubs.here()
        if hub.stopping:
            return Close.RESTARTING
        try:
            admission = await hub.admit(key, ticket)
        except Exception:
            log.exception("Someone could not be let into room %s.", key)
            return Close.LATER
        if admission.standing is None:
            return admission.code or Close.NO_ROOM
        room = await self._room(hub, key, admission.log)
        return room if isinstance(room, int) else Entrance(room, admission.standing, admission.room_epoch)

    @staticmethod
    async def _room(hub: Hub, key: UUID, number: int) -> Room | int:
        """The loaded room of `key`, whose log has this `number`; or the code to close with."""
        try:
            room = hub.claim(key)
            if room.opened.done() and room.log != number:
                # The text began anew, and this process has not heard of it yet.
                room.close_all(Close.ANEW)
                room = hub.claim(key)
        except hubs.Crowded:
            log.warning("All rooms that may be in memory are busy; someone was asked to come later.")
            return Close.LATER
        room.waiting += 1
        try:
            await asyncio.shield(room.opened)
        except store.NoRoom:
            hub.forget(room)
            return Close.NO_ROOM
        except Exception:
            log.exception("Room %s could not be read.", key)
            hub.forget(room)
            return Close.LATER
        finally:
            room.waiting -= 1
        return room

    @staticmethod
    async def _stay(entrance: Entrance, receive: Receive, send: Send) -> int:
        """The whole of a visit by way of the server's own queues; the code to close with, 1006 where it is over."""
        line = Queue(send)
        visit = Visit(hubs.here(), entrance, line)
        reading = asyncio.ensure_future(_read(visit, receive))
        ended = asyncio.ensure_future(line.ended.wait())
        try:
            await asyncio.wait({reading, ended}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            reading.cancel()
            ended.cancel()
            visit.leave()
            await line.finish()
        return line.code or 1006


async def _read(visit: Visit, receive: Receive) -> None:
    while (message := await receive())["type"] != "websocket.disconnect":
        visit.hear(message.get("bytes") or b"")


def _ticket_in(scope: Message) -> str:
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return query.get("ticket", [""])[0]


def own_origin(scope: Message) -> bool:
    """Whether the page that opens the socket is ours; programs send no Origin, and need a ticket all the same."""
    headers = {name: value.decode("latin-1") for name, value in scope.get("headers", ())}
    origin = headers.get(b"origin")
    if origin is None:
        return True
    return urlsplit(origin).netloc == headers.get(b"host") or origin in (
        settings.BASE_URL,
        *settings.CSRF_TRUSTED_ORIGINS,
    )
