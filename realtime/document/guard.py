"""What is known of a shared document's structure, and whether an update may come on top of it.

No text is kept here, only who wrote which clocks in which place. Every browser must read the same
from the stored bytes, so what only one kind of reader would survive is refused at the door.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict

from realtime.document import everyday
from realtime.document.changes import Change, Found, Gap
from realtime.document.checking import Check
from realtime.document.order import Head, Heads, certain, neighbours
from realtime.document.places import GONE, Place
from realtime.document.ranges import include
from realtime.document.update import Broken, Id, Ranges
from realtime.protocol import UPDATE_LIMIT, write_vector


class Known:
    """The structure of a document after the updates taken so far."""

    def __init__(self) -> None:
        self.clocks: dict[int, int] = {}
        self.deleted: dict[int, Ranges] = {}
        self.splits: set[Id] = set()
        self.written: dict[int, int] = defaultdict(int)  # client -> characters written in the text
        self.notes: dict[str, int] = {}  # note of the board -> client that put it there
        self._places: list[Place] = [Place(GONE, 0, None, None)]
        self._index: dict[Place, int] = {}
        self._in_use = 1  # of the places; those after it belong to an update that was not taken, or not yet
        self._runs: dict[int, tuple[list[int], list[int]]] = {}  # client -> starts, places
        self._types: dict[Id, tuple[int, int]] = {}  # id of a type -> what it holds, its depth
        self._type_clocks: dict[int, list[int]] = {}  # client -> where its types are, in order
        self._lows: dict[int, set[int]] = {}
        self.heads = Heads()
        self.gaps: set[object] = set()  # where the runs were written, which a check asks without looking through them
        self._last: tuple[Check, Found] | None = None  # the last full check, until something is taken
        self._self = object()  # so that a pen does not keep alive what nobody reads any more

    def vector(self) -> bytes:
        """The Yjs state vector of what is known."""
        return write_vector(self.clocks)

    def check(self, data: bytes, limit: int | None = None) -> "tuple[Change, Found]":
        """What of `data` is new. Raises Broken for what may never be taken, Gap for what comes too early.

        What is stored already says its own `limit`; without one it is new, and held to what one update may cost.
        """
        if len(data) > (UPDATE_LIMIT if limit is None else limit):
            raise Broken("an update that is too long")
        self._last = None
        if (everyday := self._everyday(data)) is not None:
            return everyday
        return self.check_fully(data, at_door=limit is None)

    def check_fully(self, data: bytes, *, at_door: bool = False) -> "tuple[Change, Found]":
        """The same by taking every struct apart."""
        if len(self._places) > self._in_use:
            self._forget_places()
        check, self._last = Check(self, data, at_door=at_door), None
        try:
            change, found = check.run()
        except Gap as gap:
            gap.ends = check.said()
            raise
        self._last = check, found
        return change, found

    def checked(self, data: bytes) -> "tuple[Check, Found]":
        """The full check of what was checked before, with all that it knows; made anew where it was of other bytes."""
        if self._last is None or self._last[0].data is not data:
            self.check_fully(data)
        assert self._last is not None
        return self._last

    def _everyday(self, data: bytes) -> "tuple[Change, Found] | None":
        """What the full check would say of somebody's next letters; None where only that can tell."""
        found = everyday.letters(data)
        if found is None:
            return None
        client, clock, count, right = found
        if clock < 1 or self.clocks.get(client, 0) != clock:
            return None
        number = self.place_of(client, clock - 1)
        if right is not None and not self._beside((client, clock - 1), right, number):
            return None
        place = self._places[number]
        if not everyday.fits(place, clock, count):
            return None
        end = clock + count
        change = Change(data, {client: (clock, end)}, set(), everyday.roots(place), empty=False, plain=True)
        written, head = everyday.written(place, client, count), Head(clock, (client, clock - 1), right)
        return change, Found({client: end}, [(client, clock, number)], {}, {}, {}, written, {}, [(client, head)])

    def pen(self, data: bytes) -> "everyday.Pen | None":
        """The hand that has just written `data`, which was taken as plain letters."""
        found = everyday.letters(data)
        if found is None:
            return None
        return everyday.Pen(self._self, found, self._places[self.place_of(found[0], found[1])])

    def typed(self, pen: "everyday.Pen", count: int) -> bool:
        """Count `count` letters more of a pen as known; False where its client has written something else since."""
        if pen.of is not self._self or self.clocks.get(pen.client) != pen.clock:
            return False
        pen.clock += count
        self.clocks[pen.client] = pen.clock
        if pen.writes:
            self.written[pen.client] += count
        return True

    def _beside(self, left: Id, right: Id, place: int) -> bool:
        """Whether a known right neighbour stands in `place`, surely after `left`, and begins a character."""
        client, clock = right
        if left == right or not 0 <= clock < self.clocks.get(client, 0) or self.is_low(client, clock):
            return False
        sure = certain(left, right, self.heads.of(left), self.heads.of(right))
        return sure and self.place_of(client, clock) == place

    def take(self, data: bytes, limit: int | None = None) -> Change:
        """Check `data` and count it as known."""
        change, found = self.check(data, limit)
        self.accept(change, found)
        return change

    def accept(self, change: Change, found: Found) -> None:
        """Count a checked update as known; nothing else may have been checked since."""
        self._last = None
        for client, clock, place in found.runs:
            if place >= self._in_use:
                self._in_use = len(self._places)
            starts, places = self._runs.setdefault(client, ([], []))
            if not places or places[-1] != place:
                starts.append(clock)
                places.append(place)
        self._begin(found.heads)
        self.clocks.update(found.ends)
        self._types.update(found.types)
        for client, clock in found.types:
            self._type_clocks.setdefault(client, []).append(clock)
        for client, lows in found.lows.items():
            self._lows.setdefault(client, set()).update(lows)
        for client, ranges in found.deletes.items():
            include(self.deleted.setdefault(client, []), ranges)
        for client, units in found.written.items():
            self.written[client] += units
        self.notes.update(found.notes)
        self.splits |= change.splits

    def _begin(self, heads: list[tuple[int, Head]]) -> None:
        for client, head in heads:
            if self.heads.add(client, head):
                self.gaps.add(neighbours(head) or self.place_of(client, head.clock))

    # --- questions of a check ------------------------------------------------------------

    def place_of(self, client: int, clock: int) -> int:
        starts, places = self._runs[client]
        return places[bisect_right(starts, clock) - 1]

    def runs_of(self, client: int) -> tuple[list[int], list[int]]:
        """Where runs of a client start, and in which places they stand."""
        return self._runs.get(client, ([], []))

    def next_type(self, client: int, clock: int) -> list[int]:
        """Where the first type of a client is that is not before `clock`, if there is one."""
        clocks = self._type_clocks.get(client, [])
        place = bisect_left(clocks, clock)
        return clocks[place : place + 1]

    def type_of(self, key: Id) -> tuple[int, int] | None:
        return self._types.get(key)

    def is_low(self, client: int, clock: int) -> bool:
        return clock in self._lows.get(client, ())

    def place(self, kind: int, depth: int, parent: Id | str | None, sub: str | None) -> int:
        """The number of a place; the new ones of an update that is not taken are forgotten with the next check."""
        place = Place(kind, depth, parent, sub)
        number = self._index.get(place)
        if number is None:
            number = self._index[place] = len(self._places)
            self._places.append(place)
        return number

    def _forget_places(self) -> None:
        while len(self._places) > self._in_use:
            del self._index[self._places.pop()]

    def described(self, number: int) -> Place:
        return self._places[number]
