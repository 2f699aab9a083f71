"""Everything that ever stood in a document, in its order, as Yjs integrates it: each part with its birth and its end."""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from typing import Any, Final

from realtime.document import update as u
from realtime.document.changes import Gap
from realtime.document.update import Block, Broken, Deletes, Id, Struct
from realtime.document.values import element_name, values

MERGE_LIMIT: Final = 256  # clocks that one item may hold when what is typed grows together


class Early(Gap):
    """An update rests on `lacked`, which has not come."""

    def __init__(self, lacked: Id) -> None:
        super().__init__()
        self.lacked = lacked


class Branch:
    """A type: a list of items and, by key, lists of values of which the last counts."""

    __slots__ = ("kind", "last", "name", "start")

    def __init__(self, kind: int, name: str) -> None:
        self.kind = kind  # as in `update`: XML_ELEMENT, XML_TEXT …
        self.name = name  # of an element
        self.start: Item | None = None
        self.last: dict[str, Item] = {}


class Item:
    """A run of clocks of one client. `marks` tells which update brought which part: (offset, update number)."""

    __slots__ = (
        "author",
        "client",
        "clock",
        "died",
        "home",
        "key",
        "kind",
        "left",
        "length",
        "marks",
        "origin",
        "right",
        "right_origin",
        "text",
        "value",
    )

    def __init__(self, client: int, clock: int, kind: int, length: int, born: int) -> None:
        self.client, self.clock, self.kind, self.length = client, clock, kind, length
        self.text = ""  # in UTF-16 units, one a character
        self.value: Any = (
            None  # of a deleted place: the update that deleted it; none for words taken out while they stood
        )
        self.origin: Id | None = None
        self.right_origin: Id | None = None
        self.left: Item | None = None
        self.right: Item | None = None
        self.home: Branch | None = None  # None: nowhere, as what was collected as garbage
        self.key: str | None = None
        self.marks = [(0, born)]
        self.died: int | None = None
        self.author = client  # whose words they are: they may have been moved by another

    @property
    def end(self) -> int:
        return self.clock + self.length

    def length_at(self, at: int) -> int:
        """How much of it had come by update `at`."""
        marks = self.marks
        if marks[-1][1] <= at:
            return self.length
        if marks[0][1] > at:
            return 0
        return next(offset for offset, born in marks if born > at)


def units(text: str) -> str:
    """`text` with one character for each UTF-16 unit."""
    if text.isascii() or max(text) <= "\uffff":
        return text
    raw = text.encode("utf-16-le", "surrogatepass")
    return "".join(chr(raw[at] | raw[at + 1] << 8) for at in range(0, len(raw), 2))


