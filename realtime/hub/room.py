"""One room that is alive in this process: claim, subscribe, load, store, apply, tell."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from backend.base.tasks import later
from realtime import document, protocol, store
from realtime.actions import make_snapshot
from realtime.hub import reading
from realtime.hub.intake import Frame, Intake
from realtime.hub.presence import INTERVAL, Presences
from realtime.hub.rereading import Gone, Rereading
from realtime.hub.socket import LOW, Socket
from realtime.hub.telling import Telling
from realtime.hub.text import LiveText, Prepared
from realtime.protocol import Close, Kind, Message, Sync

if TYPE_CHECKING:
    from realtime.hub import Hub

log = logging.getLogger(__name__)

COMMANDS: Final = 8  # of one socket under way at once
PIECE: Final = 256 * 1024  # of a catch-up


class Room:
    """Its sockets, its text, who is here, and its tools' states. Made by `Hub.claim` before anything is awaited."""

    def __init__(self, hub: "Hub", key: UUID) -> None:
        self.hub = hub
        self.key = key
        self.epoch = self.log = 0
        self.sockets: set[Socket] = set()
        self.intake = Intake(self)
        self.rereading = Rereading(self)
        self.telling = Telling(self)
        self.presences = Presences()
        self.idle_since = self.served_at = monotonic()
        self._presence: asyncio.TimerHandle | None = None
        self._tasks: dict[str, asyncio.Task[Any]] = {}
        self._again: set[str] = set()
        self.waiting = 0  # for it to be loaded
        self._behind: set[Socket] = set()  # readers whom a piece of what they lack is being read for
        self.opened: asyncio.Task[None] = hub.spawn(self._open())

    async def _open(self) -> None:
        """Load once for all who wait; a failure is everyone's, and never an empty text."""
        loaded = await self.hub.run(store.load, self.key)
        text = await self.hub.run(LiveText, loaded)
        self.epoch, self.log = loaded.epoch, loaded.log
        self.intake.text = text

    # --- coming and going ----------------------------------------------------------------

    def join(self, socket: Socket, room_epoch: int) -> None:
        self.sockets.add(socket)
        if room_epoch != self.epoch:
            self.refresh()
        if not socket.may("write"):
            self.deny(socket)
        self.telling.welcome(socket)
        self.telling.door()

    def leave(self, socket: Socket) -> None:
        self.sockets.discard(socket)
        self.presences.leave(socket)
        self._tell_presence_soon()
        self.telling.door()
        self.idle_since = monotonic()

    def close_all(self, code: int) -> None:
        for socket in list(self.sockets):
            socket.close(code)
        self.hub.forget(self)

    @property
    def empty(self) -> bool:
        """Nobody is in it, and nothing of anybody is on its way to be stored."""
        return not self.sockets and not self.intake.busy

    @property
    def idle(self) -> bool:
        """Whether it can be let go."""
        return self.empty and not self.waiting and self.opened.done()

    # --- frames --------------------------------------------------------------------------

    def hear(self, socket: Socket, message: Message) -> None:
        """One frame of a client. Raises Malformed and Broken for what no client of the protocol says."""
        if message.kind == Kind.SYNC:
            self._hear_sync(socket, message)
        elif message.kind == Kind.AWARENESS:
            if socket.presences.take() and not socket.standing.view:
                self.presences.hear(socket, protocol.read_awareness(message.payload))
                self._tell_presence_soon()
        elif message.kind == Kind.QUERY:
            # An answer in any case: who asks may only want to know whether the line still stands.
            socket.send(self.presences.everyone() or protocol.awareness([]))
        else:
            self.hub.spawn(self._command(socket, protocol.read_command(message.payload)))

    def _hear_sync(self, socket: Socket, message: Message) -> None:
        if message.step == Sync.STEP1:
            protocol.read_vector(message.payload)
            if socket.asks(message.payload):
                self.hub.spawn(socket.served(self._serve))
            return
        self.hear_update(socket, message.payload, answers=message.step == Sync.STEP2)

    def hear_update(self, socket: Socket, update: bytes, *, answers: bool) -> None:
        """An update; `answers` where it is what we asked for."""
        socket.received += 1
        self.intake.hear(Frame(socket, socket.received, update, answers))

    async def _command(self, socket: Socket, order: dict[str, Any]) -> None:
        if socket.commands >= COMMANDS:
            socket.close(Close.TOO_FAST)
            return
        socket.commands += 1
        try:
            answer = await self.hub.run(reading.command, self.key, socket.standing, order)
        finally:
            socket.commands -= 1
        socket.send(protocol.room(answer))

    def ask(self, socket: Socket) -> None:
        """Ask for what is lacking here; once until it is answered."""
        if self.intake.text is not None and not socket.asked:
            socket.asked = True
            socket.send(protocol.sync(Sync.STEP1, self.intake.vector()))

    def ask_all(self) -> None:
        """Rows were damaged: whoever is here may hold what they said."""
        for socket in self.sockets:
            if socket.live:
                self.ask(socket)

    def deny(self, socket: Socket) -> None:
        """Say, once, that this connection may not write."""
        if not socket.denied:
            socket.denied = True
            socket.send(protocol.denied(socket.standing.reason))

    # --- newcomers, and readers who fell behind ------------------------------------------

    async def _serve(self, socket: Socket, vector: bytes) -> None:
        """Answer a state vector; from then on the socket gets every update."""
        try:
            text = await self.rereading.prepared()
            frames = text.first_frames(vector)
        except document.Broken:
            socket.close(Close.BAD_UPDATE)
            return
        except Gone:
            socket.close(Close.LATER)
            return
        except Exception:
            log.exception("Room %s could not be read for someone who came in.", self.key)
            socket.close(Close.LATER)
            return
        self.served_at = monotonic()
        socket.lag = None
        if text.long_tail:
            self.consolidate()
        socket.send_first(frames)
        if not socket.live:
            socket.live = True
            self.ask(socket)
            if everyone := self.presences.everyone():
                socket.send(everyone)

    def catch_up(self, socket: Socket) -> None:
        """There is room in the line of a reader who fell behind."""
        if socket not in self._behind:
            self._behind.add(socket)
            self.hub.spawn(self._catch_up(socket))

    async def _catch_up(self, socket: Socket) -> None:
        """The stored rows that it lacks, a piece at a time, so that nothing is held for it but that piece."""
        try:
            while socket.lag is not None and socket.code is None and socket.waiting() < LOW:
                updates, number = await self.hub.run(store.rows_between, self.key, socket.lag, PIECE)
                if updates:
                    socket.send(protocol.sync(Sync.UPDATE, document.merge(updates)))
                text = self.intake.text
                if text is None:
                    await asyncio.sleep(0.05)
                elif number >= text.head or number == socket.lag:
                    socket.lag = None
                if socket.lag is not None:
                    socket.lag = number
        finally:
            self._behind.discard(socket)

    def consolidate(self) -> None:
        self.soon("consolidate", self._consolidate)

    async def _consolidate(self) -> None:
        """Merge the tail into the base now and then, so that a hall that joins shares one frame."""
        text = self.intake.text
        if text is None or (prepared := text.prepared) is None:
            return
        count = len(prepared.tail)
        merged = await self.hub.run(document.merge, [prepared.base, *prepared.tail])
        if self.intake.text is text and text.prepared is prepared:
            text.prepare(Prepared.of(merged, prepared.number + count, prepared.tail[count:]))

    def look_for_snapshot(self) -> None:
        text = self.intake.text
        if text is not None and (text.outgrown or text.asked > text.snapped):
            self.soon("snapshot", self._renew)

    async def _renew(self) -> None:
        """Serve from the small snapshot that the worker has made meanwhile; ask for one where it is time."""
        text = self.intake.text
        if text is None:
            return
        if text.asked > text.snapped and (number := await self.hub.run(store.snapshot_of, self.key)) > text.snapped:
            text.snapped = text.asked = number
            if text.prepared is not None:
                text.prepared = None
                with contextlib.suppress(Gone):
                    await self.rereading.prepared()
        elif text.outgrown:
            text.ask()
            await self.hub.run(later, make_snapshot, str(self.key))

    # --- rights --------------------------------------------------------------------------

    def refresh(self) -> None:
        """Somebody's rights changed: ask for everyone's."""
        self.soon("refresh", self._refresh)

    async def _refresh(self) -> None:
        await self.read_rights()
        self.intake.go_on()

    async def read_rights(self) -> None:
        """Who is who here and may what, and whose client ids are whose: a guest's are those of the account they took."""
        asked = {socket.participant for socket in self.sockets}
        epoch, standings, refused, owners = await self.hub.run(reading.rights, self.key, asked)
        if self.intake.text is not None:
            self.intake.text.owners.update(owners)
        for socket in list(self.sockets):
            standing = standings.get(socket.participant)
            if socket.participant not in asked:
                self.refresh()  # it came while the rights of the others were read
            elif standing is None or standing.ends(socket.standing):
                socket.barred = True
                socket.close(refused.get(socket.participant, Close.SIGNED_OUT if standing else Close.NO_ROOM))
            else:
                self._restand(socket, standing.as_view() if socket.standing.view else standing)
        self.epoch = epoch

    def _restand(self, socket: Socket, standing: reading.Standing) -> None:
        could, socket.standing = socket.may("write"), standing
        if socket.may("write"):
            socket.denied = False
            if not could and socket.live:
                # What was held back meanwhile may come now.
                socket.asked = False
                self.ask(socket)
        elif could:
            socket.denied = False
            self.deny(socket)
        self.presences.rename(socket)
        self._tell_presence_soon()

    # --- presence ------------------------------------------------------------------------

    def hear_presence(self, entries: list[list[Any]], peer: str) -> None:
        self.presences.hear_elsewhere(entries, peer)
        self._tell_presence_soon()

    def _tell_presence_soon(self) -> None:
        if self._presence is None and self.presences.changed:
            self._presence = self.hub.loop.call_later(INTERVAL, self._tell_presence)

    def presence_along(self) -> bytes:
        """What is new of who is where, where it is about due, for a frame of text that goes out this moment."""
        if self._presence is None or self._presence.when() - self.hub.loop.time() > INTERVAL / 2:
            return b""
        self._presence.cancel()
        return self._news()

    def _news(self) -> bytes:
        """A frame of what changed; the other processes are told."""
        self._presence = None
        message, mine = self.presences.collect()
        if mine:
            self.hub.bus.hint(self, {"presence": mine})
        return protocol.framed(message) if message else b""

    def _tell_presence(self) -> None:
        if frame := self._news():
            for socket in self.sockets:
                if socket.live:
                    socket.send_presence(frame)

    # --- work ----------------------------------------------------------------------------

    def soon(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Run `work` once, and once more if this is asked while it runs."""
        if self.does(name):
            self._again.add(name)
        else:
            self._tasks[name] = self.hub.spawn(self._repeat(name, work))

    def does(self, name: str) -> bool:
        """Whether that is under way."""
        task = self._tasks.get(name)
        return task is not None and not task.done()

    async def _repeat(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            self._again.discard(name)
            await work()
            if name not in self._again:
                return
