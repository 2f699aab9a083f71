"""Updates that were made to take long to judge: each shape that costs readers more than its size, at any size."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from realtime.protocol import write_bytes as sized
from realtime.protocol import write_uint as number

WRITER, OTHER = 70_000, 90_000


class Heavy(NamedTuple):
    """What the room holds before, and the update that comes then."""

    before: list[bytes]
    update: bytes


def heavy(size: int) -> Iterator[tuple[str, Heavy]]:
    """Of every shape one of about `size` bytes."""
    few, some, many = size // 64, size // 16, size // 8
    yield "a number without an end", Heavy([], b"\xff" * size)
    yield "all deleted again and again", _again(many // 4, many // 4)
    apart = [(2 * at, 1) for at in range(size // 5)]
    yield "deletions apart", Heavy([_text(size // 2)], _update([], [(WRITER, apart)]))
    yield "each new client rests on the next", Heavy([], _chain(some))
    yield "each client is new", Heavy([], _update([_block(WRITER + at, 0, [_root(b"a")]) for at in range(some)]))
    yield "far back for every neighbour", _far(many // 4, few)
    yield "many in the place of many", Heavy([_same(WRITER, some)], _same(OTHER, some))
    yield "many in one place", Heavy([], _update([_same_block(OTHER, some), _same_block(WRITER, some)]))
    yield "all values of one key", Heavy([], _update([_block(WRITER, 0, [_under(b"p", b"k")] * (some // 2))]))
    yield (
        "from the end to the start of a text",
        Heavy([_text(many)], _update([_block(OTHER, 0, [_after(WRITER, many - 1 - at) for at in range(some)])])),
    )
    yield "cuts in many characters", _cuts(size // 8, size // 8)
    yield "written into what goes", _into_gone(size // 8, size // 24)
    yield "a run of nothing in the place of a note", Heavy([], _nothing_noted(64))
    yield "many notes", Heavy([], _update([_block(WRITER, 0, [_note(at) for at in range(size // 16)])]))
    yield (
        "runs of nothing",
        Heavy([], _update([_block(WRITER + at, 0, [b"\x01\x01\x01p" + number(300_000)]) for at in range(200)])),
    )
    yield "structs of nothing", Heavy([], _update([_block(WRITER, 0, [b"\0\x01"] * (size // 2 - 20))]))
    yield "one letter each", Heavy([], _update([_block(WRITER, 0, _letters(size // 12))]))
    yield (
        "values within each other",
        Heavy([], _update([_block(WRITER, 0, [_root(b"\x01" + b"\x75\x01" * (size // 2), 8)])])),
    )
    yield "JSON within itself", Heavy([], _update([_block(WRITER, 0, [_root(sized(b"[" * (size - 40)), 5)])]))
    yield "a number of many digits", Heavy([], _update([_block(WRITER, 0, [_root(sized(b"1" * (size - 40)), 5)])]))
    yield "a count of more than there is", Heavy([], b"\x01" + number(2**52) + number(WRITER) + b"\0")
    yield (
        "documents in documents",
        Heavy([], _update([_block(WRITER, 0, [_root(sized(b"guid") + b"\x76\0", 9)] * few)])),
    )
    yield "half characters", Heavy([], _update([_block(WRITER, 0, [_root(sized(b"\xed\xa0\xbd" * (size // 4)))])]))


# --- Shapes ------------------------------------------------------------------------------


def _again(known: int, times: int) -> Heavy:
    gone = _update([], [(WRITER, [(2 * at, 1) for at in range(known)])])
    return Heavy([_text(2 * known), gone], _update([], [(WRITER, [(0, 2 * known)] * times)]))


def _chain(count: int) -> bytes:
    first = [_block(WRITER + at, 0, [_after(WRITER + at + 1, 0)]) for at in range(count - 1)]
    return _update([*first, _block(WRITER + count - 1, 0, [_root(b"a")])])


def _far(runs: int, count: int) -> Heavy:
    """Two who wrote in turns, and neighbours from both ends of that."""
    one = [_root(b"a"), *(_after(OTHER, at) for at in range(runs))]
    two = [_after(WRITER, at) for at in range(runs)]
    far = b"\xc4" + number(WRITER) + number(runs) + number(WRITER) + number(1) + sized(b"c")
    return Heavy([_update([_block(OTHER, 0, two), _block(WRITER, 0, one)])], _update([_block(5, 0, [far] * count)]))


def _cuts(letters: int, cuts: int) -> Heavy:
    text = _root("😀".encode() * letters)
    return Heavy([], _update([_block(WRITER, 0, [text])], [(WRITER, [(2 * at + 1, 1) for at in range(cuts)])]))


def _into_gone(ranges: int, count: int) -> Heavy:
    into = b"\x04\0" + number(WRITER) + number(2 * ranges - 2) + sized(b"c")
    gone = [(WRITER, [(2 * at, 1) for at in range(ranges)])]
    return Heavy([_text(2 * ranges)], _update([_block(OTHER, 0, [into] * count)], gone))


def _nothing_noted(runs: int) -> bytes:
    long = 2**24
    first = _under(b"board", b"n", 1, number(long))
    rest = [b"\x81" + number(WRITER) + number(long * at - 1) + number(long) for at in range(1, runs)]
    return _update([_block(WRITER, 0, [first, *rest])], [(WRITER, [(0, long * runs)])])


def _letters(count: int) -> list[bytes]:
    return [_root(b"a"), *(_after(WRITER, at) for at in range(count - 1))]


def _note(at: int) -> bytes:
    return _under(b"board", b"n%d" % at, 7, b"\x01")


def _same(client: int, count: int) -> bytes:
    return _update([_same_block(client, count)])


def _same_block(client: int, count: int) -> bytes:
    return _block(client, 0, [_root(b"a")] * count)


def _text(length: int) -> bytes:
    return _update([_block(WRITER, 0, [_root(b"a" * length)])])


# --- Bytes -------------------------------------------------------------------------------


def _update(blocks: list[bytes], deletes: Iterable[tuple[int, list[tuple[int, int]]]] = ()) -> bytes:
    gone = list(deletes)
    out = number(len(blocks)) + b"".join(blocks) + number(len(gone))
    for client, ranges in gone:
        out += number(client) + number(len(ranges)) + b"".join(number(at) + number(long) for at, long in ranges)
    return out


def _block(client: int, clock: int, structs: list[bytes]) -> bytes:
    return number(len(structs)) + number(client) + number(clock) + b"".join(structs)


def _root(content: bytes, kind: int = 4) -> bytes:
    """Something without neighbours in a text that no page reads."""
    return bytes((kind,)) + b"\x01" + sized(b"p") + (sized(content) if kind == 4 else content)


def _under(root: bytes, key: bytes, kind: int = 4, content: bytes = b"\x01a") -> bytes:
    return bytes((kind | 0x20,)) + b"\x01" + sized(root) + sized(key) + content


def _after(client: int, clock: int) -> bytes:
    return b"\x84" + number(client) + number(clock) + sized(b"b")
