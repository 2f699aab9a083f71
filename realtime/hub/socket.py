"""One connection of one person: what it may, what it is owed, and a queue that cannot grow without bound."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, Final
from uuid import UUID

from prometheus_client import Gauge

from realtime import protocol
from realtime.hub.reading import Standing
from realtime.protocol import Close

QUEUED = Gauge("copact_room_queue_bytes", "Bytes that wait to be sent to sockets.")

SOFT: Final = 128 * 1024  # presence is dropped
HARD: Final = 512 * 1024  # text waits for one catch-up
LOW: Final = 64 * 1024  # the catch-up may come
MOST: Final = 4 * 1024 * 1024  # tools and answers too are too much now
PATIENCE: Final = 30.0  # seconds behind until a reader counts as too slow

FRAMES, FRAME_BURST = 50.0, 200.0
BYTES, BYTE_BURST = 1024.0 * 1024, 8.0 * 1024 * 1024
PRESENCES, PRESENCE_BURST = 20.0, 40.0

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Allowance:
    """So much a second, with a burst."""

    __slots__ = ("at", "burst", "left", "rate")

    def __init__(self, rate: float, burst: float) -> None:
        self.rate, self.burst, self.left, self.at = rate, burst, burst, monotonic()

    def take(self, amount: float = 1.0) -> bool:
        now = monotonic()
        self.left = min(self.burst, self.left + (now - self.at) * self.rate)
        self.at = now
        if self.left < amount:
            return False
        self.left -= amount
        return True


class Socket:
    """A connection and its writer task.

    `received` counts update frames; the first `saved` of them are in durable storage. What was
    received but not taken (a gap, no right to write) is `owed`, client -> clock: until that has
    come again, nothing more counts as saved.
    """

    def __init__(self, send: Send, standing: Standing) -> None:
        self._send = send
        self.standing = standing
        self.language = standing.language
        self.live = False
        self.client: int | None = None  # the one client id whose presence this socket may tell
        self.received = self.saved = self.told_saved = 0
        self.owed: dict[int, int] = {}
        self.asked = self.denied = self.barred = False
        self.gaps = 0
        self.lag: bytes | None = None
        self.lag_since = 0.0
        self.code: int | None = None
        self.frames = Allowance(FRAMES, FRAME_BURST)
        self.bytes = Allowance(BYTES, BYTE_BURST)
        self.presences = Allowance(PRESENCES, PRESENCE_BURST)
        self.commands = 0
        self._queue: deque[bytes] = deque()
        self._size = 0
        self._wake = asyncio.Event()
        self.ended = asyncio.Event()
        self.drained: Callable[[Socket], None] | None = None
        self._task = asyncio.get_running_loop().create_task(self._write())

    @property
    def person(self) -> UUID:
        return self.standing.person

    @property
    def participant(self) -> UUID:
        return self.standing.participant

    def may(self, ability: str) -> bool:
        return self.standing.abilities.get(ability, False)

    @property
    def held(self) -> bool:
        return bool(self.owed)

    def owe(self, ends: dict[int, int]) -> None:
        """Something was not taken. Deletions alone have no clocks: those wait for the client's next full answer."""
        for client, end in (ends or {-1: 1}).items():
            self.owed[client] = max(end, self.owed.get(client, 0))

    def settle(self, clocks: dict[int, int], *, answered: bool) -> None:
        """What of it has come by now."""
        if answered:
            self.owed.pop(-1, None)
        self.owed = {client: end for client, end in self.owed.items() if clocks.get(client, 0) < end}

    # --- sending -------------------------------------------------------------------------

    def send(self, frame: bytes) -> None:
        """A frame that must arrive, or the connection ends."""
        if self.code is not None:
            return
        self._queue.append(frame)
        self._size += len(frame)
        QUEUED.inc(len(frame))
        if self._size > MOST + len(frame):
            self.close(Close.TOO_SLOW)
        self._wake.set()

    def send_text(self, frame: bytes, before: bytes) -> None:
        """A part of the text; a reader who cannot keep up gets one catch-up from the vector `before` on instead."""
        if self.lag is not None:
            if monotonic() - self.lag_since > PATIENCE:
                self.close(Close.TOO_SLOW)
        elif self._size + len(frame) > HARD and self._queue:
            self.lag, self.lag_since = before, monotonic()
        else:
            self.send(frame)

    def send_presence(self, frame: bytes) -> None:
        if self._size < SOFT:
            self.send(frame)

    def tell_saved(self) -> None:
        if self.saved > self.told_saved:
            self.told_saved = self.saved
            self.send(protocol.saved(self.saved))

    def close(self, code: int) -> None:
        """End the connection after what is queued, or at once where the reader is too slow."""
        if self.code is None:
            self.code = code
            if code == Close.TOO_SLOW:
                self._forget()
                self._task.cancel()
            self._wake.set()

    async def finish(self) -> None:
        """End the writer task; nothing is sent any more."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        self._forget()
        self.ended.set()

    def _forget(self) -> None:
        QUEUED.dec(self._size)
        self._queue.clear()
        self._size = 0

    async def _write(self) -> None:
        try:
            while True:
                while self._queue:
                    frame = self._queue.popleft()
                    await self._send({"type": "websocket.send", "bytes": frame})
                    self._size -= len(frame)
                    QUEUED.dec(len(frame))
                    if self.lag is not None and self._size < LOW and self.drained is not None:
                        self.drained(self)
                if self.code is not None:
                    return
                self._wake.clear()
                await self._wake.wait()
        except (OSError, RuntimeError):
            # The other side has gone, each server says so in its own words.
            self.code = self.code or 1006
        finally:
            self.ended.set()
