"""The short cut into uvicorn: what a browser may send is read, whatever way it is cut; what it may not ends the line."""

import asyncio
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uvicorn import Config
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode

from realtime import server
from realtime.protocol import FRAME_LIMIT, Close, framed, unframed
from realtime.server import TAKE_OVER, Line, RoomProtocol
from tests.realtime.scripted import until

HANDSHAKE = (
    b"GET /ws/rooms/x/?ticket=y HTTP/1.1\r\nHost: copact.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Pipe:
    """A transport that keeps what is written to it."""

    def __init__(self) -> None:
        self.out = bytearray()
        self.waiting = 0
        self.closing = self.aborted = False
        self.protocol: Any = None

    def write(self, data: bytes) -> None:
        self.out += data

    def get_write_buffer_size(self) -> int:
        return self.waiting

    def set_write_buffer_limits(self, high: int, low: int) -> None:
        assert low < high

    def set_protocol(self, protocol: Any) -> None:
        self.protocol = protocol

    def is_closing(self) -> bool:
        return self.closing

    def close(self) -> None:
        self.closing = True

    def abort(self) -> None:
        self.closing = self.aborted = True

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return {"sockname": ("127.0.0.1", 8000), "peername": ("127.0.0.1", 50000)}.get(name, default)

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


class Heard:
    """A line with somebody who listens to it."""

    def __init__(self, *, pulse: float | None = None, waiting: int = 0) -> None:
        self.pipe = Pipe()
        self.pipe.waiting = waiting
        self.connections: set[Any] = set()
        self.messages: list[bytes] = []
        self.codes: list[int] = []
        self.signs = 0
        self.lost = 0
        self.line = Line(self.pipe, self.connections, pulse)
        self.line.begin(self.messages.append, self.sign, self.refuse, self.gone)

    def sign(self) -> None:
        self.signs += 1

    def refuse(self, code: int) -> None:
        self.codes.append(code)
        self.line.end(code)

    def gone(self) -> None:
        self.lost += 1

    def send(self, data: bytes) -> None:
        self.line.data_received(data)


def sent(opcode: Opcode, data: bytes, *, fin: bool = True, mask: bool = True) -> bytes:
    return Frame(opcode, data, fin).serialize(mask=mask)


def goodbye(code: int) -> bytes:
    return b"\x88\x02" + code.to_bytes(2, "big")


# --- Reading -----------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.binary(min_size=1, max_size=300) | st.sampled_from([b"x" * 125, b"x" * 126, b"x" * 65535, b"x" * 65536]),
            st.integers(1, 4),
            st.booleans(),
        ),
        max_size=6,
    ),
    st.integers(0, 2**32),
)
def test_messages_arrive_whole_however_the_network_cuts_them(
    messages: list[tuple[bytes, int, bool]], seed: int
) -> None:
    """Fragmented or not, with pings between the fragments, a byte at a time or all at once."""
    asyncio.run(_cut(messages, random.Random(seed)))


