"""uvicorn's WebSockets with a short cut: a room takes its connection over and writes ready-made frames to it."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from realtime.protocol import FRAME_LIMIT, Close

try:
    from websockets.speedups import apply_mask
except ImportError:  # where it could not be compiled
    from websockets.utils import apply_mask

TAKE_OVER: Final = "copact.line"  # the extension of the scope that rooms look for
LOW: Final = 64 * 1024  # what may wait in a connection that counts as keeping up
FRAGMENTS: Final = 64
EARLY: Final = 64 * 1024  # what may wait while somebody's ticket is read
LATE: Final = 64 * 1024  # what is read after our goodbye, to find the answer to it
LAST_WORD: Final = 2.0  # seconds that a closing handshake may take
SLOW_WORD: Final = 10.0  # the same for a reader who has much to read before it
DEAF_WORD: Final = 0.5  # and for one whose words cannot be understood any more

CONTINUED, TEXT, BINARY, GOODBYE, PING, PONG = 0, 1, 2, 8, 9, 10
BROKEN: Final = 1002
LEAVING: Final = 1012


class Line(asyncio.Protocol):
    """A connection without compression: messages in by a call, frames out as they are.

    It reads what RFC 6455 lets a browser send, and nothing else.
    """

    __slots__ = (
        "_closing",
        "_connections",
        "_deaf",
        "_hear",
        "_held",
        "_left",
        "_lost",
        "_need",
        "_parts",
        "_pong",
        "_pulse",
        "_refuse",
        "_sign",
        "_silent",
        "_spare",
        "_text",
        "_timer",
        "_transport",
        "drained",
        "waiting",
        "write",
    )

    def __init__(self, transport: Any, connections: set[Any], pulse: float | None) -> None:
        self._transport = transport
        self._connections = connections
        self._pulse = pulse
        self.write = transport.write
        self.waiting = transport.get_write_buffer_size
        self.drained: Callable[[], None] | None = None
        self._hear: Callable[[bytes], None] | None = None
        self._sign: Callable[[], None] | None = None
        self._refuse: Callable[[int], None] | None = None
        self._lost: Callable[[], None] | None = None
        self._held = bytearray()
        self._need = self._left = 0
        self._spare = LATE
        self._parts: list[bytes] = []
        self._pong: bytes | None = None
        self._closing = self._deaf = self._silent = self._text = False
        self._timer: asyncio.TimerHandle | None = None
        connections.add(self)
        transport.set_write_buffer_limits(high=LOW, low=LOW // 2)
        transport.set_protocol(self)

    def begin(
        self,
        hear: Callable[[bytes], None],
        sign: Callable[[], None],
        refuse: Callable[[int], None],
        lost: Callable[[], None],
    ) -> None:
        """`hear` gets each message (an empty one for text), `sign` is told of each ping and pong, `refuse` gets the code
        for what is none of them; `lost` ends it."""
        self._hear, self._sign, self._refuse, self._lost = hear, sign, refuse, lost
        if self._transport.is_closing():
            asyncio.get_running_loop().call_soon(self.connection_lost, None)
            return
        self._tick()
        if self._held:
            self.data_received(b"")

    # --- reading -------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        self._silent = False
        if self._closing:
            self._spare -= len(data)
            self._deaf = self._deaf or self._spare < 0
        if self._held or self._hear is None:
            self._held += data
            if len(self._held) < self._need or self._hear is None:
                return
            data = bytes(self._held)
            self._held = bytearray()
        at, size = 0, len(data)
        while at < size and not self._deaf:
            after = self._frame(data, at, size)
            if after == at:
                self._held += data[at:]
                break
            at = after
        if self._pong is not None:
            self._answer()

    def _frame(self, data: bytes, at: int, size: int) -> int:
        """Take the frame that begins at `at`; the place after it, or `at` while a part of it has not come."""
        if size - at < 6:
            self._need = 6
            return at
        first, second = data[at], data[at + 1]
        if second < 0x80 or first & 0x70:
            return self._fail(BROKEN, size)
        length, body = second & 0x7F, at + 6
        if length > 125:
            body, length = self._long(data, at, size)
            if not length:
                return body
        end = body + length
        if end > size:
            self._need = end - at
            return at
        message = apply_mask(data[body:end], data[body - 4 : body])
        if first == 0x82 and not self._parts:
            self._say(message)
        else:
            self._other(first, message, size)
        return end

    def _long(self, data: bytes, at: int, size: int) -> tuple[int, int]:
        """Where the body of a frame with a wide length begins, and that length; 0 where the frame cannot be taken."""
        wide = 2 if data[at + 1] == 0xFE else 8
        body = at + 6 + wide
        if size < body:
            self._need = body - at
            return at, 0
        length = int.from_bytes(data[at + 2 : at + 2 + wide], "big")
        if length < (126 if wide == 2 else 65536):
            return self._fail(BROKEN, size), 0
        if length > FRAME_LIMIT:
            return self._fail(Close.TOO_BIG, size), 0
        return body, length

    def _say(self, message: bytes) -> None:
        if not self._closing and self._hear is not None:
            self._hear(message)

    def _other(self, first: int, message: bytes, size: int) -> None:
        kind, last = first & 0x0F, first >= 0x80
        if kind >= GOODBYE:
            if not last or len(message) > 125 or kind > PONG:
                self._fail(BROKEN, size)
            elif kind == GOODBYE:
                self._goodbye(message, size)
            else:
                self._signed(kind, message)
            return
        if kind > BINARY or (kind == CONTINUED) != bool(self._parts):
            self._fail(BROKEN, size)
            return
        self._part(kind, message, last, size)

    def _signed(self, kind: int, message: bytes) -> None:
        if kind == PING:
            self._pong = message  # of several at once, the last one is answered
        if self._sign is not None:
            self._sign()

    def _part(self, kind: int, message: bytes, last: bool, size: int) -> None:
        if kind != CONTINUED:
            self._text = kind == TEXT
        self._parts.append(message)
        if len(self._parts) > FRAGMENTS or sum(map(len, self._parts)) > FRAME_LIMIT:
            self._fail(Close.TOO_BIG, size)
        elif last:
            parts, self._parts = self._parts, []
            self._say(b"" if self._text else b"".join(parts))

    def _answer(self) -> None:
        pong, self._pong = self._pong or b"", None
        if not self._closing and not self._transport.is_closing() and self.waiting() < LOW:
            self.write(bytes((0x8A, len(pong))) + pong)

    # --- ending --------------------------------------------------------------------------

    def _goodbye(self, message: bytes, size: int) -> None:
        if len(message) == 1:
            self._fail(BROKEN, size)
            return
        self._deaf = True
        if not self._closing:
            self._closing = True
            self.write(bytes((0x88, len(message[:2]))) + message[:2])
        self._hang_up()

    def _fail(self, code: int, size: int) -> int:
        """Nothing that comes after this can be understood."""
        self._deaf = True
        self._parts = []
        self._held = bytearray()
        if self._refuse is not None:
            self._refuse(code)
        return size

    def end(self, code: int) -> None:
        """Say goodbye with `code` after what waits; who does not answer is cut off."""
        if self._closing:
            return
        self._closing = True
        if not self._transport.is_closing():
            self.write(b"\x88\x02" + int(code).to_bytes(2, "big"))
            if self._deaf:
                self._after(DEAF_WORD, self._hang_up)
            else:
                self._after(SLOW_WORD if code == Close.TOO_SLOW else LAST_WORD, self._transport.abort)

    def _hang_up(self) -> None:
        self._after(LAST_WORD, self._transport.abort)
        self._transport.close()

    def _after(self, seconds: float, what: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, what)

    def _tick(self) -> None:
        """Ask now and then whether the other side is there still; one that reads on is."""
        waiting = self.waiting()
        if self._silent and not 0 < waiting < self._left:
            self._transport.abort()
            return
        self._left = waiting
        if self._pulse:
            self._silent = True
            if waiting < LOW:
                self.write(b"\x89\x00")
            self._timer = asyncio.get_running_loop().call_later(self._pulse, self._tick)

    def shutdown(self) -> None:
        """The server ends, and nobody else has said so to this browser."""
        self.end(LEAVING)

    # --- what the transport tells --------------------------------------------------------

    def resume_writing(self) -> None:
        if self.drained is not None:
            self.drained()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._closing = self._deaf = True
        self._connections.discard(self)
        lost, self._lost = self._lost, None
        self._hear = self._sign = self._refuse = self.drained = None
        if lost is not None:
            lost()


class RoomProtocol(WebSocketsSansIOProtocol):
    """Hands the connection to an application that asks for it; every other one is served as always."""

    _early: bytearray | None = None  # what comes before the application has decided

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.handshake_initiated and not self.conn.extensions and hasattr(self, "scope"):
            self._early = bytearray()
            extensions: Any = self.scope["extensions"]
            extensions[TAKE_OVER] = self._take_over

    def data_received(self, data: bytes) -> None:
        if self._early is None:
            super().data_received(data)
            return
        self._early += data
        if len(self._early) > EARLY:
            self._decline()

    def _decline(self) -> None:
        """The application wants messages of the ASGI."""
        early, self._early = self._early, None
        if early and not self.transport.is_closing():
            super().data_received(bytes(early))

    def _take_over(self) -> Line | None:
        """The connection from now on; None where it is no longer to be had."""
        if self._early is None or not self.handshake_complete or self.close_sent or self.disconnected:
            return None
        early, self._early = self._early, None
        self.stop_keepalive()
        self.connections.discard(self)
        # With this handle the end of the application does not close the connection.
        self.close_timer = self.loop.call_later(0, int)
        self.close_timer.cancel()
        line = Line(self.transport, self.connections, self.ping_interval)
        if early:
            line.data_received(bytes(early))
        return line

    async def receive(self) -> Any:
        if self.handshake_complete:
            self._decline()
        return await super().receive()

    async def send(self, message: Any) -> None:
        if self.handshake_complete:
            self._decline()
        await super().send(message)
