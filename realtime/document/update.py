"""Yjs updates (format v1) taken apart into structs and every part of them checked."""

import json
from typing import Any, Final, NamedTuple

from realtime.protocol import MAX_UINT, depth

Id = tuple[int, int]  # client, clock

GC: Final = 0
DELETED: Final = 1
JSON_: Final = 2
BINARY: Final = 3
STRING: Final = 4
EMBED: Final = 5
FORMAT: Final = 6
TYPE: Final = 7
ANY: Final = 8
SUBDOC: Final = 9
SKIP: Final = 10

ARRAY: Final = 0
MAP: Final = 1
TEXT: Final = 2
XML_ELEMENT: Final = 3
XML_FRAGMENT: Final = 4
XML_HOOK: Final = 5
XML_TEXT: Final = 6

CLOCK_LIMIT: Final = 2**31 - 1
RUN_LIMIT: Final = 2**24  # the longest run of deleted characters in one struct
VALUE_DEPTH: Final = 32
_SHIFTS: Final = range(7, 56, 7)  # of a number's bytes after the first

ORIGIN: Final = 0x80
RIGHT: Final = 0x40
SUB: Final = 0x20


class Broken(ValueError):
    """These bytes are no update, or one that no honest editor makes."""


class Struct(NamedTuple):
    """One struct: what it is, how many clocks it takes, what it hangs on, and where its bytes are."""

    kind: int  # GC, SKIP or the kind of content
    length: int
    origin: Id | None
    right: Id | None
    parent: Id | str | None  # given only where neither neighbour is: a root's name or a type's id
    sub: str | None
    type: int  # kind of the type for TYPE, else -1
    text: str  # for STRING
    start: int
    content: int
    end: int


class Block(NamedTuple):
    """Structs of one client, one after the other from `clock`."""

    client: int
    clock: int
    structs: list[Struct]


Ranges = list[tuple[int, int]]  # [from, to) clocks
Deletes = dict[int, Ranges]


class Update(NamedTuple):
    blocks: list[Block]
    deletes: Deletes


def parse(data: bytes) -> Update:
    """The structs and deletions of an update. Raises Broken."""
    return Parser(data).update()


