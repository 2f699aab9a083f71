"""Snapshots are proved to say what their rows say, and never trusted otherwise."""

from zlib import crc32

import pytest

from realtime import document, store
from realtime.models import Participant, Snapshot
from tests.realtime.factories import damage
from tests.realtime.pasts import first_rows
from tests.realtime.store.batches import batch, entries


def test_a_damaged_snapshot_is_not_used(amal: Participant) -> None:
    store.append(batch(amal, entries(amal, 5, "abc")))
    store.snapshot(amal.room_id)
    Snapshot.objects.filter(room=amal.room_id).update(data=b"\x00\x00")
    updates, head, damaged = store.updates_of(amal.room_id)
    assert (len(updates), head, damaged) == (3, 3, [])


def test_no_snapshot_is_made_of_damaged_rows(amal: Participant) -> None:
    store.append(batch(amal, entries(amal, 5, "abc")))
    damage(amal.room, 2, b"\xff")
    assert not store.snapshot(amal.room_id)
    assert not Snapshot.objects.filter(room=amal.room_id).exists()


def test_a_snapshot_says_what_its_rows_say(amal: Participant) -> None:
    store.append(batch(amal, entries(amal, 5, "a😀b")))
    assert store.snapshot(amal.room_id)
    held = Snapshot.objects.get(room=amal.room_id)
    assert held.checksum == crc32(bytes(held.data))
    rows = first_rows(amal.room_id, 3)
    assert document.read([bytes(held.data)]).written == document.read(rows).written


def test_a_snapshot_goes_on_from_the_last_one(amal: Participant, monkeypatch: pytest.MonkeyPatch) -> None:
    store.append(batch(amal, entries(amal, 5, "a😀b")))
    assert store.snapshot(amal.room_id)
    store.append(batch(amal, entries(amal, 5, "a😀bcd", start=3), head=3))
    read: list[int] = []
    made = document.compacted
    monkeypatch.setattr(document, "compacted", lambda updates: read.append(len(updates)) or made(updates))
    assert store.snapshot(amal.room_id)
    held = Snapshot.objects.get(room=amal.room_id)
    assert (read, held.number) == ([3], 5)
    rows = first_rows(amal.room_id, 5)
    assert document.read([bytes(held.data)]).content == document.read(rows).content


def test_a_cold_start_that_reads_much_asks_for_a_snapshot(amal: Participant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realtime.store.snapshots.SNAPSHOT_EVERY", 3)
    store.append(batch(amal, entries(amal, 5, "ab")))
    assert not store.needs_snapshot(amal.room_id)
    store.append(batch(amal, entries(amal, 5, "abc", start=2), head=2))
    assert store.needs_snapshot(amal.room_id)
    store.snapshot(amal.room_id)
    assert not store.needs_snapshot(amal.room_id)


@pytest.mark.usefixtures("guards")
def test_a_snapshot_of_rows_that_are_erased_while_it_is_made_is_not_kept(
    amal: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.append(batch(amal, entries(amal, 5, "secret")))
    made = document.compacted

    def late(updates: list[bytes]) -> bytes | None:
        store.begin_anew(amal.room_id, 6, 1, entries(amal, 9, "ok"))
        return made(updates)

    monkeypatch.setattr(document, "compacted", late)
    assert not store.snapshot(amal.room_id)
    assert not Snapshot.objects.filter(room=amal.room_id).exists()


def test_what_damaged_rows_said_is_brought_again_from_the_snapshot(amal: Participant) -> None:
    store.append(batch(amal, entries(amal, 5, "abcd")))
    store.snapshot(amal.room_id)
    assert not store.bring_from_snapshot(amal.room_id)
    for number in (2, 3):
        damage(amal.room, number, b"\xff")
    assert store.bring_from_snapshot(amal.room_id)
    Snapshot.objects.filter(room=amal.room_id).delete()
    found = store.verify(amal.room_id)
    assert (found.faults, found.again) == ([], [2, 3])
    assert not store.bring_from_snapshot(amal.room_id)
