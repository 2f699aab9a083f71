"""The log's rows: appended in groups where the room still is, read back whole, never overwritten."""

import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID
from zlib import crc32

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import F
from prometheus_client import Counter

from realtime.document import Known, sealing
from realtime.document.update import parse
from realtime.models import ClientClock, Room, Snapshot, Update
from realtime.protocol import Malformed

log = logging.getLogger(__name__)

STORED = Counter("copact_room_stored_updates", "Updates of rooms stored.")
DAMAGED = Counter("copact_room_damaged_rows", "Stored updates whose bytes changed since.")


NOBODY: Final = UUID(int=0)
ROOM_LIMIT: Final = 128 * 1024 * 1024  # bytes of a room's text
LOST_MOST: Final = 900  # damaged rows that are asked for at once
TRIES: Final = 20


class Entry(NamedTuple):
    """One accepted update, ready to be stored."""

    data: bytes
    person: UUID
    participant: UUID | None
    advances: dict[int, tuple[int, int]]  # client -> from, to clock
    at: datetime | None = None  # when it came, where that was not now
    letters: bool = False  # somebody typed on: nothing but letters after their own last one
    seal: bytes | None = None  # where it was sealed before anybody waits for it to be stored

    def sealed(self) -> bytes:
        if self.seal is not None:
            return self.seal
        return sealing.seal_letters(self.data, self.advances) if self.letters else sealing.seal(self.data)


class Batch(NamedTuple):
    """Updates of one room, which follow on the update number `head` of its `log` under its `epoch`."""

    room: UUID
    head: int
    epoch: int
    entries: Sequence[Entry]
    log: int = 1


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
    log: int = 1
    lost: Sequence["Lost"] = ()


class Lost(NamedTuple):
    """A damaged row that others may bring again: who wrote it, and the seal of what it said."""

    number: int
    participant: UUID | None
    seal: bytes


class Stored(NamedTuple):
    """The batch is durable; the room's newest update has the number `head`."""

    head: int


class Behind(NamedTuple):
    """Nothing was stored: others appended `rows` meanwhile, somebody's rights changed, or `log` is another one."""

    head: int
    epoch: int
    rows: list[Row]
    owners: dict[int, UUID]
    log: int = 1


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
    here: Any = connections[DEFAULT_DB_ALIAS]
    here.ensure_connection()
    with here.wrap_database_errors:
        done = append_together(here, here.connection.cursor(), [batch])
    return Stored(batch.head + len(batch.entries)) if done else behind(batch)


def append_together(here: Any, cursor: Any, batches: Sequence[Batch]) -> bool:
    """Store batches of different rooms, all with each statement; False where a room has moved on, and then this
    transaction must be rolled back if there is more than one. Raises Claimed.

    With the driver's own cursor, since all that is typed in all rooms goes this way; a statement is one call
    for all rows of all rooms, on PostgreSQL one round trip.
    """
    sqlite = here.vendor == "sqlite"
    keyed = [(_key(batch.room, sqlite), batch) for batch in batches]
    heads = [(b.head + len(b.entries), room, b.head, b.epoch, b.log) for room, b in keyed]
    cursor.executemany(_MOVE_HEAD[sqlite], heads)
    if cursor.rowcount != len(heads):
        return False
    _claim(cursor, keyed, sqlite)
    _insert(cursor, keyed, sqlite)
    return True


def _both(statement: str) -> tuple[str, str]:
    """A statement in the words of PostgreSQL's driver and of SQLite's."""
    return statement, statement.replace("%s", "?")