async def _cut(messages: list[tuple[bytes, int, bool]], dice: random.Random) -> None:
    heard, stream = Heard(), bytearray()
    for data, parts, pinged in messages:
        size = max(1, -(-len(data) // parts))
        pieces = [data[at : at + size] for at in range(0, len(data), size)]
        for place, piece in enumerate(pieces):
            opcode = Opcode.CONT if place else Opcode.BINARY
            stream += sent(opcode, piece, fin=place == len(pieces) - 1)
            if pinged:
                stream += sent(Opcode.PING, b"still there?")
    at = 0
    while at < len(stream):
        step = dice.choice([1, 2, 3, 7, 60, 5000, 100_000])
        heard.send(bytes(stream[at : at + step]))
        at += step
    assert heard.messages == [data for data, _, _ in messages]
    assert heard.codes == []
    if any(pinged for _, _, pinged in messages):
        assert heard.pipe.out.startswith(b"\x8a\x0cstill there?")


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.integers(1, 50))
def test_noise_ends_a_line_and_nothing_else(noise: bytes, step: int) -> None:
    async def hear() -> None:
        heard = Heard()
        for at in range(0, len(noise), step):
            heard.send(noise[at : at + step])
        assert all(code in (1002, Close.TOO_BIG) for code in heard.codes)
        assert len(heard.codes) <= 1
        heard.line.connection_lost(None)
        assert heard.lost == 1

    asyncio.run(hear())


HALF = sent(Opcode.BINARY, b"x" * 600_000, fin=False), sent(Opcode.CONT, b"x" * 600_000)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (sent(Opcode.BINARY, b"hello!", mask=False), 1002),
        (b"\xc2" + sent(Opcode.BINARY, b"x")[1:], 1002),
        (sent(Opcode.CONT, b"of nothing"), 1002),
        (sent(Opcode.BINARY, b"a", fin=False) + sent(Opcode.BINARY, b"b"), 1002),
        (b"\x83" + sent(Opcode.BINARY, b"x")[1:], 1002),
        (b"\x8b" + sent(Opcode.BINARY, b"x")[1:], 1002),
        (b"\x09" + sent(Opcode.PING, b"x")[1:], 1002),
        (b"\x89\xfe\x00\x7e" + b"\0" * 130, 1002),
        (b"\x82\xfe\x00\x05" + b"\0" * 9, 1002),
        (b"\x82\xff" + (126).to_bytes(8, "big") + b"\0" * 200, 1002),
        (b"\x82\xff" + (FRAME_LIMIT + 1).to_bytes(8, "big") + b"\0" * 4, Close.TOO_BIG),
        (b"\x82\xff" + b"\xff" * 12, Close.TOO_BIG),
        (sent(Opcode.BINARY, b"", fin=False) + 64 * sent(Opcode.CONT, b"x", fin=False), Close.TOO_BIG),
        (HALF[0] + HALF[1], Close.TOO_BIG),
        (sent(Opcode.CLOSE, b"\x03"), 1002),
    ],
    ids=[
        "unmasked",
        "compressed",
        "a rest of nothing",
        "two at once",
        "unknown",
        "unknown control",
        "a ping in parts",
        "a long ping",
        "a length in too many bytes",
        "a length in far too many bytes",
        "too long",
        "far too long",
        "too many parts",
        "too long in parts",
        "half a code",
    ],
)
async def test_what_no_browser_sends_is_refused_with_a_code(data: bytes, code: int) -> None:
    heard = Heard()
    heard.send(sent(Opcode.BINARY, b"before"))
    heard.send(data + sent(Opcode.BINARY, b"after"))
    assert (heard.messages, heard.codes) == ([b"before"], [code])
    assert bytes(heard.pipe.out) == goodbye(code)
    heard.send(sent(Opcode.BINARY, b"more"))
    assert heard.messages == [b"before"]


async def test_text_is_an_empty_message() -> None:
    heard = Heard()
    heard.send(sent(Opcode.TEXT, b"hello"))
    heard.send(sent(Opcode.TEXT, b"hel", fin=False) + sent(Opcode.CONT, b"lo"))
    assert heard.messages == [b"", b""]


async def test_of_many_pings_at_once_the_last_is_answered() -> None:
    heard = Heard()
    heard.send(b"".join(sent(Opcode.PING, str(number).encode()) for number in range(1000)))
    assert bytes(heard.pipe.out) == b"\x8a\x03999"


async def test_pings_and_pongs_are_counted_and_nothing_else() -> None:
    heard = Heard()
    heard.send(
        sent(Opcode.PING, b"") + sent(Opcode.BINARY, b"words") + sent(Opcode.PONG, b"") + sent(Opcode.PING, b"x")
    )
    heard.send(sent(Opcode.CLOSE, b""))
    assert (heard.signs, heard.messages) == (3, [b"words"])


async def test_who_floods_is_not_read_any_more_once_the_goodbye_was_said() -> None:
    heard = Heard()
    heard.line.end(Close.TOO_FAST)
    before = bytes(heard.pipe.out)
    flood = sent(Opcode.PING, b"") * 1000
    for _ in range(server.LATE // len(flood)):
        heard.send(flood)
    read = heard.signs
    for _ in range(10):
        heard.send(flood)
    assert read == server.LATE // len(flood) * 1000 == heard.signs
    assert bytes(heard.pipe.out) == before == goodbye(Close.TOO_FAST)
    heard.line.connection_lost(None)


# --- Ending ------------------------------------------------------------------------------


async def test_a_browser_that_leaves_is_answered() -> None:
    heard = Heard()
    heard.send(sent(Opcode.CLOSE, (1001).to_bytes(2, "big") + b"away") + sent(Opcode.BINARY, b"x"))
    assert bytes(heard.pipe.out) == goodbye(1001)
    assert heard.pipe.closing
    assert heard.messages == []
    heard.line.connection_lost(None)
    heard.line.connection_lost(None)
    assert (heard.lost, heard.connections) == (1, set())


async def test_who_does_not_answer_a_goodbye_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "LAST_WORD", 0.05)
    heard = Heard()
    heard.line.end(Close.FORBIDDEN)
    heard.line.end(Close.NO_ROOM)
    heard.send(sent(Opcode.BINARY, b"too late"))
    assert bytes(heard.pipe.out) == goodbye(Close.FORBIDDEN)
    assert heard.messages == []
    await until(lambda: heard.pipe.aborted)


