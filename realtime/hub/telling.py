"""What the tools of a room say, on its way to everyone: gathered for a moment, to each their own."""

import asyncio
import logging
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from realtime.hub import reading
from realtime.hub.socket import Socket

if TYPE_CHECKING:
    from realtime.hub.room import Room

log = logging.getLogger(__name__)

DOOR: Final = 0.4  # seconds in which comings and goings are gathered
# Seconds in which what many do at once is gathered; the first goes at once.
APART: Final = {"polls": 0.1, "consent": 0.1, "door": DOOR}
TOGETHER: Final = 0.004  # seconds in which what one command changes is gathered; its answer goes first
RESTS: Final = 1.5  # after telling tools, a pause so many times as long as that took, so that commands get their turn
RESTS_MOST: Final = 0.2
PAUSE, PAUSE_MOST = 1.0, 8.0  # after a look at the tools that failed; twice as long after each that fails again


class Telling:
    """One at a time, so that what is told later is never older."""

    def __init__(self, room: "Room") -> None:
        self.room = room
        self.told = 0  # the room's count of what tools said, as of the last telling to everyone
        self._newcomers: list[Socket] = []
        self._dirty: set[str] = set()
        self._timer: asyncio.Handle | None = None
        self._rested = 0.0  # when the next one may begin
        self._pause = PAUSE
        self._apart: dict[str, asyncio.Handle] = {}
        self._late: set[str] = set()

    def welcome(self, socket: Socket) -> None:
        """All tools, for who comes in; many who come at once read the text first."""
        self._newcomers.append(socket)
        self._soon(0)

    def door(self) -> None:
        """Somebody came or went: said together with all who do in the next moment."""
        if "door" not in self._apart:
            self._apart["door"] = self.room.hub.loop.call_later(DOOR, self._tell_late, "door")
        self._late.add("door")

    def tell(self, name: str | None) -> None:
        """Send a tool's state (or, for None, all tools') to everyone here."""
        if name in APART:
            if name in self._apart:
                self._late.add(name)
                return
            self._apart[name] = self.room.hub.loop.call_later(APART[name], self._tell_late, name)
        self._dirty.add(name or "")
        self._soon(TOGETHER)

    @property
    def busy(self) -> bool:
        """Whether what tools say now is on its way to everyone."""
        return bool(self._dirty or self._late) or self.room.does("tools")

    def _soon(self, wait: float) -> None:
        if self._timer is None:
            wait = max(wait, self._rested - self.room.hub.loop.time())
            self._timer = self.room.hub.loop.call_later(wait, self.room.soon, "tools", self._tell_all)

    def _tell_late(self, name: str) -> None:
        del self._apart[name]
        if name in self._late:
            self._late.discard(name)
            self.tell(name)

    async def _tell_all(self) -> None:
        self._timer, began = None, self.room.hub.loop.time()
        newcomers, self._newcomers = self._newcomers, []
        names: set[str] = set()
        try:
            if newcomers:
                await self._tell_to(newcomers, None)
                newcomers = []
            names, self._dirty = self._dirty, set()
            if names:
                self.told = await self._tell_to(self.room.sockets, None if "" in names else sorted(names))
        except Exception:
            log.exception("What the tools of room %s say could not be read; once more in a moment.", self.room.key)
            self._put_back(newcomers, names)
            return
        now, self._pause = self.room.hub.loop.time(), PAUSE
        self._rested = max(self._rested, now + min(RESTS_MOST, RESTS * (now - began)))

    def _put_back(self, newcomers: list[Socket], names: set[str]) -> None:
        """Nobody else says again what could not be read: it is told after a pause, as long as anybody is here."""
        here = self.room.sockets
        self._newcomers = [socket for socket in newcomers + self._newcomers if socket in here]
        self._dirty = self._dirty | names if here else set()
        self._rested = max(self._rested, self.room.hub.loop.time() + self._pause)
        self._pause = min(PAUSE_MOST, 2 * self._pause)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if here:
            self._soon(0)

    async def _tell_to(self, sockets: Collection[Socket], names: list[str] | None) -> int:
        sockets = list(sockets)
        participants = list({socket.standing.viewer for socket in sockets})
        told, frames = await self.room.hub.run(reading.snapshots, self.room.key, names, participants)
        for socket in sockets:
            for frame in frames.get(socket.standing.viewer, ()):
                socket.send(frame)
        return told
