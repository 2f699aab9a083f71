"""A room's updates and snapshots as rows: appended in groups, read back whole, never overwritten."""

from realtime.store.rows import (
    DAMAGED,
    Batch,
    Behind,
    Claimed,
    Entry,
    Loaded,
    NoRoom,
    Outcome,
    Row,
    Stored,
    append,
    load,
    owners,
    rows_after,
    rows_of,
    until,
    updates_of,
)
from realtime.store.snapshots import SNAPSHOT_EVERY, needs_snapshot, snapshot
from realtime.store.writer import Writer

__all__ = [
    "DAMAGED",
    "SNAPSHOT_EVERY",
    "Batch",
    "Behind",
    "Claimed",
    "Entry",
    "Loaded",
    "NoRoom",
    "Outcome",
    "Row",
    "Stored",
    "Writer",
    "append",
    "load",
    "needs_snapshot",
    "owners",
    "rows_after",
    "rows_of",
    "snapshot",
    "until",
    "updates_of",
]