_MOVE_HEAD: Final = _both("UPDATE realtime_room SET head = %s WHERE id = %s AND head = %s AND epoch = %s AND log = %s")
_MOVE_CLOCK: Final = _both(
    "UPDATE realtime_clientclock SET clock = %s WHERE room_id = %s AND client = %s AND person_id = %s AND clock >= %s"
)
_NEW_CLOCK: Final = _both(
    "INSERT INTO realtime_clientclock (room_id, client, person_id, clock, log) VALUES (%s, %s, %s, %s, %s)"
    " ON CONFLICT (room_id, client) DO UPDATE SET clock = excluded.clock"
    " WHERE realtime_clientclock.person_id = excluded.person_id AND realtime_clientclock.log = excluded.log"
)
_NEW_ROW: Final = _both(
    "INSERT INTO realtime_update (room_id, log, number, data, checksum, seal, participant_id, at)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)


def behind(batch: Batch) -> Behind:
    """Where the room is instead. Raises NoRoom."""
    now = Room.objects.across_cities().filter(pk=batch.room).values_list("head", "epoch", "log").first()
    if now is None:
        raise NoRoom
    rows = [row for row in rows_of(batch.room, after=batch.head) if isinstance(row, Row)]
    return Behind(now[0], now[1], rows, owners(batch.room, rows), now[2])


def _claim(cursor: Any, keyed: Sequence[tuple[Any, Batch]], sqlite: bool) -> None:
    """Move each client's clock on; only its own person may.

    The room's head says that nobody else has moved it since. It stands further on only where rows
    were damaged: then its own person brings the words again.
    """
    moved: list[tuple[Any, ...]] = []
    fresh: list[tuple[Any, ...]] = []
    for room, batch in keyed:
        for client, (who, start, end) in _spans(batch.entries).items():
            if start:
                moved.append((end, room, client, _key(who, sqlite), start))
            else:
                fresh.append((room, client, _key(who, sqlite), end, batch.log))
    for statement, rows in (_MOVE_CLOCK, moved), (_NEW_CLOCK, fresh):
        if rows:
            cursor.executemany(statement[sqlite], rows)
            if cursor.rowcount != len(rows):
                raise Claimed


def _spans(entries: Sequence[Entry]) -> dict[int, tuple[UUID, int, int]]:
    """Client -> its person, from, to clock, over all entries."""
    spans: dict[int, tuple[UUID, int, int]] = {}
    for entry in entries:
        for client, (start, end) in entry.advances.items():
            known = spans.get(client)
            spans[client] = (entry.person, known[1] if known else start, end)
    return spans


def _insert(cursor: Any, keyed: Sequence[tuple[Any, Batch]], sqlite: bool) -> None:
    now = _moment(datetime.now(UTC), sqlite)
    rows = [
        (
            room,
            batch.log,
            number,
            entry.data,
            crc32(entry.data),
            entry.sealed(),
            _key(entry.participant, sqlite),
            _moment(entry.at, sqlite) if entry.at else now,
        )
        for room, batch in keyed
        for number, entry in enumerate(batch.entries, batch.head + 1)
    ]
    cursor.executemany(_NEW_ROW[sqlite], rows)
    STORED.inc(len(rows))


def _moment(at: datetime, sqlite: bool) -> Any:
    """A time as this database holds it."""
    return str(at.astimezone(UTC).replace(tzinfo=None)) if sqlite else at


def _key(value: UUID | None, sqlite: bool) -> Any:
    """A UUID as this database holds it."""
    return value.hex if sqlite and value is not None else value


# --- Beginning anew ----------------------------------------------------------------------


def begin_anew(room: UUID, head: int, epoch: int, entries: Sequence[Entry]) -> Stored | Behind:
    """Erase for good: `entries` become the whole log of a room, and every older row is deleted.

    Runs in the caller's transaction, which also changes what else holds the words (versions,
    comments) and writes the journal's line. The rows need no guard lifted: the database lets go of
    rows whose log is older than the room's, and of no others. Numbers go on from `head`, so whoever
    looks at heads sees the change; the new rights' epoch stops every batch on its way. Whoever
    holds a copy must drop it: `log` in Loaded and Behind tells which log a copy is of. Client ids
    of the old log stay claimed, by NOBODY: `entries` need fresh ones, and so does everyone else.
    """
    fresh = head + len(entries)
    rooms = Room.objects.across_cities().filter(pk=room)
    going_on = {"head": fresh, "epoch": epoch + 1, "log": F("log") + 1, "log_after": head}
    if not rooms.filter(head=head, epoch=epoch).update(**going_on):
        return behind(Batch(room, head, epoch, entries))
    number = rooms.values_list("log", flat=True).get()
    Snapshot.objects.filter(room=room).delete()
    Update.objects.filter(room=room, log__lt=number).delete()
    here: Any = connections[DEFAULT_DB_ALIAS]
    with here.wrap_database_errors:
        cursor, sqlite = here.connection.cursor(), here.vendor == "sqlite"
        keyed = [(_key(room, sqlite), Batch(room, head, epoch + 1, entries, number))]
        _claim(cursor, keyed, sqlite)
        _insert(cursor, keyed, sqlite)
    return Stored(fresh)


# --- Reading -----------------------------------------------------------------------------


def owners(room: UUID, rows: Sequence[Row] | None = None) -> dict[int, UUID]:
    """Client ids of a room, or only those that write in `rows`, and the persons that they belong to; those of an
    older log belong to NOBODY."""
    clocks = ClientClock.objects.filter(room=room)
    if rows is not None:
        clocks = clocks.filter(client__in={block.client for row in rows for block in parse(row.data).blocks})
    found = clocks.values_list("client", "person_id", "log", "room__log")
    return {client: person if log == now else NOBODY for client, person, log, now in found}


def rows_of(room: UUID, *, after: int) -> Iterable[Row | int]:
    """Rows in order; the number alone for one whose bytes are not what was stored, or that is missing."""
    rows = Update.objects.filter(room=room, number__gt=after).order_by("number")
    expected = after
    for number, held, checksum in rows.values_list("number", "data", "checksum").iterator():
        yield from range(expected + 1, number)
        expected = number
        data = bytes(held)
        yield Row(number, data) if crc32(data) == checksum else number


def _snapshot_and_rows(room: UUID) -> tuple[int, list[tuple[int, bool, bytes, int]]]:
    """The number before the log; number, whether it is the snapshot, bytes, checksum: of one statement, so of
    one moment."""
    key = _key(room, connection.vendor == "sqlite")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.number, 1, s.data, s.checksum FROM realtime_snapshot s WHERE s.room_id = %s"
            " UNION ALL SELECT u.number, 0, u.data, u.checksum FROM realtime_update u"
            " WHERE u.room_id = %s AND u.number > COALESCE("
            "(SELECT n.number FROM realtime_snapshot n WHERE n.room_id = %s), 0)"
            " UNION ALL SELECT r.log_after, 2, NULL, 0 FROM realtime_room r WHERE r.id = %s"
            " ORDER BY 1, 2 DESC",
            [key, key, key, key],
        )
        rows = cursor.fetchall()
    floor = next((number for number, kind, _, _ in rows if kind == 2), 0)
    return floor, [(number, bool(kind), bytes(data), checksum) for number, kind, data, checksum in rows if kind < 2]


