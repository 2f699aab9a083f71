"""Whether a room's log is whole: what an operator asks after a bad night."""

from typing import NamedTuple
from uuid import UUID
from zlib import crc32

from backend.base.canonical import sha256
from realtime import document
from realtime.document import Known
from realtime.models import ClientClock, Room, Snapshot, Update, Version
from realtime.store.rows import Row, come_again, rows_of


class Verified(NamedTuple):
    """What was looked at in one room, and what is not as it should be."""

    updates: int
    bytes: int
    faults: list[str]
    again: list[int]  # rows that were damaged, and whose words came again since


def verify(room: UUID) -> Verified:
    """Numbers, checksums, every row past the guard, head, clocks and their owners, the snapshot, the versions."""
    now = Room.objects.across_cities().get(pk=room)
    rows = list(rows_of(room, after=now.log_after))
    sound = [row for row in rows if isinstance(row, Row)]
    damaged = [row for row in rows if not isinstance(row, Row)]
    known = Known()
    unreadable = _unreadable(known, sound)
    again = come_again(room, damaged, known)
    faults = [f"update {row} is missing, or its bytes are not what was stored" for row in damaged if row not in again]
    if other := Update.objects.filter(room=room).exclude(log=now.log).count():
        faults.append(f"{other} updates of an older log are still there")
    last = rows[-1] if rows else now.log_after
    number = last.number if isinstance(last, Row) else last
    if number != now.head:
        faults.append(f"the head is {now.head}, and the last update is {number}")
    faults += unreadable
    faults += _clocks(now, known)
    faults += _snapshot(now, sound, [row for row in damaged if row not in again])
    faults += _versions(now)
    return Verified(len(sound), sum(len(row.data) for row in sound), faults, again)


def _unreadable(known: Known, rows: list[Row]) -> list[str]:
    """Rows that the guard would not let in, in whatever order."""
    faults: list[str] = []
    while rows:
        early = []
        for row in rows:
            try:
                known.take(row.data, limit=len(row.data))
            except document.Gap:
                early.append(row)
            except document.Broken as problem:
                faults.append(f"update {row.number} cannot be read: {problem}")
        if len(early) == len(rows):
            return faults + [f"update {row.number} cannot be read: something before it is missing" for row in early]
        rows = early
    return faults


def _clocks(room: Room, known: Known) -> list[str]:
    held = dict(ClientClock.objects.filter(room=room, log=room.log).values_list("client", "clock"))
    return [
        f"client {client} is at {held.get(client, 'no clock')}, and its updates go to {known.clocks.get(client, 0)}"
        for client in sorted(held.keys() | known.clocks.keys())
        if held.get(client) != known.clocks.get(client, 0)
    ]


def _snapshot(room: Room, rows: list[Row], damaged: list[int]) -> list[str]:
    made = Snapshot.objects.filter(room=room).first()
    if made is None:
        return []
    data = bytes(made.data)
    if crc32(data) != made.checksum:
        return ["the snapshot is damaged; it is not used, and may be deleted"]
    if damaged and damaged[0] <= made.number:
        return [f"the snapshot of {made.number} updates still says what damaged ones said; keep it"]
    upto = [row.data for row in rows if row.number <= made.number]
    if made.number > room.head or document.read([data])[:2] != document.read(upto)[:2]:
        return [f"the snapshot of {made.number} updates says something else than they do; delete it"]
    return []


def _versions(room: Room) -> list[str]:
    versions = Version.objects.across_cities().filter(room=room).only("number", "content", "sha256")
    return [f"version {each.number} is not what was frozen" for each in versions if sha256(each.content) != each.sha256]
