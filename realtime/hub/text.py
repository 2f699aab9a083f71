"""The text of one live room: what is known of it, and what newcomers are served from."""

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from prometheus_client import Counter

from realtime import document, protocol, store
from realtime.document import Broken, Change, Scratch
from realtime.hub.mending import Torn
from realtime.protocol import Sync

REFUSED = Counter("copact_room_refused_updates", "Updates that were not taken.", ["reason"])
for _reason in ("board", "broken", "forged", "full", "gap", "rights", "unsure"):
    REFUSED.labels(_reason)  # there from the start, so that the first one is a change

TAIL_LIMIT: Final = 64 * 1024
UNTRIED: Final = 200
TAIL_ROWS: Final = 200
TAIL_MOST: Final = 1024 * 1024
BASE_MOST: Final = 4 * 1024 * 1024
KEEP_BASE: Final = 256 * 1024
SNAPSHOT_SIZE: Final = 128 * 1024
SNAPSHOT_SHARE: Final = 8  # of a live room that is new when a snapshot is asked for


class Forged(Exception):
    """Somebody writes with a client id that belongs to somebody else."""


class Full(Exception):
    """The room's text is as long as a room can hold."""


class Unsure(Exception):
    """Whether this may be taken cannot be told before the copy for trying on is made anew."""


class Prepared(NamedTuple):
    """What newcomers are served from: the stored bytes up to `number`, merged and framed; and what was stored since."""

    frame: bytes
    size: int  # of the merged bytes, at the end of the frame
    number: int
    tail: list[bytes]

    @classmethod
    def of(cls, base: bytes, number: int, tail: list[bytes]) -> "Prepared":
        return cls(protocol.framed(protocol.sync(Sync.STEP2, base)), len(base), number, tail)

    @property
    def base(self) -> bytes:
        return self.frame[-self.size :]