async def test_who_answers_no_ping_is_cut_off_and_who_reads_on_is_not() -> None:
    gone, reading, here = Heard(pulse=60.0), Heard(pulse=60.0, waiting=1_000_000), Heard(pulse=60.0)
    for _ in range(3):
        reading.pipe.waiting -= 50_000
        here.send(sent(Opcode.PONG, b""))
        for each in (gone, reading, here):
            if not each.pipe.aborted:
                each.line._tick()
    assert [each.pipe.aborted for each in (gone, reading, here)] == [True, False, False]
    assert gone.pipe.out.startswith(b"\x89\x00")
    for each in (gone, reading, here):
        each.line.connection_lost(None)


async def test_the_server_says_that_it_ends_to_whom_nobody_else_did() -> None:
    heard = Heard()
    [connection] = heard.connections
    connection.shutdown()
    assert bytes(heard.pipe.out) == goodbye(1012)


# --- Handing over ------------------------------------------------------------------------


def protocol(application: Any, **options: Any) -> tuple[RoomProtocol, Pipe]:
    config = Config(application, ws=RoomProtocol, log_level="critical", lifespan="off", **options)
    config.load()
    made, pipe = RoomProtocol(config, ServerState(), {}), Pipe()
    made.connection_made(pipe)  # type: ignore[arg-type]
    made.data_received(HANDSHAKE)
    return made, pipe


async def test_what_came_before_the_hand_over_is_not_lost() -> None:
    heard: list[bytes] = []
    decide = asyncio.Event()

    async def room(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await decide.wait()
        line = scope["extensions"][TAKE_OVER]()
        line.begin(heard.append, lambda: None, line.end, lambda: None)

    made, pipe = protocol(room, ws_per_message_deflate=False)
    await until(lambda: pipe.out)
    early = sent(Opcode.BINARY, b"first") + sent(Opcode.BINARY, b"second")
    made.data_received(early[:9])
    made.data_received(early[9:20])
    decide.set()
    await until(lambda: heard)
    assert isinstance(pipe.protocol, Line)
    pipe.protocol.data_received(early[20:])
    assert heard == [b"first", b"second"]
    assert not pipe.closing, "the end of the application is not the end of the connection"
    assert [each is pipe.protocol for each in made.connections] == [True]


@pytest.mark.parametrize("compressed", [False, True])
async def test_an_application_that_does_not_take_over_is_served_as_always(compressed: bool) -> None:
    seen: list[Any] = []

    async def plain(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        seen.append(await receive())
        await send({"type": "websocket.send", "bytes": b"answer"})

    made, pipe = protocol(plain, ws_per_message_deflate=compressed)
    made.data_received(sent(Opcode.BINARY, b"a message"))
    await until(lambda: pipe.out.endswith(framed(b"answer")))
    assert seen == [{"type": "websocket.receive", "bytes": b"a message"}]


async def test_a_connection_that_is_gone_is_not_handed_over() -> None:
    got: list[Any] = []
    decide = asyncio.Event()

    async def room(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await decide.wait()
        got.append(scope["extensions"][TAKE_OVER]())

    made, pipe = protocol(room)
    await until(lambda: pipe.out)
    pipe.close()
    made.connection_lost(None)
    decide.set()
    await until(lambda: got)
    assert got == [None]


async def test_who_sends_too_much_before_being_let_in_is_served_as_always() -> None:
    decide = asyncio.Event()

    async def room(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await decide.wait()
        got.append(scope["extensions"][TAKE_OVER]())

    got: list[Any] = []
    made, pipe = protocol(room)
    await until(lambda: pipe.out)
    made.data_received(sent(Opcode.BINARY, b"x" * 70_000))
    decide.set()
    await until(lambda: got)
    assert got == [None]


def test_the_protocol_is_the_one_that_production_is_started_with() -> None:
    for name in ("Procfile", "tests/e2e/site.py", "bench/memory.py", "bench/realtime/targets.mjs"):
        with open(name) as file:
            assert "realtime.server:RoomProtocol" in file.read(), name


@given(st.binary(max_size=200) | st.sampled_from([b"x" * 126, b"x" * 65535, b"x" * 65536]))
def test_a_frame_holds_its_message(message: bytes) -> None:
    assert unframed(framed(message)) == message