def updates_of(room: UUID) -> tuple[list[bytes], int, list[int]]:
    """A room's stored bytes, the number of the last of them, and the numbers of damaged rows."""
    floor, found = _snapshot_and_rows(room)
    if found and found[0][1] and crc32(found[0][2]) != found[0][3]:
        log.error("The snapshot of room %s is damaged and is not used.", room)
        found = [
            (row.number, False, row.data, crc32(row.data)) if isinstance(row, Row) else (row, False, b"", -1)
            for row in rows_of(room, after=floor)
        ]
    updates: list[bytes] = []
    damaged: list[int] = []
    expected = floor
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
    now = Room.objects.across_cities().filter(pk=room).values_list("head", "epoch", "log").first()
    if now is None:
        raise NoRoom
    updates, last, damaged = updates_of(room)
    return Loaded(max(now[0], last), now[1], updates, owners(room), damaged, now[2], lost(room, damaged))


def lost(room: UUID, damaged: Sequence[int]) -> list[Lost]:
    """What is left of damaged rows beside their bytes."""
    if not damaged:
        return []
    rows = Update.objects.filter(room=room, number__in=damaged[:LOST_MOST]).order_by("number")
    found = rows.values_list("number", "participant_id", "seal")
    return [Lost(number, by, bytes(seal)) for number, by, seal in found if seal is not None]


def lacks(row: Lost, known: Known) -> bool:
    """Whether words of a damaged row are not among those that are `known`."""
    try:
        return any(known.clocks.get(client, 0) < end for client, _, end in sealing.spans_of(row.seal))
    except Malformed:
        return True  # the seal is damaged, too


def come_again(room: UUID, damaged: Sequence[int], known: Known) -> list[int]:
    """Of damaged rows those whose words are known again."""
    return [row.number for row in lost(room, damaged) if not lacks(row, known)]


def bring_again(room: UUID, rows: Sequence[tuple[Lost, bytes]]) -> None:
    """Store what damaged rows said, found again with others, as new rows in the name of who wrote them."""
    if not rows:
        return
    entries = [Entry(data, NOBODY, row.participant, {}) for row, data in rows]
    with transaction.atomic():
        for _try in range(TRIES):
            now = Room.objects.across_cities().filter(pk=room).values_list("head", "epoch", "log").first()
            if now is None or isinstance(append(Batch(room, now[0], now[1], entries, now[2])), Stored):
                break
    log.warning("Room %s has damaged rows again, from who held their words: %s", room, [row.number for row, _ in rows])


def rows_after(room: UUID, number: int) -> list[Row]:
    """What was appended after `number`, in order."""
    return [row for row in rows_of(room, after=number) if isinstance(row, Row)]


def rows_between(room: UUID, number: int, size: int) -> tuple[list[bytes], int]:
    """What was appended after `number`, up to about `size` bytes of it, and the number of the last of that."""
    updates: list[bytes] = []
    for row in rows_of(room, after=number):
        if isinstance(row, int):
            number = row
            continue
        updates.append(row.data)
        number, size = row.number, size - len(row.data)
        if size <= 0:
            break
    return updates, number