class LiveText:
    """Built from what the store loaded. `head` is what is stored and told; `known` may be ahead of it."""

    def __init__(self, loaded: store.Loaded) -> None:
        self.head = loaded.head
        self.owners = dict(loaded.owners)
        self.scratch: Scratch | None
        self.scratch, self.known, _ = document.load(loaded.updates)
        self.size = sum(map(len, loaded.updates))
        self.torn = Torn(loaded.lost, self.known)
        self.stale = False
        self.snapped = loaded.head - len(loaded.updates)  # about how many rows the snapshot holds
        self.asked = self.snapped  # where the room stood when a newer one was asked for
        self._weighed = len(loaded.updates[0]) if loaded.updates else 0
        self._untried: list[bytes] = []
        self.prepared: Prepared | None = None
        self._since: bytes | None = None  # the tail, framed
        self._tail_size = 0
        self.prepare(Prepared.of(document.merge(loaded.updates), loaded.head, []))

    # --- judging -------------------------------------------------------------------------

    def claim(self, change: Change, person: UUID) -> None:
        """Raises Forged where `person` would go on with another's client id."""
        for client in change.advances:
            if self.owners.get(client, person) != person:
                REFUSED.labels("forged").inc()
                raise Forged

    def righted(self, change: Change, person: UUID, rules: document.Rules) -> document.Righted | None:
        """A change of the board without what its rules do not allow; None where they allow it. Raises Unsure."""
        if self.scratch is None and rules.locked:
            raise Unsure
        return document.right(
            self.known,
            change.data,
            rules,
            lambda client: self.owners.get(client, person) == person,
            lambda note: self.scratch.column_of(note) if self.scratch is not None else "",
        )

    def take(self, change: Change, found: document.Found, person: UUID) -> None:
        """Count a checked update as known, after trying it on. Raises Broken, Full and Unsure; all is then as before."""
        if self.size + len(change.data) > store.ROOM_LIMIT:
            raise Full
        if change.doubts and self.scratch is None:
            raise Unsure
        self._try_on(change, doubted=True)
        self.known.accept(change, found)
        for client in change.advances:
            self.owners[client] = person
        self.size += len(change.data)
        self._note_splits(change)

    def typed(self, pen: document.Pen, count: int, data: bytes, person: UUID) -> bool:
        """Take `count` letters that go on with the last ones; False where they have to be judged like anything else."""
        owner = self.owners.get(pen.client)
        if (owner is not person and owner != person) or self.size + len(data) > store.ROOM_LIMIT:
            return False
        if len(self._untried) + 1 >= UNTRIED or not self.known.typed(pen, count):
            return False
        if self.scratch is not None:
            self._untried.append(data)
        self.size += len(data)
        return True

    def _try_on(self, change: Change, *, doubted: bool = False) -> None:
        """On the library's own copy; letters being typed, which it cannot stumble over, a few hundred at a time."""
        if self.scratch is None:
            return
        if change.plain:
            self._untried.append(change.data)
            if len(self._untried) < UNTRIED:
                return
        try:
            if self._untried:
                untried, self._untried = self._untried, []
                self.scratch.apply(document.merge(untried))
            if not change.plain:
                self.scratch.apply(document.mended(change.data, self.known.splits | change.splits))
            if doubted and change.doubts and not self.scratch.in_order(change.doubts):
                raise Broken("neighbours that stand the other way round")
        except Broken:
            self.stale, self.scratch = True, None
            raise

    def _note_splits(self, change: Change) -> None:
        if change.splits:
            self.stale, self.scratch = True, None

    def renewed(self, scratch: Scratch, since: Sequence[bytes]) -> None:
        """Try on again, on a copy that was made anew; `since` came while it was made."""
        try:
            for update in since:
                scratch.apply(document.mended(update, self.known.splits))
        except Broken:
            return
        self.scratch, self.stale, self._untried = scratch, False, []

    # --- what is stored ------------------------------------------------------------------

    def foreign(self, rows: Sequence[store.Row], owners: dict[int, UUID]) -> list[Change]:
        """Take rows that another process stored. Raises Broken or Gap where they and what waits here collide: `head`
        stays then, since nobody here was told of any of them."""
        taken, head = [], self.head
        for row in rows:
            if row.number <= head:
                continue
            change, found = self.known.check(row.data, limit=len(row.data))
            self._try_on(change)
            self.known.accept(change, found)
            self._note_splits(change)
            self.size += len(row.data)
            head = row.number
            taken.append(change)
        for client, person in owners.items():
            if self.owners.setdefault(client, person) != person:
                raise Broken("a client that somebody else has claimed meanwhile")
        self.head = head
        return taken

    def keep(self, updates: Sequence[bytes]) -> None:
        """Updates that are stored now: kept for newcomers."""
        if self.prepared is not None:
            self.prepared.tail.extend(updates)
            self._tail_size += sum(map(len, updates))
            self._since = None
            if self._tail_size > TAIL_MOST:
                self.prepared = None

    # --- serving -------------------------------------------------------------------------

    def prepare(self, prepared: Prepared) -> None:
        self.prepared, self._since = prepared, None
        self._tail_size = sum(map(len, prepared.tail))

    @property
    def long_tail(self) -> bool:
        """Whether it is time to merge the tail into the base; a very long base is rather read anew when it is needed."""
        prepared = self.prepared
        if prepared is None or prepared.size > BASE_MOST:
            return False
        return len(prepared.tail) > max(TAIL_ROWS, prepared.size // 500) or self._tail_size > max(
            TAIL_LIMIT, prepared.size // 4
        )

    @property
    def outgrown(self) -> bool:
        """Whether so much was written that a newer snapshot is worth making; rarer the longer the room is."""
        rows, size = self.head - self.asked, self.size - self._weighed
        return rows >= max(store.SNAPSHOT_EVERY, self.head // SNAPSHOT_SHARE) or size > max(
            SNAPSHOT_SIZE, self.size // SNAPSHOT_SHARE
        )

    def ask(self) -> None:
        """A newer snapshot is asked for."""
        self.asked, self._weighed = self.head, self.size

    def first_frames(self, vector: bytes) -> list[bytes]:
        """Frames that bring a reader with state `vector` up to what is stored; from stored bytes alone."""
        prepared = self.prepared
        assert prepared is not None
        if vector == b"\0":
            frames = [prepared.frame]
        else:
            frames = [protocol.framed(protocol.sync(Sync.STEP2, document.diff(prepared.base, vector)))]
        if prepared.tail:
            if self._since is None:
                self._since = protocol.framed(protocol.sync(Sync.UPDATE, document.merge(prepared.tail)))
            frames.append(self._since)
        return frames

    def shed(self) -> None:
        """Forget what only newcomers need; it is read again for the next one."""
        if self.prepared is not None and self.prepared.size > KEEP_BASE:
            self.prepared = self._since = None
