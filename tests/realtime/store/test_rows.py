"""Rows: appended only where the room still is, claimed by one person, read back whole, snapshots proved first."""

import queue
import threading
from zlib import crc32

import pytest
from django.db import IntegrityError, connection, transaction

from realtime import document, store
from realtime.document import Known
from realtime.models import ClientClock, Participant, Room, Snapshot, Update
from realtime.store import Batch, Behind, Claimed, Entry, NoRoom, Stored
from tests.realtime.factories import damage, join, make_room
from tests.realtime.updates import typed


@pytest.fixture
def amal(db: None) -> Participant:
    return join(make_room())


def entries(who: Participant, client: int, text: str, start: int = 0) -> list[Entry]:
    return [
        Entry(data, who.person_id, who.pk, {client: (place, place + 1)})
        for place, data in enumerate(typed(client, text))
        if place >= start
    ]


def batch(who: Participant, found: list[Entry], head: int = 0, epoch: int = 1) -> Batch:
    return Batch(who.room_id, head, epoch, found)


def test_a_batch_is_numbered_without_gaps_and_moves_room_and_clocks(amal: Participant) -> None:
    assert store.append(batch(amal, entries(amal, 5, "abc"))) == Stored(3)
    assert list(Update.objects.filter(room=amal.room_id).values_list("number", flat=True).order_by("number")) == [
        1,
        2,
        3,
    ]
    assert Room.objects.across_cities().get(pk=amal.room_id).head == 3
    clock = ClientClock.objects.get(room=amal.room_id, client=5)
    assert (clock.person_id, clock.clock) == (amal.person_id, 3)


def test_a_batch_from_behind_stores_nothing_and_is_told_what_came_first(amal: Participant) -> None:
    store.append(batch(amal, entries(amal, 5, "ab")))
    other = join(amal.room, "Gianni")
    outcome = store.append(batch(other, entries(other, 6, "x"), head=0))
    assert isinstance(outcome, Behind)
    assert (outcome.head, [row.number for row in outcome.rows]) == (2, [1, 2])
    assert outcome.owners == {5: amal.person_id}
    assert Update.objects.filter(room=amal.room_id).count() == 2


def test_a_batch_of_an_older_epoch_is_not_stored(amal: Participant) -> None:
    outcome = store.append(batch(amal, entries(amal, 5, "a"), epoch=0))
    assert isinstance(outcome, Behind)
    assert Update.objects.filter(room=amal.room_id).count() == 0


@pytest.mark.django_db(transaction=True)
def test_nobody_goes_on_with_anothers_client_id() -> None:
    amal = join(make_room())
    gianni = join(amal.room, "Gianni")
    writer = store.Writer()
    done: list[object] = []
    ended = threading.Event()

    def note(outcomes: list[store.Outcome]) -> None:
        done.extend(outcomes)
        ended.set()

    writer.submit([batch(amal, entries(amal, 5, "a")), batch(gianni, entries(gianni, 5, "ab", start=1), head=1)], note)
    assert ended.wait(10)
    writer.stop()
    assert done[0] == Stored(1)
    assert isinstance(done[1], Claimed)
    assert Update.objects.filter(room=amal.room_id).count() == 1


def test_a_room_that_is_gone_is_said_to_be_gone(amal: Participant) -> None:
    room = amal.room_id
    Room.objects.across_cities().filter(pk=room).update(head=0)
    with pytest.raises(NoRoom):
        store.append(Batch(amal.pk, 0, 1, entries(amal, 5, "a")))


def test_loading_reads_snapshot_and_rows_in_one_statement(amal: Participant) -> None:
    store.append(batch(amal, entries(amal, 5, "abcd")))
    assert store.snapshot(amal.room_id)
    store.append(batch(amal, entries(amal, 5, "abcdef", start=4), head=4))
    loaded = store.load(amal.room_id)
    assert (loaded.head, len(loaded.updates), loaded.owners) == (6, 3, {5: amal.person_id})
    known = Known()
    for update in loaded.updates:
        known.take(update)
    assert known.clocks == {5: 6}


def test_a_damaged_row_is_named_and_the_rest_is_read(amal: Participant) -> None:
    store.append(batch(amal, entries(amal, 5, "ab")))
    other = join(amal.room, "Gianni")
    store.append(batch(other, entries(other, 6, "cd"), head=2))
    damage(amal.room, 2, b"\xff\xff")
    updates, head, damaged = store.updates_of(amal.room_id)
    assert (head, damaged, len(updates)) == (4, [2], 3)
    assert document.read(updates).damaged == []


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
    rows = store.until(amal.room_id, 3)
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
    rows = store.until(amal.room_id, 5)
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
def test_the_database_refuses_to_change_or_delete_what_was_said(amal: Participant) -> None:
    store.append(batch(amal, entries(amal, 5, "ab")))
    rows = Update.objects.filter(room=amal.room_id)
    for change in (lambda: rows.update(data=b"other"), lambda: rows.update(log=0), rows.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert rows.count() == 2


@pytest.mark.usefixtures("guards")
def test_an_erased_log_is_gone_and_its_clients_do_not_come_back(amal: Participant) -> None:
    store.append(batch(amal, entries(amal, 5, "secret")))
    store.snapshot(amal.room_id)
    with transaction.atomic():
        assert store.begin_anew(amal.room_id, 6, 1, entries(amal, 9, "ok")) == Stored(8)
    loaded = store.load(amal.room_id)
    assert (loaded.head, loaded.log, loaded.damaged, loaded.epoch) == (8, 2, [], 2)
    assert loaded.owners == {5: store.NOBODY, 9: amal.person_id}
    assert not Snapshot.objects.filter(room=amal.room_id).exists()
    assert Update.objects.filter(room=amal.room_id).count() == 2
    late = store.append(batch(amal, entries(amal, 5, "secrets", start=6), head=6))
    assert isinstance(late, Behind)
    assert (late.log, late.head) == (2, 8)
    store.append(Batch(amal.room_id, 8, 2, entries(amal, 9, "okay", start=2), 2))
    assert store.snapshot(amal.room_id)
    assert store.load(amal.room_id).damaged == []


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


@pytest.mark.usefixtures("guards")
def test_the_first_row_of_a_log_that_is_missing_is_noticed(amal: Participant) -> None:
    store.append(batch(amal, entries(amal, 5, "ab")))
    damage(amal.room, 1, None)
    assert store.updates_of(amal.room_id)[2] == [1]


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_leave_one_unbroken_log() -> None:
    """As two processes would: each takes what the other was first with, and tries again."""
    amal = join(make_room())
    gianni = join(amal.room, "Gianni")

    def write(who: Participant, client: int) -> None:
        head, outcomes = 0, queue.SimpleQueue[list[store.Outcome]]()
        waiting = entries(who, client, "x" * 25)
        while waiting:
            writers[client].submit([batch(who, waiting[:1], head=head)], outcomes.put)
            [outcome] = outcomes.get(timeout=20)
            assert isinstance(outcome, Stored | Behind)
            head = outcome.head
            if isinstance(outcome, Stored):
                waiting.pop(0)

    writers = {7: store.Writer(), 8: store.Writer()}
    threads = [threading.Thread(target=write, args=(who, client)) for who, client in ((amal, 7), (gianni, 8))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for writer in writers.values():
        writer.stop()
    updates, head, damaged = store.updates_of(amal.room_id)
    assert (head, damaged) == (50, [])
    known = Known()
    for update in updates:
        known.take(update)
    assert known.clocks == {7: 25, 8: 25}
    assert connection.is_usable()
