"""A short seal of what an update says, by which the same words are known again when somebody else brings them.

A row that a disk has damaged can come back from anybody who holds what it said. They hold it in other pieces, run
together with other words or cut by them, so what is sealed is each unit and what it hangs on. A second seal leaves the
words out and keeps their places: it is for words that were deleted since, of which nobody holds more.
"""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from realtime.document import update as u
from realtime.document.compacting import contents
from realtime.document.everyday import MOST
from realtime.document.update import Broken, Id
from realtime.protocol import Malformed, read_uint, write_bytes, write_uint

SIZE: Final = 10  # bytes of each of the two: to pass, one has to find other words with the very same seal
LONGEST: Final = 300_000  # units
ALTOGETHER: Final = 8 * LONGEST  # of one update


class Span(NamedTuple):
    """Clocks of a client, from `start` to before `end`."""

    client: int
    start: int
    end: int


class Part(NamedTuple):
    """A struct, or what a span has of it: `said` is what it says in one spelling, `raw` how an update says it."""

    kind: int
    clock: int
    length: int
    hung: tuple[Id | None, Id | None, Id | str | None, str | None]  # origin, right, parent, key
    said: bytes
    raw: bytes


def seal(data: bytes) -> bytes:
    """The spans of an update, the seal of what it says, the seal of where. Empty for one that only deletes."""
    if data[:1] == b"\0":
        return b""
    spans = []
    for block in sorted(u.parse(data).blocks):
        end = block.clock + sum(struct.length for struct in block.structs)
        spans.append(Span(block.client, block.clock, end))
    if sum(span.end - span.start for span in spans) > ALTOGETHER:
        return _spelled(spans) + bytes(2 * SIZE)  # so long only where nothing is left of the words
    try:
        return _spelled(spans) + _sealed(_parts(data, spans)) if spans else b""
    except Broken:
        return _spelled(spans) + bytes(2 * SIZE)  # of a kind that is not brought again


def seal_letters(data: bytes, advances: dict[int, tuple[int, int]]) -> bytes:
    """The same of letters after one's own last letter, without taking them apart: such an update is its own spelling."""
    ((client, (start, end)),) = advances.items()
    said, placed = blake2b(data, digest_size=SIZE), blake2b(data[: start - end - 1], digest_size=SIZE)
    return b"\1" + write_uint(client) + write_uint(start) + write_uint(end - start) + said.digest() + placed.digest()


def spans_of(sealed: bytes) -> list[Span]:
    """Raises Malformed."""
    if not sealed:
        return []
    count, at = read_uint(sealed, 0)
    spans = []
    for _ in range(count):
        client, at = read_uint(sealed, at)
        start, at = read_uint(sealed, at)
        length, at = read_uint(sealed, at)
        spans.append(Span(client, start, start + length))
    if at + 2 * SIZE != len(sealed):
        raise Malformed("a seal of another length")
    return spans


def found_again(sealed: bytes, data: bytes) -> bytes | None:
    """The update that was sealed, made of the words in `data`; None where they are not there, or other ones."""
    try:
        parts = _parts(data, spans_of(sealed))
    except (Broken, Malformed, UnicodeDecodeError):
        return None
    made, wanted = _sealed(parts), sealed[-2 * SIZE :]
    blank = all(part.kind == u.DELETED for some in parts.values() for part in some)
    if made != wanted and not (blank and made[SIZE:] == wanted[SIZE:]):
        return None
    return _written(parts)


# --- Parts -------------------------------------------------------------------------------


def _parts(data: bytes, spans: list[Span]) -> dict[int, list[Part]]:
    """What `data` has of each span, in order. Raises Broken where that is not all of it, or not to be sealed."""
    blocks = {block.client: block for block in u.parse(data).blocks}
    found: dict[int, list[Part]] = {}
    for span in spans:
        block = blocks.get(span.client)
        if block is None or block.clock > span.start or span.end - span.start > LONGEST:
            raise Broken("not all of it")
        found[span.client] = list(_within(data, block, span))
        if sum(part.length for part in found[span.client]) != span.end - span.start:
            raise Broken("not all of it")
    return found


def _within(data: bytes, block: u.Block, span: Span) -> Iterator[Part]:
    clock = block.clock
    for struct in block.structs:
        low, high = max(clock, span.start), min(clock + struct.length, span.end)
        if low < high:
            yield _part(data, span.client, clock, struct, low - clock, high - clock)
        clock += struct.length


