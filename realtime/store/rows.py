"""The log's rows: appended in groups where the room still is, read back whole, never overwritten."""

import logging
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID
from zlib import crc32

from django.db import connection
from django.utils import timezone
from prometheus_client import Counter

from realtime.models import ClientClock, Room, Update

log = logging.getLogger(__name__)

STORED = Counter("copact_room_stored_updates", "Updates of rooms stored.")
DAMAGED = Counter("copact_room_damaged_rows", "Stored updates whose bytes changed since.")


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
    rows = [row for row in rows_of(batch.room, after=batch.head) if isinstance(row, Row)]
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


def rows_of(room: UUID, *, after: int) -> Iterable[Row | int]:
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
            for row in rows_of(room, after=0)
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
    return [row for row in rows_of(room, after=number) if isinstance(row, Row)]


def until(room: UUID, number: int) -> list[bytes]:
    """The bytes of the first `number` updates: the text as it was then."""
    rows = Update.objects.filter(room=room, number__lte=number).order_by("number")
    return [bytes(data) for data in rows.values_list("data", flat=True).iterator()]
