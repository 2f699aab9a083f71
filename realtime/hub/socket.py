"""One connection of one person: what it may, what it is owed, and a line that cannot fill memory."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Protocol
from uuid import UUID

from prometheus_client import Gauge

from realtime import protocol
from realtime.document import Pen
from realtime.hub.reading import Standing
from realtime.protocol import Close

if TYPE_CHECKING:
    from realtime.hub.room import Room

QUEUED = Gauge("copact_room_queue_bytes", "Bytes that wait to be sent to sockets.")

SOFT: Final = 128 * 1024  # presence is dropped
HARD: Final = 512 * 1024  # text waits for one catch-up
LOW: Final = 64 * 1024  # the catch-up may come
MOST: Final = 4 * 1024 * 1024  # tools and answers too are too much now
PATIENCE: Final = 30.0  # seconds behind until a reader counts as too slow

FRAMES, FRAME_BURST = 50.0, 200.0
BYTES, BYTE_BURST = 1024.0 * 1024, 8.0 * 1024 * 1024
LEAST: Final = 64  # bytes that any frame counts as: a short one costs to be read, too
SIGNS, SIGN_BURST = 200.0, 400.0  # presence, pings and pongs: a page sends at most 13 a second
PRESENCES, PRESENCE_BURST = 20.0, 40.0  # of presence, what is told to others
VECTORS, VECTOR_BURST = 0.5, 10.0  # asking for what one lacks; a page does it once for each connection

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Allowance:
    """So much a second, with a burst."""

    __slots__ = ("at", "burst", "left", "rate")

    def __init__(self, rate: float, burst: float) -> None:
        self.rate, self.burst, self.left, self.at = rate, burst, burst, monotonic()

    def take(self, amount: float = 1.0) -> bool:
        now = monotonic()
        left = self.left + (now - self.at) * self.rate
        self.at = now
        if left > self.burst:
            left = self.burst
        if left < amount:
            self.left = left
            return False
        self.left = left - amount
        return True


class Line(Protocol):
    """The way to a browser; takes ready-made frames of WebSockets and keeps what cannot go yet."""

    drained: Callable[[], None] | None  # called when little waits again

    def write(self, frame: bytes) -> None: ...

    def waiting(self) -> int:
        """Bytes that could not go yet."""

    def end(self, code: int) -> None:
        """Close with `code` after what waits; where the reader is too slow, without it."""


class Socket:
    """A connection.

    `received` counts update frames; the first `saved` of them are in durable storage. What was
    received but not taken (a gap, no right to write) is `owed`, client -> clock: until that has
    come again, nothing more counts as saved.
    """

    __slots__ = (
        "asked",
        "barred",
        "bytes",
        "client",
        "code",
        "commands",
        "denied",
        "ended",
        "frames",
        "gaps",
        "lag",
        "lag_since",
        "language",
        "line",
        "live",
        "most",
        "owed",
        "pen",
        "presences",
        "received",
        "righted",
        "room",
        "saved",
        "serving",
        "signs",
        "standing",
        "told_saved",
        "vector",
        "vectors",
        "waiting",
        "write",
    )

    def __init__(self, line: Line, standing: Standing, room: "Room") -> None:
        self.line = line
        self.write, self.waiting = line.write, line.waiting
        line.drained = self._drained
        self.room = room
        self.standing = standing
        self.language = standing.language
        self.live = False
        self.client: int | None = None  # the one client id whose presence this socket may tell
        self.received = self.saved = self.told_saved = 0
        self.owed: dict[int, int] = {}
        self.pen: Pen | None = None  # with which it typed last
        self.asked = self.denied = self.barred = self.ended = self.righted = False
        self.gaps = 0
        self.lag: int | None = None
        self.most = MOST
        self.lag_since = 0.0
        self.code: int | None = None
        self.frames = Allowance(FRAMES, FRAME_BURST)
        self.bytes = Allowance(BYTES, BYTE_BURST)
        self.signs = Allowance(SIGNS, SIGN_BURST)
        self.presences = Allowance(PRESENCES, PRESENCE_BURST)
        self.vectors = Allowance(VECTORS, VECTOR_BURST)
        self.vector: bytes | None = None  # what it says that it has, until that is answered
        self.serving = False
        self.commands = 0

    @property
    def person(self) -> UUID:
        return self.standing.person

    @property
    def participant(self) -> UUID:
        return self.standing.participant

    def may(self, ability: str) -> bool:
        return self.standing.abilities.get(ability, False)

    def owe(self, ends: dict[int, int]) -> None:
        """Something was not taken. Deletions alone have no clocks: those wait for the client's next full answer."""
        for client, end in (ends or {-1: 1}).items():
            self.owed[client] = max(end, self.owed.get(client, 0))

    def settle(self, clocks: dict[int, int], *, answered: bool) -> None:
        """What of it has come by now."""
        if answered:
            self.owed.pop(-1, None)
        self.owed = {client: end for client, end in self.owed.items() if clocks.get(client, 0) < end}

    def asks(self, vector: bytes) -> bool:
        """Somebody says what they have. Whether to begin with answers; where one is under way, the next comes after it."""
        if not self.vectors.take():
            self.close(Close.TOO_FAST)
            return False
        self.vector, serving, self.serving = vector, self.serving, True
        return not serving

    async def served(self, answer: "Callable[[Socket, bytes], Awaitable[None]]") -> None:
        """One answer at a time; where several questions wait, only the last."""
        try:
            while self.code is None and (vector := self.vector) is not None:
                self.vector = None
                await answer(self, vector)
        finally:
            self.serving = False

    # --- sending -------------------------------------------------------------------------

    def send(self, message: bytes) -> None:
        """A message that must arrive, or the connection ends."""
        self.send_frame(protocol.framed(message))

    def send_frame(self, frame: bytes) -> None:
        """The same for what was framed once for many."""
        if self.code is not None:
            return
        if self.waiting() > self.most:
            self.close(Close.TOO_SLOW)
            return
        self.write(frame)

    def send_first(self, frames: list[bytes]) -> None:
        """What a newcomer asked for; as long as it takes, it does not count as being slow."""
        waiting = self.waiting()
        if waiting > MOST:
            self.close(Close.TOO_SLOW)  # the last answer waits still
        if self.code is None:
            self.most = MOST + waiting + sum(map(len, frames))
            for frame in frames:
                self.write(frame)

    def send_text(self, frame: bytes) -> bool:
        """A part of the text; whether there was room for it, or it need not come any more."""
        if self.lag is not None or self.code is not None:
            if self.code is None and monotonic() - self.lag_since > PATIENCE:
                self.close(Close.TOO_SLOW)
            return True
        waiting = self.waiting()
        if waiting > LOW and waiting + len(frame) > HARD:
            return False
        self.write(frame)
        return True

    def fall_behind(self, row: int) -> None:
        """A reader who cannot keep up gets, once there is room again, what follows on `row` of the log."""
        self.lag, self.lag_since = row, monotonic()

    def _drained(self) -> None:
        self.most = MOST
        if self.lag is not None and self.code is None:
            self.room.catch_up(self)

    def send_presence(self, frame: bytes) -> None:
        if self.code is None and self.waiting() < SOFT:
            self.write(frame)

    def tell_saved(self) -> None:
        if self.saved > self.told_saved:
            self.told_saved = self.saved
            self.send(protocol.saved(self.saved))

    def close(self, code: int) -> None:
        """End the connection after what waits, or at once where the reader is too slow."""
        if self.code is None:
            self.code = code
            self.line.end(code)


