"""Many updates as the one small update of a document, proved to say exactly what they say.

The proof asks no library to read either. Yjs orders what it reads by the ids and neighbours that are
compared here, so equal ones make equal texts in every browser, now and after whatever comes later.
"""

import json
import struct as binary
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from realtime.document import update as u
from realtime.document.changes import Gap
from realtime.document.crdt import Scratch, load, mended
from realtime.document.everyday import letters
from realtime.document.guard import Known
from realtime.document.keyed import Near, last
from realtime.document.places import NOWHERE
from realtime.document.ranges import covers, united, without
from realtime.document.update import Broken, Id, Parser, Ranges

_UNDEFINED: Final = "\0undefined"
_BLANK: Final = (u.GC, u.DELETED)
KEYED: Final = 50_000  # values that were deleted under keys, of which each is looked at


class Unit(NamedTuple):
    """One clock of a client: what it holds, and what it hangs on."""

    content: Any
    origin: Id | None
    right: Id | None
    parent: Id | str | None
    sub: str | None
    collected: bool  # a GC struct: nothing but that something was here
    blank: bool  # a deleted struct: only its place is left


def compacted(updates: Sequence[bytes]) -> bytes | None:
    """`updates` without what was deleted and what each keystroke says anew; None where that cannot be proved."""
    scratch, known, damaged = load(updates)
    if damaged:
        return None
    try:
        whole = scratch.whole()
        proved = same(updates, known, whole)
    except (Broken, Gap):
        return None
    return whole if proved and _reads_as(scratch, whole) else None


def _reads_as(scratch: Scratch, whole: bytes) -> bool:
    """Whether the server itself reads the same."""
    after, _, damaged = load([whole])
    return not damaged and after.content() == scratch.content() and after.board() == scratch.board()


def same(updates: Sequence[bytes], known: Known, whole: bytes) -> bool:
    """Whether `whole` says what `updates` say; `known` is the structure of those."""
    made = Known()
    made.take(whole, limit=len(whole))
    if made.clocks != known.clocks:
        return False
    # What is cut in two is compared as Yjs reads it.
    return _Proof(known, made, [mended(update, known.splits) for update in updates], whole).holds()


class _Proof:
    def __init__(self, known: Known, made: Known, updates: list[bytes], whole: bytes) -> None:
        self.known, self.made = known, made
        self.before = _gathered(updates)
        self.after = _gathered([whole])
        self.gone = {client: _deleted(known.deleted.get(client, []), self.before[client]) for client in known.clocks}
        self.now = {client: _deleted(made.deleted.get(client, []), self.after[client]) for client in made.clocks}
        self.chains: dict[tuple[Id | str, str], dict[Id, Near]] = {}
        self.implied: list[tuple[Id, Unit]] = []
        self.lasts: dict[tuple[Id | str, str], Id] = {}
        self.keyed = 0

    def holds(self) -> bool:
        if any(_lacking(ranges, self.now[client]) for client, ranges in self.gone.items()):
            return False  # something deleted has come back
        return all(self._client(client) for client in self.known.clocks) and all(
            self._is_implied(id_, unit) for id_, unit in self.implied
        )

    def _client(self, client: int) -> bool:
        extra = united(_lacking(self.now[client], self.gone[client]))
        after = _Side(client, self.after[client])
        clock = 0
        for old in self.before[client]:
            if old.clock != clock:
                return False
            clock += old.struct.length
            if not self._run(client, old, after, extra):
                return False
        return clock == self.known.clocks[client]

    def _run(self, client: int, old: "Run", after: "_Side", extra: Ranges) -> bool:
        start, end = old.clock, old.clock + old.struct.length
        keyed = old.struct.sub is not None or self._sub((client, start)) is not None
        if old.struct.kind in _BLANK:
            if not keyed:
                return self._blank(client, old, after)
            self.keyed += old.struct.length
            if self.keyed > KEYED:
                raise Broken("too many values under keys")
        implied = bool(extra) and without((start, end), extra) != [(start, end)]
        if not implied and not keyed and _same_letters(client, old, after.at(start)):
            return True
        return all(self._one(unit, after, extra) for unit in _units(client, old))

    def _blank(self, client: int, old: "Run", after: "_Side") -> bool:
        """The same as for each unit of it, for a run of any length of which only the places are left."""
        clock, end = old.clock, old.clock + old.struct.length
        while clock < end:
            new = after.at(clock)
            if new.struct.kind == u.GC:
                if old.struct.kind != u.GC and not self._outside((client, clock)):
                    return False
            elif old.struct.kind == u.GC or not _hangs_alike(client, old, new, clock):
                return False
            clock = new.clock + new.struct.length
        return True

    def _one(self, old: tuple[Id, Unit], after: "_Side", extra: Ranges) -> bool:
        id_, unit = old
        if not self._unit(id_, unit, after.unit(id_[1])):
            return False
        if unit.sub is not None or self._sub(id_) is not None:
            self.chains.setdefault(self._key(id_), {})[id_] = Near(unit.origin, unit.right)
        if extra and covers(extra, id_[1]):
            self.implied.append((id_, unit))
        return True

    def _unit(self, id_: Id, old: Unit, new: Unit) -> bool:
        if new.collected:
            return old.collected or self._outside(id_)
        if old.collected:
            return False
        if old[1:3] != new[1:3] or (old.parent, old.sub) != (new.parent, new.sub):
            return False
        return (new.blank and covers(self.now[id_[0]], id_[1])) or old.content == new.content

    def _outside(self, id_: Id) -> bool:
        """Whether nobody sees what is at `id_`, because it hangs on something deleted."""
        place = self.known.place_of(*id_)
        parent = self.known.described(place).parent
        return place == NOWHERE or (isinstance(parent, tuple) and covers(self.now[parent[0]], parent[1]))

    def _sub(self, id_: Id) -> str | None:
        return self.known.described(self.known.place_of(*id_)).sub

    def _key(self, id_: Id) -> tuple[Id | str, str]:
        place = self.known.described(self.known.place_of(*id_))
        return place.parent or "", place.sub or ""

    def _is_implied(self, id_: Id, unit: Unit) -> bool:
        """Whether a deletion that nobody sent follows from the others: of what stands in something
        deleted, or under a key that somebody else wrote as well and later."""
        if self._outside(id_):
            return True
        if self._sub(id_) is None:
            return False
        key = self._key(id_)
        if key not in self.lasts:
            self.lasts[key] = last(self.chains[key])
        return self.lasts[key] != id_


