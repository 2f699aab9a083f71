"""Takes somebody's words out of stored updates: the places stay, so that everyone else's words keep theirs.

Every client id gets another one, in the same order. A copy of the old text is then a copy of another
document: nothing in it hangs on anything here, and it cannot bring the words back.
"""

import secrets
from bisect import bisect_left, insort
from collections.abc import Collection

from realtime.document import update as u
from realtime.document.items import Branch, Item
from realtime.document.places import BOARD_ROOT
from realtime.document.ranges import united, without
from realtime.document.timeline import HARMLESS, SPELLED, Timeline
from realtime.document.update import Block, Id, Ranges, Struct
from realtime.protocol import write_bytes, write_uint


class TooTight(Exception):
    """No free client id is left between two others; begin again."""


class Names:
    """Old client ids and their new ones; who was before another stays before them."""

    def __init__(self, clients: Collection[int], taken: Collection[int] = ()) -> None:
        self.taken = {*clients, *taken}
        fresh: set[int] = set()
        while len(fresh) < len(set(clients)):
            name = secrets.randbits(32)
            if name and name not in self.taken:
                fresh.add(name)
        self._old = sorted(set(clients))
        self._new = dict(zip(self._old, sorted(fresh), strict=True))

    def of(self, client: int) -> int:
        found = self._new.get(client)
        if found is not None:
            return found
        place = bisect_left(self._old, client)
        low = self._new[self._old[place - 1]] if place else 0
        high = self._new[self._old[place]] if place < len(self._old) else 2**32
        for _try in range(64):
            name = low + 1 + secrets.randbelow(max(1, high - low - 1))
            if low < name < high and name not in self.taken:
                insort(self._old, client)
                self._new[client] = name
                return name
        raise TooTight


def doomed(timeline: Timeline, clients: Collection[int]) -> dict[int, Ranges]:
    """The clocks whose content goes: everything that these clients said first, wherever it was moved to."""
    gone: dict[int, Ranges] = {}
    notes = _notes_of(timeline, clients)
    for client in timeline.clients():
        ranges = [(item.clock, item.end) for item in timeline.of(client) if _goes(item, clients, notes)]
        if ranges:
            gone[client] = united(ranges)
    return gone


def says(timeline: Timeline, clients: Collection[int]) -> bool:
    """Whether anything is left that these clients said first, also of what was deleted since."""
    notes = _notes_of(timeline, clients)
    held = (item for client in timeline.clients() for item in timeline.of(client))
    return any(item.kind != u.DELETED and _goes(item, clients, notes) for item in held)


def _goes(item: Item, clients: Collection[int], notes: Collection[Branch]) -> bool:
    if item.home in notes and item.key not in HARMLESS:
        return True
    if item.author not in clients or item.home is None:
        return False
    if item.kind == u.FORMAT:
        key, value = item.value
        return value is not None and key.partition("--")[0] not in SPELLED
    if item.kind in (u.ANY, u.JSON_, u.EMBED, u.BINARY):
        return item.key not in HARMLESS
    return item.kind == u.STRING


def _notes_of(timeline: Timeline, clients: Collection[int]) -> set[Branch]:
    """The notes that these clients put on the board and whose words nobody else has changed since."""
    board = timeline.roots.get(BOARD_ROOT)
    found: set[Branch] = set()
    for last in board.last.values() if board is not None else ():
        item: Item | None = last
        while item is not None:
            if item.client in clients and isinstance(item.value, Branch):
                said = item.value.last.get("text")
                if said is None or said.author in clients:
                    found.add(item.value)
            item = item.left
    return found


def note_words(timeline: Timeline, clients: Collection[int]) -> list[str]:
    """Everything that these clients ever wrote on notes of the board, and called groups of them."""
    return [
        str(item.value[-1])
        for client in timeline.clients()
        for item in timeline.of(client)
        if item.key in ("text", "group") and item.author in clients and isinstance(item.value, list) and item.value
    ]


def clients_of(data: bytes) -> list[int]:
    """Whose clocks an update moves on."""
    return [block.client for block in u.parse(data).blocks]


# --- Writing updates anew ----------------------------------------------------------------


