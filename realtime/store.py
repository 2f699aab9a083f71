"""A room's updates and snapshots as rows: appended in groups, read back whole, never overwritten."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID
from zlib import crc32

from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from prometheus_client import Counter, Histogram

from realtime import document
from realtime.models import ClientClock, Room, Snapshot, Update

log = logging.getLogger(__name__)

COMMIT_SECONDS = Histogram(
    "copact_room_commit_seconds",
    "Time to store one group of updates durably.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
STORED = Counter("copact_room_stored_updates", "Updates of rooms stored.")
DAMAGED = Counter("copact_room_damaged_rows", "Stored updates whose bytes changed since.")

SNAPSHOT_EVERY = 200  # rows that a cold start may have to read besides the snapshot


class Entry(NamedTuple):
    """One accepted update, ready to be stored."""

    data: bytes
    person: UUID
    participant: UUID | None
    advances: dict[int, tuple[int, int]]  # client -> from, to clock


class Batch(NamedTuple):
    """Updates of one room, which follow on its update number `head` under its `epoch`."""

    room: UUID
    head: int
    epoch: int
    entries: Sequence[Entry]


class Row(NamedTuple):
    number: int
    data: bytes


class Loaded(NamedTuple):
    """A room's stored text: bytes in order (a snapshot first, where there is one), and who claimed which client."""

    head: int
    epoch: int
    updates: list[bytes]
    owners: dict[int, UUID]
    damaged: list[int]


class Stored(NamedTuple):
    """The batch is durable; the room's newest update has the number `head`."""

    head: int


class Behind(NamedTuple):
    """Nothing was stored: others appended `rows` meanwhile, or somebody's rights changed."""

    head: int
    epoch: int
    rows: list[Row]
    owners: dict[int, UUID]


class NoRoom(Exception):
    """There is no such room any more."""


class Claimed(Exception):
    """A client id of the batch belongs to somebody else, or is at another clock than it says."""


Outcome = Stored | Behind | Exception


# --- Appending ---------------------------------------------------------------------------


def append(batch: Batch) -> Stored | Behind:
    """Store a batch in the caller's transaction, if the room is still where it says.

    The conditional change of the room's head is the lock: on both databases nobody else gets past
    it before this transaction ends. Raises NoRoom and Claimed.
    """
    head = batch.head + len(batch.entries)
    rooms = Room.objects.across_cities().filter(pk=batch.room)
    if not rooms.filter(head=batch.head, epoch=batch.epoch).update(head=head):
        return _behind(batch)
    _claim(batch)
    _insert(batch)
    return Stored(head)


def _behind(batch: Batch) -> Behind:
    now = Room.objects.across_cities().filter(pk=batch.room).values_list("head", "epoch").first()
    if now is None:
        raise NoRoom
    rows = [row for row in _rows(batch.room, after=batch.head) if isinstance(row, Row)]
    return Behind(now[0], now[1], rows, owners(batch.room))


def _claim(batch: Batch) -> None:
    """Move each client's clock on; only its own person may, and only from where it stands."""
    spans: dict[int, tuple[UUID, int, int]] = {}
    for entry in batch.entries:
        for client, (start, end) in entry.advances.items():
            _, first, _ = spans.get(client, (entry.person, start, end))
            spans[client] = (entry.person, first, end)
    moved = [(end, client, person, start) for client, (person, start, end) in spans.items() if start]
    room = _key(batch.room)
    with connection.cursor() as cursor:
        if moved:
            cursor.executemany(
                "UPDATE realtime_clientclock SET clock = %s"
                " WHERE room_id = %s AND client = %s AND person_id = %s AND clock = %s",
                [(end, room, client, _key(person), start) for end, client, person, start in moved],
            )
            if cursor.rowcount != len(moved):
                raise Claimed
    fresh = [
        ClientClock(room_id=batch.room, client=client, person_id=person, clock=end)
        for client, (person, start, end) in spans.items()
        if not start
    ]
    if fresh:
        made = ClientClock.objects.bulk_create(fresh, ignore_conflicts=False)
        assert len(made) == len(fresh)