class Queue:
    """A line through the server's own `send`, for every server of the ASGI: a task that writes."""

    __slots__ = ("_frames", "_send", "_size", "_task", "_wake", "code", "drained", "ended")

    def __init__(self, send: Send) -> None:
        self._send = send
        self._frames: deque[bytes] = deque()
        self._size = 0
        self._wake = asyncio.Event()
        self.code: int | None = None
        self.drained: Callable[[], None] | None = None
        self.ended = asyncio.Event()
        self._task = asyncio.get_running_loop().create_task(self._write())

    def write(self, frame: bytes) -> None:
        self._frames.append(frame)
        self._size += len(frame)
        self._wake.set()

    def waiting(self) -> int:
        return self._size

    def end(self, code: int) -> None:
        self.code = code
        if code == Close.TOO_SLOW:
            self._task.cancel()
            self._forget()
        self._wake.set()

    async def finish(self) -> None:
        """End the task; nothing is sent any more."""
        self._task.cancel()
        await asyncio.wait([self._task])
        self._forget()

    def _forget(self) -> None:
        self._frames.clear()
        self._size = 0

    async def _write(self) -> None:
        try:
            while True:
                while self._frames:
                    frame = self._frames.popleft()
                    await self._send({"type": "websocket.send", "bytes": protocol.unframed(frame)})
                    self._size -= len(frame)
                    if self._size < LOW and self.drained is not None:
                        self.drained()
                if self.code is not None:
                    return
                self._wake.clear()
                await self._wake.wait()
        except (OSError, RuntimeError):
            # The other side has gone, each server says so in its own words.
            self.code = self.code or 1006
        finally:
            self.ended.set()