def _part(data: bytes, client: int, clock: int, struct: u.Struct, low: int, high: int) -> Part:
    hung: Any = ((client, clock + low - 1), struct.right, None, None)
    if not low:
        hung = (struct.origin, struct.right, struct.parent, struct.sub)
    if struct.kind == u.STRING:
        said = struct.text.encode("utf-16-le")[2 * low : 2 * high]
        raw = write_bytes(said.decode("utf-16-le").encode())
    elif struct.kind == u.DELETED:
        said, raw = b"\0\0" * (high - low), write_uint(high - low)
    elif struct.length == 1 and struct.kind not in (u.GC, u.SKIP):
        said, raw = b"\0\1" + repr(contents(data, struct)).encode() + b"\0\1", data[struct.content : struct.end]
    else:
        raise Broken("what cannot be told apart")
    return Part(struct.kind, clock + low, high - low, hung, said, raw)


def _chains(parts: dict[int, list[Part]]) -> Iterator[tuple[int, list[Part]]]:
    """Parts that only go on with the one before, together: how they were cut is nobody's word."""
    for client in sorted(parts):
        chain: list[Part] = []
        for part in parts[client]:
            if chain and part.hung[:2] == ((client, part.clock - 1), chain[-1].hung[1]):
                chain.append(part)
                continue
            if chain:
                yield client, chain
            chain = [part]
        yield client, chain


def _sealed(parts: dict[int, list[Part]]) -> bytes:
    said, placed = blake2b(digest_size=SIZE), blake2b(digest_size=SIZE)
    chains = list(_chains(parts))
    for client, chain in chains:
        head = (len(chains) == 1 and _typed(client, chain)) or _head(client, chain)
        placed.update(head)
        said.update(head)
        for part in chain:
            said.update(part.said)
    if len(chains) == 1 and (data := _letters(*chains[0])):
        said = blake2b(data, digest_size=SIZE)
    return said.digest() + placed.digest()


def _head(client: int, chain: list[Part]) -> bytes:
    length = sum(part.length for part in chain)
    return f"{client} {chain[0].clock} {length} {chain[0].hung!r}".encode()


def _typed(client: int, chain: list[Part]) -> bytes:
    """Where somebody typed on: the update up to the letters. Empty for anything else."""
    clock, origin = chain[0].clock, chain[0].hung[0]
    length = sum(part.length for part in chain)
    if origin != (client, clock - 1) or length > MOST:
        return b""
    head = _written({client: [chain[0]._replace(kind=u.STRING, raw=b"")]})
    return head[:-1] + write_uint(length)


def _letters(client: int, chain: list[Part]) -> bytes:
    """The update that typed it; empty where it was made otherwise."""
    text = b"".join(part.said[::2] for part in chain)
    plain = all(part.kind == u.STRING and not any(part.said[1::2]) for part in chain) and text.isascii()
    head = _typed(client, chain) if plain else b""
    return head + text + b"\0" if head else b""


# --- Bytes -------------------------------------------------------------------------------


def _spelled(spans: list[Span]) -> bytes:
    out = bytearray(write_uint(len(spans)))
    for client, start, end in spans:
        out += write_uint(client) + write_uint(start) + write_uint(end - start)
    return bytes(out)


def _written(parts: dict[int, list[Part]]) -> bytes:
    out = bytearray(write_uint(len(parts)))
    for client in sorted(parts, reverse=True):
        out += write_uint(len(parts[client])) + write_uint(client) + write_uint(parts[client][0].clock)
        for part in parts[client]:
            out += _struct(part)
    return bytes(out + b"\0")


def _struct(part: Part) -> bytes:
    origin, right, parent, sub = part.hung
    out = bytearray((part.kind | (u.ORIGIN if origin else 0) | (u.RIGHT if right else 0),))
    for neighbour in (origin, right):
        if neighbour:
            out += write_uint(neighbour[0]) + write_uint(neighbour[1])
    if not origin and not right:
        if isinstance(parent, str):
            out += write_uint(1) + write_bytes(parent.encode())
        elif parent is not None:
            out += write_uint(0) + write_uint(parent[0]) + write_uint(parent[1])
        if sub is not None:
            out[0] |= u.SUB
            out += write_bytes(sub.encode())
    return bytes(out) + part.raw