# --- Units -------------------------------------------------------------------------------


class Run(NamedTuple):
    """A struct, the bytes that it stands in, and its clock."""

    data: bytes
    clock: int
    struct: u.Struct


class _Side:
    """A client's runs, looked up from the first clock on to the last."""

    def __init__(self, client: int, runs: list[Run]) -> None:
        self.client, self.runs = client, runs
        self._place = 0
        self._read: list[tuple[Id, Unit]] = []

    def at(self, clock: int) -> Run:
        """The run that holds `clock`."""
        runs, place = self.runs, self._place
        while runs[place].clock + runs[place].struct.length <= clock:
            place += 1
            self._read = []
        self._place = place
        return runs[place]

    def unit(self, clock: int) -> Unit:
        run = self.at(clock)
        if run.struct.kind in _BLANK:
            return _unit(self.client, run, clock - run.clock, None)
        self._read = self._read or list(_units(self.client, run))
        return self._read[clock - run.clock][1]


def _gathered(updates: list[bytes]) -> dict[int, list[Run]]:
    """Each client's runs in order."""
    found: dict[int, list[Run]] = {}
    for data in updates:
        if (typed := letters(data)) is not None:
            client, clock, count, right = typed
            text = data[-1 - count : -1].decode()
            struct = u.Struct(u.STRING, count, (client, clock - 1), right, None, None, -1, text, 0, 0, 0)
            found.setdefault(client, []).append(Run(data, clock, struct))
            continue
        for block in u.parse(data).blocks:
            clock = block.clock
            runs = found.setdefault(block.client, [])
            for struct in block.structs:
                runs.append(Run(data, clock, struct))
                clock += struct.length
    for runs in found.values():
        runs.sort(key=lambda run: run.clock)  # what a disk had lost came again later
    return found


def _hung(client: int, run: Run, offset: int) -> tuple[Id | None, Id | str | None, str | None]:
    """What the clock `offset` within a run hangs on: the one before it, or what the run does."""
    if offset:
        return (client, run.clock + offset - 1), None, None
    return run.struct.origin, run.struct.parent, run.struct.sub


def _hangs_alike(client: int, old: Run, new: Run, clock: int) -> bool:
    """Whether both are deleted from `clock` on, and hang on the same."""
    if new.struct.kind != u.DELETED or new.struct.right != old.struct.right:
        return False
    return _hung(client, old, clock - old.clock) == _hung(client, new, clock - new.clock)