def _insert(batch: Batch) -> None:
    at = connection.ops.adapt_datetimefield_value(timezone.now())
    room = _key(batch.room)
    rows = [
        (room, batch.head + place, entry.data, crc32(entry.data), _key(entry.participant), at)
        for place, entry in enumerate(batch.entries, 1)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO realtime_update (room_id, number, data, checksum, participant_id, at)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            rows,
        )
    STORED.inc(len(rows))


def _key(value: UUID | None) -> Any:
    """A UUID as this database holds it."""
    if value is None:
        return None
    return value if connection.features.has_native_uuid_field else value.hex


# --- Reading -----------------------------------------------------------------------------


def owners(room: UUID) -> dict[int, UUID]:
    """Client ids of a room and the persons that they belong to."""
    return dict(ClientClock.objects.filter(room=room).values_list("client", "person_id"))


def _rows(room: UUID, *, after: int) -> Iterable[Row | int]:
    """Rows in order; the number alone for one whose bytes are not what was stored."""
    rows = Update.objects.filter(room=room, number__gt=after).order_by("number")
    expected = after
    for number, held, checksum in rows.values_list("number", "data", "checksum").iterator():
        yield from range(expected + 1, number)
        expected = number
        data = bytes(held)
        yield Row(number, data) if crc32(data) == checksum else number


def _snapshot_and_rows(room: UUID) -> list[tuple[int, bool, bytes, int]]:
    """Number, whether it is the snapshot, bytes, checksum: of one statement, so of one moment."""
    key = _key(room)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.number, 1, s.data, s.checksum FROM realtime_snapshot s WHERE s.room_id = %s"
            " UNION ALL SELECT u.number, 0, u.data, u.checksum FROM realtime_update u"
            " WHERE u.room_id = %s AND u.number > COALESCE("
            "(SELECT n.number FROM realtime_snapshot n WHERE n.room_id = %s), 0)"
            " ORDER BY 1, 2 DESC",
            [key, key, key],
        )
        return [(number, bool(whole), bytes(data), checksum) for number, whole, data, checksum in cursor.fetchall()]


def updates_of(room: UUID) -> tuple[list[bytes], int, list[int]]:
    """A room's stored bytes, the number of the last of them, and the numbers of damaged rows."""
    found = _snapshot_and_rows(room)
    if found and found[0][1] and crc32(found[0][2]) != found[0][3]:
        log.error("The snapshot of room %s is damaged and is not used.", room)
        found = [
            (row.number, False, row.data, crc32(row.data)) if isinstance(row, Row) else (row, False, b"", -1)
            for row in _rows(room, after=0)
        ]
    updates: list[bytes] = []
    damaged: list[int] = []
    expected = 0
    for number, whole, data, checksum in found:
        if not whole:
            damaged.extend(range(expected + 1, number))
        expected = number
        if crc32(data) == checksum:
            updates.append(data)
        else:
            damaged.append(number)
    if damaged:
        DAMAGED.inc(len(damaged))
        log.error("Room %s has damaged rows, which are left out: %s", room, damaged[:20])
    return updates, expected, damaged


def load(room: UUID) -> Loaded:
    """Everything of a room's text. Raises NoRoom; any other failure is the database's and is raised too."""
    now = Room.objects.across_cities().filter(pk=room).values_list("head", "epoch").first()
    if now is None:
        raise NoRoom
    updates, last, damaged = updates_of(room)
    return Loaded(max(now[0], last), now[1], updates, owners(room), damaged)


def rows_after(room: UUID, number: int) -> list[Row]:
    """What was appended after `number`, in order."""
    return [row for row in _rows(room, after=number) if isinstance(row, Row)]


def until(room: UUID, number: int) -> list[bytes]:
    """The bytes of the first `number` updates: the text as it was then."""
    rows = Update.objects.filter(room=room, number__lte=number).order_by("number")
    return [bytes(data) for data in rows.values_list("data", flat=True).iterator()]


