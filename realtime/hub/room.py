"""One room that is alive in this process: claim, subscribe, load, store, apply, tell."""

import asyncio
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
from realtime.hub.socket import LOW, Socket
from realtime.hub.text import LiveText, Prepared
from realtime.protocol import Close, Kind, Message, Sync

if TYPE_CHECKING:
    from realtime.hub import Hub

log = logging.getLogger(__name__)

COMMANDS: Final = 8  # of one socket under way at once
PIECE: Final = 256 * 1024  # of a catch-up
DOOR: Final = 0.4  # seconds in which comings and goings are gathered
# Seconds in which what many do at once is gathered; the first goes at once.
APART: Final = {"polls": 0.1, "consent": 0.1, "door": DOOR}
TOGETHER: Final = 0.004  # seconds in which what one command changes is gathered; its answer goes first
RESTS: Final = 1.5  # after telling tools, a pause so many times as long as that took, so that commands get their turn
RESTS_MOST: Final = 0.2


class Room:
    """Its sockets, its text, who is here, and its tools' states. Made by `Hub.claim` before anything is awaited."""

    def __init__(self, hub: "Hub", key: UUID) -> None:
        self.hub = hub
        self.key = key
        self.epoch = self.told = self.log = 0
        self.sockets: set[Socket] = set()
        self.intake = Intake(self)
        self.presences = Presences()
        self.idle_since = self.served_at = monotonic()
        self._presence: asyncio.TimerHandle | None = None
        self._tasks: dict[str, asyncio.Task[Any]] = {}
        self._again: set[str] = set()
        self._dirty_tools: set[str] = set()
        self._telling: asyncio.Handle | None = None
        self._rested = 0.0  # when the next telling may begin
        self._apart: dict[str, asyncio.Handle] = {}
        self._late: set[str] = set()
        self._newcomers: list[Socket] = []
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
        # By way of the one who tells tools: what is told later is never older. Many who come at once read the text first.
        self._newcomers.append(socket)
        self._tell_tools_soon(0)
        self._tell_door_soon()

    def leave(self, socket: Socket) -> None:
        self.sockets.discard(socket)
        self.presences.leave(socket)
        self._tell_presence_soon()
        self._tell_door_soon()
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
            text = await self._prepared()
            frames = text.first_frames(vector)
        except document.Broken:
            socket.close(Close.BAD_UPDATE)
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

    async def _prepared(self) -> LiveText:
        """The text with stored bytes to serve from, read once for all who wait."""
        while True:
            text = self.intake.text
            if text is not None and text.prepared is not None:
                return text
            task = self._tasks.get("prepare")
            if task is None or task.done():
                task = self._tasks["prepare"] = self.hub.spawn(self._read_base())
            await asyncio.shield(task)

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
                await self._prepared()
        elif text.outgrown:
            text.ask()
            await self.hub.run(later, make_snapshot, str(self.key))

    async def _read_base(self) -> None:
        if self.intake.text is None:
            await asyncio.sleep(0.02)  # it is being read anew
            return
        updates, number, _ = await self.hub.run(store.updates_of, self.key)
        merged = await self.hub.run(document.merge, updates)
        text = self.intake.text
        while text is not None and text.prepared is None:
            # What was stored and told while we read: nothing is told between the last look and the next line.
            rows = await self.hub.run(store.rows_after, self.key, number)
            if text.head <= (rows[-1].number if rows else number):
                text.prepare(Prepared.of(merged, number, [row.data for row in rows]))

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

    # --- presence and tools --------------------------------------------------------------

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

    def _tell_door_soon(self) -> None:
        """Together with all who come or go in the next moment."""
        if "door" not in self._apart:
            self._apart["door"] = self.hub.loop.call_later(DOOR, self._tell_late, "door")
        self._late.add("door")

    def tell_tool(self, name: str | None) -> None:
        """Send a tool's state (or, for None, all tools') to everyone here, to each their own."""
        if name in APART:
            if name in self._apart:
                self._late.add(name)
                return
            self._apart[name] = self.hub.loop.call_later(APART[name], self._tell_late, name)
        self._dirty_tools.add(name or "")
        self._tell_tools_soon(TOGETHER)

    def _tell_tools_soon(self, wait: float) -> None:
        if self._telling is None:
            wait = max(wait, self._rested - self.hub.loop.time())
            self._telling = self.hub.loop.call_later(wait, self.soon, "tools", self._tell_dirty)

    @property
    def telling(self) -> bool:
        """Whether what tools say now is on its way to everyone."""
        task = self._tasks.get("tools")
        return bool(self._dirty_tools or self._late) or (task is not None and not task.done())

    def _tell_late(self, name: str) -> None:
        del self._apart[name]
        if name in self._late:
            self._late.discard(name)
            self.tell_tool(name)

    async def _tell_dirty(self) -> None:
        self._telling, began = None, self.hub.loop.time()
        newcomers, self._newcomers = self._newcomers, []
        if newcomers:
            await self._tell_to(newcomers, None)
        names, self._dirty_tools = self._dirty_tools, set()
        if names:
            self.told = await self._tell_to(list(self.sockets), None if "" in names else sorted(names))
        now = self.hub.loop.time()
        self._rested = max(self._rested, now + min(RESTS_MOST, RESTS * (now - began)))

    async def _tell_to(self, sockets: list[Socket], names: list[str] | None) -> int:
        participants = list({socket.standing.viewer for socket in sockets})
        told, frames = await self.hub.run(reading.snapshots, self.key, names, participants)
        for socket in sockets:
            for frame in frames.get(socket.standing.viewer, ()):
                socket.send(frame)
        return told

    def soon(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Run `work` once, and once more if this is asked while it runs."""
        task = self._tasks.get(name)
        if task is None or task.done():
            self._tasks[name] = self.hub.spawn(self._repeat(name, work))
        else:
            self._again.add(name)

    async def _repeat(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            self._again.discard(name)
            await work()
            if name not in self._again:
                return