class Parser:
    """Walks over the bytes of one update."""

    __slots__ = ("at", "data", "size")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)
        self.at = 0

    def update(self) -> Update:
        blocks = [self._block() for _ in range(self._count())]
        deletes = self._deletes()
        if self.at != self.size:
            raise Broken("bytes after the end")
        return Update(blocks, deletes)

    # --- numbers and strings -------------------------------------------------------------

    def uint(self) -> int:
        data, at = self.data, self.at
        try:
            byte = data[at]
            if byte < 0x80:
                self.at = at + 1
                return byte
            value = byte & 0x7F
            for shift in _SHIFTS:
                at += 1
                byte = data[at]
                value |= (byte & 0x7F) << shift
                if byte < 0x80:
                    break
            else:
                raise Broken("a number of more than 53 bits")
        except IndexError:
            raise Broken("the bytes end inside a number") from None
        if value > MAX_UINT:
            raise Broken("a number of more than 53 bits")
        self.at = at + 1
        return value

    def _count(self) -> int:
        """How many things follow; each takes at least one byte."""
        count = self.uint()
        if count > self.size - self.at:
            raise Broken("more things than bytes")
        return count

    def _skip(self, length: int) -> None:
        self.at += length
        if self.at > self.size:
            raise Broken("the bytes end too early")

    def string(self) -> str:
        length = self.uint()
        start = self.at
        self._skip(length)
        try:
            return self.data[start : self.at].decode()
        except UnicodeDecodeError:
            raise Broken("a string that is not UTF-8") from None

    def id(self) -> Id:
        return self.uint(), self.uint()

    # --- structs -------------------------------------------------------------------------

    def _block(self) -> Block:
        count = self._count()
        client = self.uint()
        clock = first = self.uint()
        structs = []
        for _ in range(count):
            struct = self._struct()
            clock += struct.length
            structs.append(struct)
        if clock > CLOCK_LIMIT:
            raise Broken("a clock that is too high")
        return Block(client, first, structs)

    def _struct(self) -> Struct:
        start = self.at
        if start >= self.size:
            raise Broken("the bytes end before a struct")
        info = self.data[start]
        self.at = start + 1
        kind = info & 0x1F
        if kind in (GC, SKIP):
            if info & 0xE0:
                raise Broken("flags on a struct without content")
            length = self._run()
            return Struct(kind, length, None, None, None, None, -1, "", start, self.at, self.at)
        return self._item(start, info, kind)

    def _item(self, start: int, info: int, kind: int) -> Struct:
        origin = self.id() if info & ORIGIN else None
        right = self.id() if info & RIGHT else None
        parent: Id | str | None = None
        sub = None
        if origin is None and right is None:
            parent = self._parent()
            sub = self.string() if info & SUB else None
        content = self.at
        length, made, text = self._content(kind)
        return Struct(kind, length, origin, right, parent, sub, made, text, start, content, self.at)

    def _parent(self) -> Id | str:
        named = self.uint()
        if named > 1:
            raise Broken("a parent that is neither named nor known")
        if not named:
            return self.id()
        name = self.string()
        if not 0 < len(name) <= 64:
            raise Broken("a root without a name")
        return name

    def _run(self) -> int:
        length = self.uint()
        if not 0 < length <= RUN_LIMIT:
            raise Broken("a run without length, or too long")
        return length

    def _content(self, kind: int) -> tuple[int, int, str]:
        """How many clocks the content takes, the kind of its type, its text."""
        if kind == STRING:
            text = self.string()
            length = utf16_length(text)
            if not length:
                raise Broken("an empty string")
            return length, -1, text
        if kind == TYPE:
            return 1, self._type(), ""
        if kind == DELETED:
            return self._run(), -1, ""
        if kind in (ANY, JSON_):
            return self._values(kind), -1, ""
        self._single(kind)
        return 1, -1, ""

    def _single(self, kind: int) -> None:
        if kind == FORMAT:
            self.string()
            check_json(self.string())
        elif kind == EMBED:
            check_json(self.string())
        elif kind == BINARY:
            self._skip(self.uint())
        else:
            raise Broken("content of a kind that rooms do not have")

    def _type(self) -> int:
        made = self.uint()
        if made == XML_ELEMENT:
            name = self.string()
            if not name or len(name) > 64:
                raise Broken("an element without a name")
        elif made not in (ARRAY, MAP, TEXT, XML_FRAGMENT, XML_TEXT):
            raise Broken("a type that rooms do not have")
        return made

    def _values(self, kind: int) -> int:
        count = self._count()
        if not count:
            raise Broken("no values")
        for _ in range(count):
            self.value(kind)
        return count

    def value(self, kind: int) -> None:
        """Walk over one value of ANY or JSON content."""
        if kind == ANY:
            self._any(0)
            return
        text = self.string()
        if text != "undefined":
            check_json(text)

    def _any(self, depth: int) -> None:
        if depth > VALUE_DEPTH or self.at >= self.size:
            raise Broken("a value nested too deep, or cut off")
        tag = self.data[self.at]
        self.at += 1
        if tag in _FIXED:
            self._skip(_FIXED[tag])
        elif tag == 125:
            self._signed()
        elif tag == 119:
            self.string()
        elif tag == 116:
            self._skip(self.uint())
        elif tag in (117, 118):
            self._several(tag == 118, depth)
        else:
            raise Broken("a value of a kind that rooms do not have")

    def _several(self, named: bool, depth: int) -> None:
        for _ in range(self._count()):
            if named and self.string() == "__proto__":
                raise Broken("a name that would change all objects")
            self._any(depth + 1)

    def _signed(self) -> None:
        start = self.at
        data = self.data
        while self.at < self.size and data[self.at] >= 0x80:
            self.at += 1
        self.at += 1
        if self.at > self.size or self.at - start > 8:
            raise Broken("a number that is cut off or too long")

    def _deletes(self) -> Deletes:
        deletes: Deletes = {}
        for _ in range(self._count()):
            client = self.uint()
            if client in deletes:
                raise Broken("a client twice among the deletions")
            ranges = []
            for _ in range(self._count()):
                clock = self.uint()
                length = self.uint()
                if not length or clock + length > CLOCK_LIMIT:
                    raise Broken("a deletion of nothing, or of too much")
                ranges.append((clock, clock + length))
            deletes[client] = ranges
        return deletes


# undefined, null, float32, float64, false, true
_FIXED: Final = {127: 0, 126: 0, 124: 4, 123: 8, 121: 0, 120: 0}


def utf16_length(text: str) -> int:
    """How many clocks a string takes: JavaScript counts in UTF-16."""
    return len(text) if text.isascii() else len(text) + sum(char > "\uffff" for char in text)


def low_halves(text: str) -> list[int]:
    """Where in `text`, in UTF-16 units, the second halves of surrogate pairs stand."""
    if text.isascii():
        return []
    found, at = [], 0
    for char in text:
        if char > "\uffff":
            found.append(at + 1)
            at += 1
        at += 1
    return found


def _refuse_constant(name: str) -> Any:
    raise Broken(f"{name} is not JSON")


def check_json(text: str) -> None:
    """Refuse what any of the JSON readers that will meet this text refuses: JavaScript's, Rust's, Python's."""
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        raise Broken("not JSON") from None
    if text.count("[") + text.count("{") > VALUE_DEPTH and depth(value) > VALUE_DEPTH:
        raise Broken("JSON nested too deep")
    if '"__proto__"' in text:
        raise Broken("a name that would change all objects")
