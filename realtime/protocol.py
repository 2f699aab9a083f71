"""The wire of a room: lib0 numbers and strings, frames of the Yjs protocols and our own, and close codes."""

import json
from enum import IntEnum
from typing import Any, Final, NamedTuple

# The largest number that lib0 writes exactly: JavaScript's Number.MAX_SAFE_INTEGER.
MAX_UINT: Final = 2**53 - 1

FRAME_LIMIT: Final = 1024 * 1024
UPDATE_LIMIT: Final = 256 * 1024
AWARENESS_LIMIT: Final = 4 * 1024
PRESENCE_LIMIT: Final = 2 * 1024
COMMAND_LIMIT: Final = 32 * 1024
DEPTH_LIMIT: Final = 32  # of a caret and of what a command says: writing it takes as many calls within each other


class Kind(IntEnum):
    """The first number of a frame."""

    SYNC = 0
    AWARENESS = 1
    AUTH = 2
    QUERY = 3
    SAVED = 8
    ROOM = 9


class Sync(IntEnum):
    """The second number of a sync frame."""

    STEP1 = 0
    STEP2 = 1
    UPDATE = 2


class Close(IntEnum):
    """Why a socket is closed; all in the private range, since not every server can send the others."""

    SIGNED_OUT = 4401
    FORBIDDEN = 4403
    NO_ROOM = 4404
    TOO_SLOW = 4408
    RIGHTED = 4409  # the board was put right after a change that its rules do not allow: the client reads it anew
    ANEW = 4410  # words were taken out of the text for good: what the client holds is of an older one
    TOO_BIG = 4413
    BAD_UPDATE = 4422
    TOO_FAST = 4429
    RESTARTING = 4501
    CANNOT_SAVE = 4503
    LATER = 4504


class Malformed(ValueError):
    """These bytes are not what the protocol says."""


class Presence(NamedTuple):
    """One entry of an awareness frame; `state` is None for someone who left."""

    client: int
    clock: int
    state: dict[str, Any] | None


class Message(NamedTuple):
    """A frame from a client: its kind, for sync frames which step, and what it carries."""

    kind: Kind
    step: Sync | None
    payload: bytes


# --- lib0 --------------------------------------------------------------------------------


def write_uint(value: int) -> bytes:
    """`value` as lib0's varuint: 7 bits a byte, the lowest first."""
    if value < 0x80:
        return bytes((value,))
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def read_uint(data: bytes, at: int) -> tuple[int, int]:
    """The varuint at `at` and the place after it."""
    value = shift = 0
    try:
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
            shift += 7
            if shift > 49:
                raise Malformed("a number of more than 53 bits")
    except IndexError:
        raise Malformed("the bytes end inside a number") from None
    if value > MAX_UINT:
        raise Malformed("a number of more than 53 bits")
    return value, at


def write_bytes(data: bytes) -> bytes:
    """`data` with its length before it."""
    return write_uint(len(data)) + data


def read_bytes(data: bytes, at: int) -> tuple[bytes, int]:
    """The bytes whose length stands at `at`, and the place after them."""
    length, at = read_uint(data, at)
    end = at + length
    if end > len(data):
        raise Malformed("the bytes end too early")
    return data[at:end], end


def read_string(data: bytes, at: int) -> tuple[str, int]:
    raw, at = read_bytes(data, at)
    try:
        return raw.decode(), at
    except UnicodeDecodeError:
        raise Malformed("a string that is not UTF-8") from None


# --- Frames to clients -------------------------------------------------------------------


def sync(step: Sync, payload: bytes) -> bytes:
    return bytes((Kind.SYNC, step)) + write_bytes(payload)


def awareness(entries: list[Presence]) -> bytes:
    body = bytearray(write_uint(len(entries)))
    for entry in entries:
        state = json.dumps(entry.state, ensure_ascii=False, separators=(",", ":")).encode()
        body += write_uint(entry.client) + write_uint(entry.clock) + write_bytes(state)
    return bytes((Kind.AWARENESS,)) + write_bytes(bytes(body))


def denied(reason: str) -> bytes:
    """This connection may not write; sent once, and again when that changes."""
    return bytes((Kind.AUTH, 0)) + write_bytes(reason.encode())


def saved(count: int) -> bytes:
    """The first `count` update frames of this connection are in durable storage."""
    return bytes((Kind.SAVED,)) + write_uint(count)


