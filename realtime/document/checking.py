"""One update held against what is known of a document: every struct taken apart, placed and judged."""

from bisect import bisect_right
from collections import defaultdict, deque
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final

from realtime.document import update as u
from realtime.document.changes import Change, Found, Gap
from realtime.document.order import ALL_STEPS, CROWDED, FEW, Head, Heads, before, certain, descends, neighbours
from realtime.document.places import (
    BOARD,
    BOARD_ROOT,
    CHILDREN,
    CONTENT,
    ELEMENT,
    FIELD,
    FRAGMENT,
    GONE,
    NOTE,
    NOWHERE,
    OPEN,
    PLAIN,
    ROOT_OF,
    TEXT,
    TEXT_ROOT,
    Place,
)
from realtime.document.ranges import covers, united, without
from realtime.document.update import Block, Broken, Deletes, Id, Struct
from realtime.document.writing import Piece, write

NESTING: Final = 64
STRUCTS: Final = 50_000  # in one update from a socket; the smallest that somebody writes has nine bytes
NEW_CLIENTS: Final = 256  # that one update from a socket may bring: each page that was open offline is one

if TYPE_CHECKING:
    from realtime.document.guard import Known


class Check:
    """One update held against what is known."""

    def __init__(self, known: "Known", data: bytes, *, at_door: bool = False) -> None:
        self.known = known
        self.data = data
        self.at_door = at_door  # it comes from a socket: what nobody honest sends is refused for what it would cost
        self.update = u.parse(data)
        if at_door and sum(len(block.structs) for block in self.update.blocks) > STRUCTS:
            raise Broken("too many structs in one update")
        self.ends: dict[int, int] = {}
        self.trimmed = False
        self.fresh: list[Piece] = []
        self.runs: dict[int, tuple[list[int], list[int]]] = {}
        self.new_runs: list[tuple[int, int, int]] = []
        self.types: dict[Id, tuple[int, int]] = {}
        self.lows: dict[int, set[int]] = {}
        self.written: dict[int, int] = defaultdict(int)
        self.notes: dict[str, int] = {}
        self.splits: set[Id] = set()
        self.heads = Heads()
        self.doubts: list[tuple[Id, Id]] = []
        self.deletes = {client: united(ranges) for client, ranges in self.update.deletes.items()}
        self._within: dict[Place, bool] = {}  # whether what holds a place is deleted
        self._at: dict[int, int] = {}  # client -> the clock up to which it is placed
        self._steps = 0  # back through runs, all together
        self._gaps: set[object] | None = None  # where the new runs are written, as `known.gaps`, where much comes
        self._crowding = 0  # structs before which a library looks through what others wrote there

    def said(self) -> dict[int, int]:
        """Client -> the clock after the last struct of the update."""
        blocks = self.update.blocks
        return {block.client: block.clock + sum(struct.length for struct in block.structs) for block in blocks}

    def run(self) -> tuple[Change, Found]:
        for block in self.update.blocks:
            self._trim(block)
        if self.at_door and len(self.fresh) > FEW:
            self._look_at_much()
        self._follow()
        if self._crowding > FEW and self._crowding * (self.known.heads.pieces + len(self.fresh)) > CROWDED:
            raise Broken("too much between the same neighbours")
        deletes = self._new_deletes()
        self._find_splits(deletes)
        advances = {client: (self.known.clocks.get(client, 0), end) for client, end in self.ends.items()}
        plain = not self.trimmed and deletes == self.update.deletes
        data = self.data if plain else write(self.data, self.fresh, deletes)
        empty = not self.fresh and not deletes
        change = Change(data, advances, self.splits, self._touched(deletes), empty, tuple(self.doubts))
        runs, heads = self.new_runs, self.heads.items()
        return change, Found(self.ends, runs, self.types, self.lows, deletes, self.written, self.notes, heads)

    def _look_at_much(self) -> None:
        if sum(client not in self.known.clocks for client in self.ends) > NEW_CLIENTS:
            raise Broken("too many new clients in one update")
        self._gaps = set()

    def _trim(self, block: Block) -> None:
        """Keep what goes on from the known clock; what is known already is never taken from a second source."""
        known = self.known.clocks.get(block.client, 0)
        if block.client in self.ends:
            raise Broken("a client twice in one update")
        if block.clock > known:
            raise Gap
        clock = block.clock
        for struct in block.structs:
            end = clock + struct.length
            if end > known:
                if struct.kind == u.SKIP:
                    raise Gap
                offset = max(0, known - clock)
                self.trimmed |= offset > 0
                self.fresh.append(Piece(block.client, clock + offset, struct, offset))
                self.ends[block.client] = end
            else:
                self.trimmed = True
            clock = end
        self.trimmed |= not block.structs

    # --- order and place -----------------------------------------------------------------

    def _follow(self) -> None:
        """Place every new struct after what it refers to; a ring of structs has no such order."""
        queues: dict[int, deque[Piece]] = {}
        for piece in self.fresh:
            queues.setdefault(piece.client, deque()).append(piece)
        at = self._at = {client: self.known.clocks.get(client, 0) for client in queues}
        waiting: dict[int, list[Id]] = {}  # client -> heap of the clocks waited for, and who waits
        ready = deque(queues)
        while ready:
            client = ready.popleft()
            queue = queues[client]
            needed: Id | None = None
            while queue and (needed := self._needed(queue[0], at)) is None:
                piece = queue.popleft()
                self._settle(piece)
                at[client] += piece.struct.length - piece.offset
            if needed is not None:
                heappush(waiting.setdefault(needed[0], []), (needed[1], client))
            while (held := waiting.get(client)) and held[0][0] < at[client]:
                ready.append(heappop(held)[1])
        if any(queues.values()):
            raise Broken("structs that wait for each other")

    def _needed(self, piece: Piece, at: dict[int, int]) -> Id | None:
        """What has to be placed before a struct can be; None where nothing has."""
        struct = piece.struct
        parent = struct.parent if isinstance(struct.parent, tuple) else None
        for reference in (struct.origin, struct.right, parent):
            if reference is None:
                continue
            client, clock = reference
            if clock < at.get(client, self.known.clocks.get(client, 0)):
                continue
            if clock >= self.ends.get(client, self.known.clocks.get(client, 0)):
                raise Gap
            return reference
        return None

    def _settle(self, piece: Piece) -> None:
        struct = piece.struct
        place = self._place(piece)
        if piece.offset:
            self._judge_rest(piece, place)
        where = self.known.described(place)
        if struct.kind != u.GC and place != NOWHERE:
            self._allow(piece, where)
        starts, places = self.runs.setdefault(piece.client, ([], []))
        if not places or places[-1] != place:
            starts.append(piece.clock)
            places.append(place)
            self.new_runs.append((piece.client, piece.clock, place))
        if struct.kind == u.STRING:
            self._note_text(piece, where)
        if place != NOWHERE:
            self._note_order(piece, where)

    def _judge_rest(self, piece: Piece, place: int) -> None:
        """Of a struct whose beginning is known already: what is kept of it must be taken again when it is read back."""
        if place != self.known.place_of(piece.client, piece.clock - 1):
            raise Broken("the rest of a struct that begins otherwise here")
        struct, begin = piece.struct, piece.clock - piece.offset
        if any(near and near[0] == piece.client and near[1] >= begin for near in (struct.origin, struct.right)):
            raise Broken("a struct that stands beside itself")

    def _note_order(self, piece: Piece, where: Place) -> None:
        """Yjs puts a struct between its neighbours. Where those stand the other way round, it matters
        who reads what first, and readers part for ever."""
        struct, key = piece.struct, (piece.client, piece.clock)
        origin = (piece.client, piece.clock - 1) if piece.offset else struct.origin
        head = Head(piece.clock, origin, struct.right)
        if self._gaps is not None:
            # Whoever writes alone writes in a gap once: what was written there parts it.
            gap = neighbours(head) or self._place_of((piece.client, head.clock))
            self._crowding += gap in self.known.gaps or gap in self._gaps or self._goes_on(head)
            self._gaps.add(gap)
        self.heads.add(piece.client, head)
        if struct.right is None or key == origin or where.sub is not None:
            return
        run = self._run_of(struct.right)
        beside = before(struct.right, run) if run is not None else None
        if origin is None:
            if beside is not None:
                raise Broken("neighbours that never stood together")
        elif not certain(origin, struct.right, self._run_of(origin), run) and not self._is_within_deleted(where):
            if not descends(origin, beside, self._step):
                raise Broken("neighbours that never stood together")
            self.doubts.append((origin, struct.right))
            self._crowding += self.at_door

    def _goes_on(self, head: Head) -> bool:
        """Whether the run of its left neighbour went on there, before the same right one."""
        if head.origin is None:
            return False
        client, clock = head.origin
        run = self._run_of(head.origin)
        if run is None or run.right != head.right:
            return False
        return (
            clock + 1 < self._at.get(client, self.known.clocks.get(client, 0))
            and self._run_of((client, clock + 1)) == run
        )

    def _step(self, key: Id) -> Head | None:
        self._steps += 1
        if self.at_door and self._steps > ALL_STEPS:
            raise Broken("neighbours too far from each other")
        return self._run_of(key)

    def _run_of(self, key: Id) -> Head | None:
        return self.heads.of(key) or self.known.heads.of(key)

    def _note_text(self, piece: Piece, where: Place) -> None:
        struct, clock = piece.struct, piece.clock - piece.offset
        lows = [clock + low for low in u.low_halves(struct.text)]
        if lows:
            if piece.offset and piece.clock in lows:
                raise Broken("a cut inside a character")
            self.lows.setdefault(piece.client, set()).update(low for low in lows if low >= piece.clock)
        if where.kind == TEXT and where.sub is None:
            self.written[piece.client] += struct.length - piece.offset

    def _place(self, piece: Piece) -> int:
        struct = piece.struct
        if struct.kind == u.GC:
            return NOWHERE
        if struct.origin and struct.origin == struct.right:
            raise Broken("a struct that stands on both sides of another")
        near = [self._place_of(id_) for id_ in (struct.origin, struct.right) if id_]
        if near:
            if near[0] != near[-1]:
                raise Broken("neighbours from different places")
            return near[0]
        if isinstance(struct.parent, str):
            kind = {TEXT_ROOT: FRAGMENT, BOARD_ROOT: BOARD}.get(struct.parent, OPEN)
            return self.known.place(kind, 1, struct.parent, struct.sub)
        return self._inside(struct)

    def _inside(self, struct: Struct) -> int:
        """The place within the type that `struct` names as its parent."""
        assert isinstance(struct.parent, tuple)
        held = self.types.get(struct.parent) or self.known.type_of(struct.parent)
        if held is None:
            if self._place_of(struct.parent) == NOWHERE or self._is_deleted(*struct.parent):
                return NOWHERE  # written into what somebody else took away meanwhile
            raise Broken("a parent that holds nothing")
        kind, depth = held
        if depth >= NESTING:
            raise Broken("nested too deep")
        return self.known.place(kind, depth + 1, struct.parent, struct.sub)

    def _is_within_deleted(self, where: Place) -> bool:
        """Nobody sees what stands there, and libraries keep no order of it."""
        if not isinstance(where.parent, tuple):
            return False
        found = self._within.get(where)
        if found is None:
            found = self._is_deleted(*where.parent) or self._is_within_deleted(self.where(where.parent))
            self._within[where] = found
        return found

    def _is_deleted(self, client: int, clock: int) -> bool:
        return covers(self.known.deleted.get(client, []), clock) or covers(self.deletes.get(client, []), clock)

    def _place_of(self, key: Id) -> int:
        client, clock = key
        if clock < self.known.clocks.get(client, 0):
            return self.known.place_of(client, clock)
        starts, places = self.runs[client]
        return places[bisect_right(starts, clock) - 1]

    def where(self, key: Id) -> Place:
        """The place of something known, or of this update, once it was run."""
        return self.known.described(self._place_of(key))

    def stretch(self, client: int, start: int, end: int) -> tuple[Place, int]:
        """The place of what a client wrote at `start`, and up to where before `end` it goes on there."""
        own = start >= self.known.clocks.get(client, 0)
        starts, places = self.runs[client] if own else self.known.runs_of(client)
        at = bisect_right(starts, start)
        ends = [end, *starts[at : at + 1], *([] if own else [self.known.clocks[client]])]
        return self.known.described(places[at - 1]), min(ends)

    def _allow(self, piece: Piece, where: Place) -> None:
        struct = piece.struct
        keyed = where.sub is not None
        if struct.kind not in CONTENT.get((where.kind, keyed), ()):
            raise Broken("content that does not belong there")
        if keyed and where.kind != OPEN and struct.kind != u.DELETED and struct.length != 1:
            raise Broken("more than one value under a key")
        if struct.kind == u.TYPE:
            if where.kind == BOARD:
                self.notes[where.sub or ""] = piece.client
            self.types[piece.client, piece.clock] = (self._holds(struct.type, where.kind), where.depth)

    @staticmethod
    def _holds(made: int, kind: int) -> int:
        """What a new type in a place of `kind` holds."""
        if kind in (FRAGMENT, ELEMENT):
            if (kind, made) not in CHILDREN:
                raise Broken("a child that no text has")
            return CHILDREN[kind, made]
        if kind == BOARD:
            if made != u.MAP:
                raise Broken("a note that is no map")
            return NOTE
        if kind in (NOTE, FIELD):
            if made not in PLAIN:
                raise Broken("a type that is no plain value in a note")
            return FIELD
        return OPEN

    # --- deletions and cuts --------------------------------------------------------------

    def _new_deletes(self) -> Deletes:
        """The deletions that are news. Raises Gap for those of what is not known."""
        news: Deletes = {}
        for client, ranges in self.deletes.items():
            end = self.ends.get(client, self.known.clocks.get(client, 0))
            if ranges and ranges[-1][1] > end:
                raise Gap
            known = self.known.deleted.get(client, [])
            # In order and apart, which libraries that merge updates rely on, and so no known range is met twice.
            if fresh := [piece for each in ranges for piece in without(each, known)]:
                news[client] = fresh
        return news

    def _touched(self, deletes: Deletes) -> frozenset[str]:
        places = {place for _, _, place in self.new_runs}
        for client, ranges in deletes.items():
            for start, end in ranges:
                places |= self._places_in(client, start, end)
        kinds = {self.known.described(place).kind for place in places}
        return frozenset(ROOT_OF[kind] for kind in kinds if kind != GONE)

    def _places_in(self, client: int, start: int, end: int) -> set[int]:
        found: set[int] = set()
        for starts, places in (self.known.runs_of(client), self.runs.get(client, ([], []))):
            first = max(0, bisect_right(starts, start) - 1)
            last = bisect_right(starts, end - 1)
            found.update(places[first:last])
        return found

    def _find_splits(self, deletes: Deletes) -> None:
        """Second halves of characters that an insertion or deletion of this update cuts off.

        Yjs then shows two replacement characters and the server's library something else, so
        the server reads such a document with the two in place of the character (see `mend`).
        """
        for piece in self.fresh:
            struct = piece.struct
            if struct.origin:
                self._cut(struct.origin[0], struct.origin[1] + 1)
            if struct.right:
                self._cut(*struct.right)
        for client, ranges in deletes.items():
            for start, end in ranges:
                self._cut(client, start)
                self._cut(client, end)

    def _cut(self, client: int, clock: int) -> None:
        if self.known.is_low(client, clock) or clock in self.lows.get(client, ()):
            self.splits.add((client, clock))