# --- Snapshots ---------------------------------------------------------------------------


def snapshot(room: UUID) -> bool:
    """Merge a room's rows into one cached row, if it proves to say the same; returns whether it was made."""
    rows = list(_rows(room, after=0))
    if not rows or not all(isinstance(row, Row) for row in rows):
        return False
    updates = [row.data for row in rows if isinstance(row, Row)]
    last = rows[-1]
    number = last.number if isinstance(last, Row) else last
    merged = document.merge(updates)
    if not _same(updates, merged):
        log.error("A snapshot of room %s would not say what its rows say, and was not made.", room)
        return False
    fields = {"number": number, "data": merged, "checksum": crc32(merged), "at": timezone.now()}
    with transaction.atomic():
        if not Snapshot.objects.filter(room_id=room, number__lt=number).update(**fields):
            Snapshot.objects.get_or_create(room_id=room, defaults=fields)
    return True


def _same(updates: Sequence[bytes], merged: bytes) -> bool:
    _, rows_known, _ = document.load(updates)
    _, known, damaged = document.load([merged])
    whole = not damaged and known.clocks == rows_known.clocks and known.deleted == rows_known.deleted
    return whole and document.read([merged])[:2] == document.read(updates)[:2]


def needs_snapshot(room: UUID) -> bool:
    """Whether a cold start would have to read many rows."""
    made = Snapshot.objects.filter(room=room).values_list("number", flat=True).first() or 0
    head = Room.objects.across_cities().filter(pk=room).values_list("head", flat=True).first() or 0
    return head - made >= SNAPSHOT_EVERY


# --- The writer --------------------------------------------------------------------------


class Writer:
    """The one thread of a process that stores updates, many rooms' in one transaction.

    It writes at once when it is idle; what comes while it commits goes together into the next commit.
    """

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[tuple[Batch, Callable[[Outcome], None]] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def submit(self, batch: Batch, done: Callable[[Outcome], None]) -> None:
        """`done` is called in the writer's thread."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="room-writer", daemon=True)
            self._thread.start()
        self._queue.put((batch, done))

    def stop(self) -> None:
        """Finish what was submitted, then end the thread."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(timeout=5)
            self._thread = None

    def _run(self) -> None:
        try:
            while (first := self._queue.get()) is not None:
                jobs, ending = [first], False
                while not self._queue.empty() and len(jobs) < 500:
                    if (job := self._queue.get()) is None:
                        ending = True
                        break
                    jobs.append(job)
                for (_, done), outcome in zip(jobs, self._commit([batch for batch, _ in jobs]), strict=True):
                    done(outcome)
                if ending:
                    return
        finally:
            connection.close()

    def _commit(self, batches: list[Batch]) -> list[Outcome]:
        begun = time.perf_counter()
        try:
            outcomes = _together(batches)
        except Exception:
            # One of them, or the connection: each by itself, so that one room's trouble is not everyone's.
            connection.close()
            outcomes = [_alone(batch) for batch in batches]
        COMMIT_SECONDS.observe(time.perf_counter() - begun)
        return outcomes


def _together(batches: list[Batch]) -> list[Outcome]:
    """All in one transaction; rooms in the order of their ids, so that two processes never wait for each other."""
    outcomes: dict[int, Outcome] = {}
    order = sorted(range(len(batches)), key=lambda place: batches[place].room.int)
    with transaction.atomic():
        for place in order:
            outcomes[place] = append(batches[place])
    return [outcomes[place] for place in range(len(batches))]


def _alone(batch: Batch) -> Outcome:
    try:
        with transaction.atomic():
            return append(batch)
    except (NoRoom, Claimed) as problem:
        return problem
    except DatabaseError as problem:
        log.exception("Updates of room %s could not be stored.", batch.room)
        connection.close()
        return problem
    except Exception as problem:
        log.exception("Updates of room %s could not be stored.", batch.room)
        return problem