def rewritten(data: bytes, gone: dict[int, Ranges], names: Names) -> bytes:
    """`data` under new names, with deleted places where content goes."""
    update = u.parse(data)
    blocks = [(names.of(block.client), _block(data, block, gone, names)) for block in update.blocks]
    out = bytearray(write_uint(len(blocks)))
    for name, (count, clock, body) in sorted(blocks, reverse=True):
        out += write_uint(count) + write_uint(name) + write_uint(clock) + body
    out += write_uint(len(update.deletes))
    for name, client in sorted(((names.of(client), client) for client in update.deletes), reverse=True):
        ranges = update.deletes[client]
        out += write_uint(name) + write_uint(len(ranges))
        for start, end in ranges:
            out += write_uint(start) + write_uint(end - start)
    return bytes(out)


def buried(gone: dict[int, Ranges], names: Names) -> bytes:
    """An update that deletes the places that are left, as browsers do by themselves: nobody needs to tell it then."""
    out = bytearray(write_uint(0) + write_uint(len(gone)))
    for name, client in sorted(((names.of(client), client) for client in gone), reverse=True):
        out += write_uint(name) + write_uint(len(gone[client]))
        for start, end in gone[client]:
            out += write_uint(start) + write_uint(end - start)
    return bytes(out)


def _block(data: bytes, block: Block, gone: dict[int, Ranges], names: Names) -> tuple[int, int, bytes]:
    count, clock, body = 0, block.clock, bytearray()
    ranges = gone.get(block.client, [])
    for struct in block.structs:
        end = clock + struct.length
        for start, stop, goes in _parts((clock, end), ranges, struct):
            offset = start - clock
            content = write_uint(stop - start) if goes else _content(data, struct, offset, stop - start)
            kind = u.DELETED if goes else struct.kind
            body += _head(struct, kind, (block.client, start) if offset else None, names) + content
            count += 1
        clock = end
    return count, block.clock, bytes(body)


def _parts(whole: tuple[int, int], gone: Ranges, struct: Struct) -> list[tuple[int, int, bool]]:
    """The struct cut where content goes and where it stays."""
    if struct.kind in (u.GC, u.SKIP, u.DELETED):
        return [(*whole, False)]
    kept = without(whole, gone)
    if struct.kind not in (u.STRING, u.DELETED) and kept != [whole]:
        return [(*whole, True)]
    lost = [piece for each in [whole] for piece in _between(each, kept)]
    return sorted([(*piece, False) for piece in kept] + [(*piece, True) for piece in lost])


def _between(whole: tuple[int, int], kept: Ranges) -> Ranges:
    out, at = [], whole[0]
    for start, end in kept:
        if start > at:
            out.append((at, start))
        at = end
    if at < whole[1]:
        out.append((at, whole[1]))
    return out


def _head(struct: Struct, kind: int, cut: Id | None, names: Names) -> bytes:
    if kind in (u.GC, u.SKIP):
        return bytes((kind,))
    origin = (cut[0], cut[1] - 1) if cut else struct.origin
    info = kind | (u.ORIGIN if origin else 0) | (u.RIGHT if struct.right else 0)
    body = b"".join(write_uint(names.of(key[0])) + write_uint(key[1]) for key in (origin, struct.right) if key)
    if origin or struct.right:
        return bytes((info,)) + body
    parent = struct.parent
    assert parent is not None
    if isinstance(parent, str):
        body = write_uint(1) + write_bytes(parent.encode())
    else:
        body = write_uint(0) + write_uint(names.of(parent[0])) + write_uint(parent[1])
    if struct.sub is not None:
        info |= u.SUB
        body += write_bytes(struct.sub.encode())
    return bytes((info,)) + body


def _content(data: bytes, struct: Struct, offset: int, length: int) -> bytes:
    if struct.kind in (u.GC, u.SKIP):
        return write_uint(length)
    if struct.kind != u.STRING or length == struct.length:
        return data[struct.content : struct.end]
    raw = struct.text.encode("utf-16-le")[offset * 2 : (offset + length) * 2]
    return write_bytes(_units(raw).encode())


def _units(raw: bytes) -> str:
    """A part of a text; half a character at its edge is a replacement character, as Yjs writes it."""
    text = raw.decode("utf-16-le", "surrogatepass")
    return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
