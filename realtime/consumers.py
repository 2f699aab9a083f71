"""The door of a room's socket: who comes, may they, what do their frames say; everything else is the hub's."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.conf import settings

from realtime import hub as hubs
from realtime import protocol, store
from realtime.document import Broken
from realtime.hub import Hub, Room, Socket
from realtime.permissions import read_ticket
from realtime.protocol import FRAME_LIMIT, UPDATE_LIMIT, Close, Kind, Malformed

log = logging.getLogger(__name__)

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

LAST_WORD: Final = 2.0  # seconds that a closing handshake may take


class RoomConsumer:
    """A plain ASGI application: Channels' own consumers go through a thread for every message."""

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        code = await self._serve(scope, receive, send)
        if code != 1006:
            with contextlib.suppress(OSError, RuntimeError, TimeoutError):
                await asyncio.wait_for(send({"type": "websocket.close", "code": int(code)}), LAST_WORD)

    async def _serve(self, scope: Message, receive: Receive, send: Send) -> int:
        """The whole of a connection; the code to close it with, 1006 where it is gone already."""
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
            admission = await hub.run(hubs.reading.admit, key, ticket)
        except Exception:
            log.exception("Someone could not be let into room %s.", key)
            return Close.LATER
        if admission.standing is None:
            return admission.code or Close.NO_ROOM
        room = await self._room(hub, key, admission.log)
        if isinstance(room, int):
            return room
        return await self._stay(hub, room, Socket(send, admission.standing), admission.room_epoch, receive)

    @staticmethod
    async def _room(hub: Hub, key: UUID, log: int) -> Room | int:
        room = hub.claim(key)
        if room.opened.done() and room.log != log:
            # The text began anew, and this process has not heard of it yet.
            room.close_all(Close.ANEW)
            room = hub.claim(key)
        try:
            await asyncio.shield(room.opened)
        except store.NoRoom:
            hub.forget(room)
            return Close.NO_ROOM
        except Exception:
            log.exception("Room %s could not be read.", key)
            hub.forget(room)
            return Close.LATER
        return room

    async def _stay(self, hub: Hub, room: Room, socket: Socket, epoch: int, receive: Receive) -> int:
        hubs.SOCKETS.inc()
        room.join(socket, epoch)
        reading = asyncio.ensure_future(self._read(room, socket, receive))
        ended = asyncio.ensure_future(socket.ended.wait())
        try:
            await asyncio.wait({reading, ended}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            hubs.SOCKETS.dec()
            room.leave(socket)
            reading.cancel()
            ended.cancel()
            await socket.finish()
            if not socket.standing.view and all(other.participant != socket.participant for other in room.sockets):
                hub.spawn(hub.run(hubs.reading.mark_gone, [socket.participant]))
        if reading.done() and not reading.cancelled() and (problem := reading.exception()) is not None:
            log.error("A connection broke.", exc_info=problem)
            return Close.LATER
        return socket.code or 1006

    async def _read(self, room: Room, socket: Socket, receive: Receive) -> None:
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return
            if socket.code is not None:
                continue
            frame = message.get("bytes")
            code = self._hear(room, socket, frame) if frame else Close.BAD_UPDATE
            if code is not None:
                socket.close(code)

    @staticmethod
    def _hear(room: Room, socket: Socket, frame: bytes) -> Close | None:
        """One frame; the code to close with where it is not acceptable."""
        if len(frame) > FRAME_LIMIT:
            return Close.TOO_BIG
        paced = frame[0] == Kind.AWARENESS or socket.frames.take()
        if not paced or not socket.bytes.take(len(frame)):
            return Close.TOO_FAST
        try:
            message = protocol.read(frame)
            if message.kind == Kind.SYNC and len(message.payload) > UPDATE_LIMIT:
                return Close.TOO_BIG
            room.hear(socket, message)
        except (Malformed, Broken):
            return Close.BAD_UPDATE
        return None


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