def _same_letters(client: int, old: Run, new: Run) -> bool:
    """Whether a run of letters stands as it was within a longer one, or was deleted there; False may mean either."""
    was, now, offset = old.struct, new.struct, old.clock - new.clock
    if was.length > now.length - offset or was.right != now.right:
        return False
    origin, parent, sub = _hung(client, new, offset)
    if (was.origin, was.parent, was.sub) != (origin, parent, sub):
        return False
    if now.kind == u.DELETED:
        return was.kind == u.STRING
    if was.kind != u.STRING or now.kind != u.STRING:
        return False
    # Where a letter takes two clocks, places in the text are none of the clocks.
    return now.length == len(now.text) and now.text.startswith(was.text, offset)


def _units(client: int, run: Run) -> Iterator[tuple[Id, Unit]]:
    for offset, content in enumerate(contents(run.data, run.struct)):
        yield (client, run.clock + offset), _unit(client, run, offset, content)


def _unit(client: int, run: Run, offset: int, content: Any) -> Unit:
    kind = run.struct.kind
    origin, parent, sub = _hung(client, run, offset)
    return Unit(content, origin, run.struct.right, parent, sub, kind == u.GC, kind == u.DELETED)


def contents(data: bytes, struct: u.Struct) -> Sequence[Any]:
    if struct.kind == u.STRING:
        raw = struct.text.encode("utf-16-le")
        return [raw[at : at + 2] for at in range(0, len(raw), 2)]
    if struct.kind in _BLANK:
        return [None] * struct.length
    parser = Parser(data)
    parser.at = struct.content
    if struct.kind in (u.ANY, u.JSON_):
        count = parser.uint()
        return [_any(parser) if struct.kind == u.ANY else _json(parser.string()) for _ in range(count)]
    if struct.kind == u.FORMAT:
        return [(struct.kind, parser.string(), _json(parser.string()))]
    if struct.kind == u.EMBED:
        return [(struct.kind, _json(parser.string()))]
    return [(struct.kind, data[struct.content : struct.end])]


def _json(text: str) -> str:
    """JSON in one spelling."""
    return _spelled(_UNDEFINED if text == "undefined" else json.loads(text))


def _spelled(value: Any) -> str:
    return json.dumps(_number(value), sort_keys=True)


def _number(value: Any) -> Any:
    """Numbers as JavaScript has them, where 1.0 and 1 are one."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_number(each) for each in value]
    if isinstance(value, dict):
        return {key: _number(each) for key, each in value.items()}
    return value


def _any(parser: Parser) -> str:
    start = parser.at
    parser.value(u.ANY)
    end, parser.at = parser.at, start
    value = _read_any(parser)
    assert parser.at == end
    return _spelled(value)


def _read_any(parser: Parser) -> Any:
    tag = parser.data[parser.at]
    parser.at += 1
    if tag in _FIXED:
        size, read = _FIXED[tag]
        raw = parser.data[parser.at : parser.at + size]
        parser.at += size
        return read(raw)
    if tag == 125:
        return _signed(parser)
    if tag == 119:
        return parser.string()
    count = parser.uint()
    if tag == 116:
        parser.at += count
        return "\0bytes " + parser.data[parser.at - count : parser.at].hex()
    if tag == 117:
        return [_read_any(parser) for _ in range(count)]
    return {parser.string(): _read_any(parser) for _ in range(count)}


_FIXED: Final[dict[int, tuple[int, Any]]] = {
    127: (0, lambda raw: _UNDEFINED),
    126: (0, lambda raw: None),
    124: (4, lambda raw: binary.unpack(">f", raw)[0]),
    123: (8, lambda raw: binary.unpack(">d", raw)[0]),
    121: (0, lambda raw: False),
    120: (0, lambda raw: True),
}


def _signed(parser: Parser) -> int:
    """lib0's varint: the second bit of the first byte is the sign."""
    data = parser.data
    byte = data[parser.at]
    value, shift, negative = byte & 0x3F, 6, byte & 0x40
    parser.at += 1
    while byte & 0x80:
        byte = data[parser.at]
        parser.at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
    return -value if negative else value


# --- Ranges ------------------------------------------------------------------------------


def _deleted(said: Ranges, runs: list[Run]) -> Ranges:
    """What is deleted: what an update said is, and what came as nothing but its place."""
    blanks = [(clock, clock + struct.length) for _, clock, struct in runs if struct.kind in (u.GC, u.DELETED)]
    return united(list(said) + blanks)


def _lacking(wanted: Ranges, known: Ranges) -> Ranges:
    return [piece for each in wanted for piece in without(each, known)]
