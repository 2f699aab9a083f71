"""Snapshots: a cache of a room's rows, proved to say the same before it is trusted."""

import logging
from collections.abc import Sequence
from typing import Final
from uuid import UUID
from zlib import crc32

from django.db import transaction
from django.utils import timezone
from prometheus_client import Counter

from realtime import document
from realtime.document import sealing
from realtime.models import Room, Snapshot
from realtime.store.rows import Row, bring_again, come_again, lacks, lost, rows_of, updates_of

log = logging.getLogger(__name__)

MERGED = Counter("copact_room_merged_snapshots", "Snapshots that could only be merged, not compacted.")

SNAPSHOT_EVERY: Final = 200  # rows that a cold start may have to read besides the snapshot


def snapshot(room: UUID) -> bool:
    """Put a room's rows into one cached row, if it proves to say the same; returns whether it was made.

    Through a document it is several times smaller; merging is what is left where that cannot be proved.
    It begins with the last snapshot, which was proved, so that a long room costs little more than its new rows.
    """
    rooms = Room.objects.across_cities().filter(pk=room)
    now = rooms.values_list("log").first()
    if now is None:
        return False
    updates, number, damaged = updates_of(room)
    if not updates or (damaged and not _whole_again(room, damaged, updates)):
        return False
    if len(updates) == 1 and snapshot_of(room) == number:
        return True
    merged = document.compacted(updates)
    if merged is None:
        log.warning("Room %s is merged only: it could not be proved that a smaller snapshot says the same.", room)
        MERGED.inc()
        merged = document.merge(updates)
        if not _same(updates, merged):
            log.error("A snapshot of room %s would not say what its rows say, and was not made.", room)
            return False
    fields = {"number": number, "data": merged, "checksum": crc32(merged), "at": timezone.now()}
    with transaction.atomic():
        if not rooms.filter(log=now[0]).update(log=now[0]):
            return False  # words were erased meanwhile, and these rows hold them
        if not Snapshot.objects.filter(room_id=room, number__lt=number).update(**fields):
            Snapshot.objects.get_or_create(room_id=room, defaults=fields)
    return True


def _whole_again(room: UUID, damaged: Sequence[int], updates: Sequence[bytes]) -> bool:
    """Whether everything that damaged rows said has come again."""
    known, unreadable = document.load(updates)[1:]
    return not unreadable and come_again(room, damaged, known) == list(damaged)


def bring_from_snapshot(room: UUID) -> bool:
    """Store what damaged rows said as new rows where the snapshot still says it: for when the snapshot has to go.
    Returns whether it brought any."""
    made = Snapshot.objects.filter(room=room).first()
    if made is None or crc32(data := bytes(made.data)) != made.checksum:
        return False
    after = Room.objects.across_cities().values_list("log_after", flat=True).get(pk=room)
    rows = list(rows_of(room, after=after))
    known = document.load([row.data for row in rows if isinstance(row, Row)])[1]
    missing = [row for row in lost(room, [row for row in rows if not isinstance(row, Row)]) if lacks(row, known)]
    found = [(row, again) for row in missing if (again := sealing.found_again(row.seal, data)) is not None]
    bring_again(room, found)
    return bool(found)


def _same(updates: Sequence[bytes], merged: bytes) -> bool:
    """What the server itself reads of both."""
    before, rows_known, _ = document.load(updates)
    after, known, damaged = document.load([merged])
    if damaged or known.clocks != rows_known.clocks:
        return False
    return after.content() == before.content() and after.board() == before.board()


def snapshot_of(room: UUID) -> int:
    """How many updates the snapshot holds; 0 where there is none."""
    return Snapshot.objects.filter(room=room).values_list("number", flat=True).first() or 0


def needs_snapshot(room: UUID) -> bool:
    """Whether a cold start would have to read many rows."""
    head = Room.objects.across_cities().filter(pk=room).values_list("head", flat=True).first() or 0
    return head - snapshot_of(room) >= SNAPSHOT_EVERY