def room(body: dict[str, Any]) -> bytes:
    return room_text(text(body))


def room_text(said: str) -> bytes:
    """The same of a body that is written already."""
    return bytes((Kind.ROOM,)) + write_bytes(said.encode())


def text(value: Any) -> str:
    """`value` as JSON, as short as it gets."""
    return _TEXT.encode(value)


_TEXT: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def framed(message: bytes) -> bytes:
    """`message` as an unmasked binary frame of WebSockets: the same bytes serve every reader."""
    length = len(message)
    if length < 126:
        return bytes((0x82, length)) + message
    if length < 65536:
        return b"\x82\x7e" + length.to_bytes(2, "big") + message
    return b"\x82\x7f" + length.to_bytes(8, "big") + message


def unframed(frame: bytes) -> bytes:
    """The message in a frame of ours, for servers that make frames themselves."""
    return frame[2:] if frame[1] < 126 else frame[4:] if frame[1] == 126 else frame[10:]


# --- Frames from clients -----------------------------------------------------------------


def read(frame: bytes) -> Message:
    """One frame of a client. Raises Malformed for what is no frame of this protocol."""
    number, at = read_uint(frame, 0)
    if number == Kind.SYNC:
        step, at = read_uint(frame, at)
        if step > Sync.UPDATE:
            raise Malformed("an unknown step of sync")
        payload, _ = read_bytes(frame, at)
        return Message(Kind.SYNC, Sync(step), payload)
    if number in (Kind.AWARENESS, Kind.ROOM):
        payload, _ = read_bytes(frame, at)
        return Message(Kind(number), None, payload)
    if number == Kind.QUERY:
        return Message(Kind.QUERY, None, b"")
    raise Malformed("an unknown kind of frame")


def read_awareness(payload: bytes) -> list[Presence]:
    """The entries of an awareness frame. Raises Malformed, also for states that are no JSON object."""
    if len(payload) > AWARENESS_LIMIT:
        raise Malformed("too much presence")
    count, at = read_uint(payload, 0)
    entries = []
    for _ in range(count):
        client, at = read_uint(payload, at)
        clock, at = read_uint(payload, at)
        raw, at = read_bytes(payload, at)
        entries.append(Presence(client, clock, _object_or_null(raw)))
    return entries


def read_command(payload: bytes) -> dict[str, Any]:
    """A room command {"tool", "do", "args", "id"}. Raises Malformed where one of them has the wrong type."""
    if len(payload) > COMMAND_LIMIT:
        raise Malformed("too long a command")
    body = _object_or_null(payload)
    if body is None:
        raise Malformed("a command that is null")
    names = (body.get("tool"), body.get("do"), body.get("id"))
    if not all(isinstance(name, str) and 0 < len(name) <= 64 for name in names):
        raise Malformed("a command without its names")
    args = body.get("args", {})
    if not isinstance(args, dict):
        raise Malformed("arguments that are no object")
    return {"tool": names[0], "do": names[1], "id": names[2], "args": args}


def _object_or_null(raw: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None
    if raw.count(b"[") + raw.count(b"{") > DEPTH_LIMIT and depth(value) > DEPTH_LIMIT:
        raise Malformed("JSON nested too deep")
    if value is None or isinstance(value, dict):
        return value
    raise Malformed("not a JSON object")


def depth(value: Any) -> int:
    """How deep lists and objects lie in each other."""
    deepest, todo = 0, [(value, 1)]
    while todo:
        each, level = todo.pop()
        deepest = max(deepest, level)
        inner = each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
        todo.extend((item, level + 1) for item in inner)
    return deepest


# --- State vectors -----------------------------------------------------------------------


def write_vector(clocks: dict[int, int]) -> bytes:
    """A Yjs state vector: how much of each client is known."""
    out = bytearray(write_uint(len(clocks)))
    for client, clock in clocks.items():
        out += write_uint(client) + write_uint(clock)
    return bytes(out)


def read_vector(data: bytes) -> dict[int, int]:
    """Raises Malformed."""
    count, at = read_uint(data, 0)
    clocks: dict[int, int] = {}
    for _ in range(count):
        client, at = read_uint(data, at)
        clock, at = read_uint(data, at)
        clocks[client] = clock
    return clocks
