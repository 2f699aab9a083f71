"""The text of one live room: what is known of it, and what newcomers are served from."""

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from prometheus_client import Counter

from realtime import document, protocol, store
from realtime.document import Broken, Change, Scratch
from realtime.protocol import Sync

REFUSED = Counter("copact_room_refused_updates", "Updates that were not taken.", ["reason"])

ROOM_LIMIT: Final = 128 * 1024 * 1024
TAIL_LIMIT: Final = 64 * 1024
TAIL_MOST: Final = 1024 * 1024
KEEP_BASE: Final = 256 * 1024


class Forged(Exception):
    """Somebody writes with a client id that belongs to somebody else."""


class Full(Exception):
    """The room's text is as long as a room can hold."""


class Unsure(Exception):
    """Whether this may be taken cannot be told before the copy for trying on is made anew."""


class Prepared(NamedTuple):
    """The stored bytes up to `number`, merged, and what was stored since."""

    base: bytes
    number: int
    tail: list[bytes]


class LiveText:
    """Built from what the store loaded. `head` is what is stored and told; `known` may be ahead of it."""

    def __init__(self, loaded: store.Loaded) -> None:
        self.head = loaded.head
        self.owners = dict(loaded.owners)
        self.scratch: Scratch | None
        self.scratch, self.known, _ = document.load(loaded.updates)
        self.told = dict(self.known.clocks)  # how far readers have been told
        self.size = sum(map(len, loaded.updates))
        self.stale = False
        self.prepared: Prepared | None = None
        self._full: bytes | None = None
        self._tail_size = 0
        self.prepare(Prepared(document.merge(loaded.updates), loaded.head, []))

    # --- judging -------------------------------------------------------------------------

    def claim(self, change: Change, person: UUID) -> None:
        """Raises Forged where `person` would go on with another's client id."""
        if any(self.owners.get(client, person) != person for client in change.advances):
            REFUSED.labels("forged").inc()
            raise Forged

    def take(self, change: Change, found: document.Found, person: UUID) -> None:
        """Count a checked update as known, after trying it on. Raises Broken, Full and Unsure; all is then as before."""
        if self.size + len(change.data) > ROOM_LIMIT:
            raise Full
        if change.doubts and self.scratch is None:
            raise Unsure
        self._try_on(change, doubted=True)
        self.known.accept(change, found)
        for client in change.advances:
            self.owners[client] = person
        self.size += len(change.data)
        self._note_splits(change)

    def _try_on(self, change: Change, *, doubted: bool = False) -> None:
        if self.scratch is None:
            return
        try:
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
        self.scratch, self.stale = scratch, False

    # --- what is stored ------------------------------------------------------------------

    def foreign(self, rows: Sequence[store.Row], owners: dict[int, UUID]) -> list[Change]:
        """Take rows that another process stored. Raises Broken or Gap where they and what waits here collide."""
        taken = []
        for row in rows:
            if row.number <= self.head:
                continue
            change, found = self.known.check(row.data, limit=len(row.data))
            self._try_on(change)
            self.known.accept(change, found)
            self._note_splits(change)
            self.size += len(row.data)
            self.head = row.number
            taken.append(change)
        for client, person in owners.items():
            if self.owners.setdefault(client, person) != person:
                raise Broken("a client that somebody else has claimed meanwhile")
        return taken

    def keep(self, changes: Sequence[tuple[bytes, dict[int, tuple[int, int]]]]) -> bytes:
        """Updates that are stored now: kept for newcomers; returns the state vector that readers had before."""
        before = protocol.write_vector(self.told)
        for _, advances in changes:
            self.told.update({client: end for client, (_, end) in advances.items()})
        if self.prepared is not None:
            updates = [data for data, _ in changes]
            self.prepared.tail.extend(updates)
            self._tail_size += sum(map(len, updates))
            if self._tail_size > TAIL_MOST:
                self.prepared, self._full = None, None
        return before

    # --- serving -------------------------------------------------------------------------

    def prepare(self, prepared: Prepared) -> None:
        self.prepared, self._full = prepared, None
        self._tail_size = sum(map(len, prepared.tail))

    def first_frames(self, vector: bytes) -> list[bytes]:
        """Frames that bring a reader with state `vector` up to what is stored; from stored bytes alone."""
        assert self.prepared is not None
        self._consolidate()
        base, _, tail = self.prepared
        if vector == b"\0":
            if self._full is None:
                self._full = protocol.sync(Sync.STEP2, base)
            frames = [self._full]
        else:
            frames = [protocol.sync(Sync.STEP2, document.diff(base, vector))]
        if tail:
            frames.append(protocol.sync(Sync.UPDATE, document.merge(tail)))
        return frames

    def _consolidate(self) -> None:
        """Merge the tail into the base now and then, so that a hall that joins shares one frame."""
        assert self.prepared is not None
        base, number, tail = self.prepared
        if len(tail) > 200 or self._tail_size > TAIL_LIMIT:
            self.prepare(Prepared(document.merge([base, *tail]), number, []))

    def shed(self) -> None:
        """Forget what only newcomers need; it is read again for the next one."""
        if self.prepared is not None and len(self.prepared.base) > KEEP_BASE:
            self.prepared, self._full = None, None