def whole(text: str) -> str:
    """UTF-16 units as the text that they are; half a character alone is a replacement character."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def is_low(char: str) -> bool:
    return "\udc00" <= char <= "\udfff"


def _named(struct: Struct) -> tuple[Id | None, ...]:
    return struct.origin, struct.right, struct.parent if isinstance(struct.parent, tuple) else None


def _new_of(block: Block, known: int) -> Iterator[tuple[int, Struct]]:
    """The structs of a block with their clocks, without what is known: words that were brought again came twice."""
    clock = block.clock
    for struct in block.structs:
        end = clock + struct.length
        if clock >= known:
            yield clock, struct
        elif end > known:
            text = units(struct.text)[known - clock :]
            cut = struct._replace(
                length=end - known, origin=(block.client, known - 1), parent=None, sub=None, text=text
            )
            yield known, cut
        clock = end


class Items:
    """The items of a document after the updates taken so far."""

    def __init__(self) -> None:
        self.roots: dict[str, Branch] = {}
        self.cuts: dict[Id, int] = {}  # second halves of characters, and by which update they were cut off
        self.row = 0
        self.count = 0
        self.made: list[Item] = []  # words that the present update brought
        self.lost: list[Item] = []  # words that it deleted
        self._starts: dict[int, list[int]] = {}
        self._held: dict[int, list[Item]] = {}

    # --- finding -------------------------------------------------------------------------

    def clock(self, client: int) -> int:
        held = self._held.get(client)
        return held[-1].end if held else 0

    def of(self, client: int) -> list[Item]:
        return self._held.get(client, [])

    def clients(self) -> list[int]:
        return list(self._held)

    def at(self, key: Id) -> Item:
        client, clock = key
        return self._held[client][bisect_right(self._starts[client], clock) - 1]

    def starting(self, key: Id) -> Item:
        """The item that begins with `key`; a longer one is cut in two."""
        item = self.at(key)
        return item if item.clock == key[1] else self.split(item, key[1] - item.clock)

    def ending(self, key: Id) -> Item:
        item = self.at(key)
        if item.end > key[1] + 1:
            self.split(item, key[1] + 1 - item.clock)
        return item

    def split(self, item: Item, offset: int) -> Item:
        """Cut `item`; returns the part from `offset` on."""
        rest = Item(item.client, item.clock + offset, item.kind, item.length - offset, 0)
        if item.kind == u.STRING:
            item.text, rest.text = item.text[:offset], item.text[offset:]
            if is_low(rest.text[0]) and not is_low(item.text[-1]) and item.text[-1] >= "\ud800":
                self.cuts.setdefault((rest.client, rest.clock), self.row)
        elif item.kind == u.DELETED:
            rest.value = item.value
        elif isinstance(item.value, list):
            item.value, rest.value = item.value[:offset], item.value[offset:]
        rest.origin, rest.right_origin = (item.client, rest.clock - 1), item.right_origin
        rest.home, rest.key, rest.died, rest.author = item.home, item.key, item.died, item.author
        place = next((at for at, (start, _) in enumerate(item.marks) if start > offset), len(item.marks))
        rest.marks = [(max(0, start - offset), born) for start, born in item.marks[place - 1 :]]
        item.marks = [mark for mark in item.marks if mark[0] < offset]
        item.length = offset
        if item.home is not None:
            self._link(rest, item, item.right)
            if rest.right is None and rest.key is not None:
                item.home.last[rest.key] = rest
        self._keep(rest)
        return rest

    def _link(self, item: Item, left: Item | None, right: Item | None) -> None:
        item.left, item.right = left, right
        if left is not None:
            left.right = item
        if right is not None:
            right.left = item

    def _keep(self, item: Item) -> None:
        starts = self._starts.setdefault(item.client, [])
        held = self._held.setdefault(item.client, [])
        place = bisect_right(starts, item.clock)
        starts.insert(place, item.clock)
        held.insert(place, item)
        self.count += 1

    def fill(self, items: list[Item]) -> None:
        """Items that were kept, each client's in order."""
        for item in items:
            self._starts.setdefault(item.client, []).append(item.clock)
            self._held.setdefault(item.client, []).append(item)
        self.count = len(items)

    # --- taking --------------------------------------------------------------------------

    def take(self, number: int, data: bytes) -> None:
        """What is new of one stored update. Raises Early or Broken, and then nothing was taken."""
        update = u.parse(data)
        self.row, self.made, self.lost = number, [], []
        order = self._in_order(update.blocks)
        if update.deletes:
            self._require(update.deletes, order)
        for client, clock, struct in order:
            self._settle(client, clock, struct, data)
        for client, ranges in update.deletes.items():
            for start, end in ranges:
                self._delete(client, start, end)

    def _in_order(self, blocks: list[Block]) -> list[tuple[int, int, Struct]]:
        """Structs after what they refer to, checked before anything is changed."""
        queues: dict[int, deque[tuple[int, Struct]]] = {}
        at: dict[int, int] = {}
        for block in blocks:
            known = self.clock(block.client)
            if block.clock > known:
                raise Early((block.client, block.clock - 1))
            queues.setdefault(block.client, deque()).extend(_new_of(block, known))
            at[block.client] = known
        order: list[tuple[int, int, Struct]] = []
        while any(queues.values()):
            before = len(order)
            for client, queue in queues.items():
                while queue and self._ready(queue[0][1], at):
                    clock, struct = queue.popleft()
                    order.append((client, clock, struct))
                    at[client] = clock + struct.length
            if len(order) == before:
                raise Early(self._lacked(queues, at))
        return order

    def _require(self, deletes: Deletes, order: list[tuple[int, int, Struct]]) -> None:
        """What an update deletes has come, or comes with it."""
        ends = {client: clock + struct.length for client, clock, struct in order}
        for client, ranges in deletes.items():
            last = max((end for _start, end in ranges), default=0)
            if last > ends.get(client, self.clock(client)):
                raise Early((client, last - 1))

    def _lacked(self, queues: dict[int, deque[tuple[int, Struct]]], at: dict[int, int]) -> Id:
        """Something that the structs left in the queues name, and that does not come with them."""
        ends = at | {client: queue[-1][0] + queue[-1][1].length for client, queue in queues.items() if queue}
        for queue in queues.values():
            for _clock, struct in queue:
                for key in _named(struct):
                    if key is not None and key[1] >= ends.get(key[0], self.clock(key[0])):
                        return key
        raise Broken("structs that rest on each other")

    def _ready(self, struct: Struct, at: dict[int, int]) -> bool:
        return all(key is None or key[1] < at.get(key[0], self.clock(key[0])) for key in _named(struct))

    def _settle(self, client: int, clock: int, struct: Struct, data: bytes) -> None:
        item = Item(client, clock, struct.kind, struct.length, self.row)
        item.origin, item.right_origin = struct.origin, struct.right
        self._fill(item, struct, data)
        left = self.ending(struct.origin) if struct.origin else None
        right = self.starting(struct.right) if struct.right else None
        near = [each for each in (left, right) if each is not None]
        if struct.kind == u.GC or any(each.home is None for each in near):
            self._keep(item)
            return
        if near:
            item.home, item.key = near[0].home, near[0].key
        else:
            item.home, item.key = self._home(struct), struct.sub
        if item.home is not None:
            self._integrate(item, left, right)
            if item.kind == u.STRING and self._grown(item):
                return
        self._keep(item)

    def _fill(self, item: Item, struct: Struct, data: bytes) -> None:
        if struct.kind == u.STRING:
            item.text = units(struct.text)
        elif struct.kind == u.DELETED:
            item.died = self.row
        elif struct.kind in (u.ANY, u.JSON_):
            item.value = values(data, struct)[-struct.length :]
        elif struct.kind in (u.FORMAT, u.EMBED):
            item.value = values(data, struct)
        elif struct.kind == u.TYPE:
            item.value = Branch(struct.type, element_name(data, struct))

    def _home(self, struct: Struct) -> Branch | None:
        if isinstance(struct.parent, str):
            return self.roots.setdefault(struct.parent, Branch(u.XML_FRAGMENT, ""))
        assert struct.parent is not None
        value = self.at(struct.parent).value
        return value if isinstance(value, Branch) else None

    # --- Yjs' own rule of what stands where ----------------------------------------------

    def _integrate(self, item: Item, left: Item | None, right: Item | None) -> None:
        home = item.home
        assert home is not None
        alone = left is None and (right is None or right.left is not None)
        if alone or (left is not None and left.right is not right):
            left = self._after_rivals(item, left, right)
        after = left.right if left is not None else self._first(home, item.key)
        self._link(item, left, after)
        if item.key is None:
            if left is None:
                home.start = item
        elif item.right is None:
            home.last[item.key] = item
            if left is not None and left.died is None:
                left.died = self.row
        elif item.died is None:
            item.died = self.row
        if item.kind == u.STRING:
            self.made.append(item)

    @staticmethod
    def _first(home: Branch, key: str | None) -> Item | None:
        if key is None:
            return home.start
        first = home.last.get(key)
        while first is not None and first.left is not None:
            first = first.left
        return first

    def _after_rivals(self, item: Item, left: Item | None, right: Item | None) -> Item | None:
        """The item that `item` stands behind, among those that were put in the same place meanwhile."""
        assert item.home is not None
        rival = left.right if left is not None else self._first(item.home, item.key)
        conflicting: set[Item] = set()
        before: set[Item] = set()
        while rival is not None and rival is not right:
            before.add(rival)
            conflicting.add(rival)
            if rival.origin == item.origin:
                if rival.client < item.client:
                    left = rival
                    conflicting.clear()
                elif rival.right_origin == item.right_origin:
                    break
            elif rival.origin is not None and (source := self.at(rival.origin)) in before:
                if source not in conflicting:
                    left = rival
                    conflicting.clear()
            else:
                break
            rival = rival.right
        return left

    def _grown(self, item: Item) -> bool:
        """Let a letter that was typed behind the last one grow together with it."""
        left = item.left
        if left is None or left.kind != u.STRING or left.died is not None or len(self.made) > 1 or item.length > 2:
            return False
        follows = left.client == item.client and left.end == item.clock and item.origin == (item.client, item.clock - 1)
        same = left.right_origin == item.right_origin and left.author == item.author
        if not (follows and same) or left.length >= MERGE_LIMIT:
            return False
        self.made.clear()
        if left.marks[-1][1] != self.row:
            left.marks.append((left.length, self.row))
        left.text += item.text
        left.length += item.length
        left.right = item.right
        if item.right is not None:
            item.right.left = left
        return True

    def _delete(self, client: int, start: int, end: int) -> None:
        if start >= end:
            return
        item = self.starting((client, start))
        while True:
            if item.end > end:
                self.split(item, end - item.clock)
            if item.died is None:
                item.died = self.row
                if item.kind == u.STRING and item.home is not None:
                    self.lost.append(item)
            elif item.kind == u.DELETED and item.value is None:
                item.value = self.row
            if item.end >= end:
                return
            item = self.at((client, item.end))
