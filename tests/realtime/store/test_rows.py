"""Rows: appended only where the room still is, claimed by one person, read back whole."""

import pytest
from django.db import IntegrityError, transaction

from realtime import document, store
from realtime.document import Known
from realtime.models import ClientClock, Participant, Room, Snapshot, Update
from realtime.store import Batch, Behind, NoRoom, Stored
from tests.realtime.factories import damage, join
from tests.realtime.store.batches import batch, entries


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


def test_a_batch_from_behind_is_told_of_the_writers_of_what_it_lacks_and_of_no_others(amal: Participant) -> None:
    store.append(batch(amal, entries(amal, 5, "ab")))
    other = join(amal.room, "Gianni")
    store.append(batch(other, entries(other, 6, "x"), head=2))
    outcome = store.append(batch(amal, entries(amal, 7, "y"), head=2))
    assert isinstance(outcome, Behind)
    assert outcome.owners == {6: other.person_id}
    assert store.owners(amal.room_id, []) == {}
    assert store.owners(amal.room_id) == {5: amal.person_id, 6: other.person_id}


def test_a_batch_of_an_older_epoch_is_not_stored(amal: Participant) -> None:
    outcome = store.append(batch(amal, entries(amal, 5, "a"), epoch=0))
    assert isinstance(outcome, Behind)
    assert Update.objects.filter(room=amal.room_id).count() == 0


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
def test_the_first_row_of_a_log_that_is_missing_is_noticed(amal: Participant) -> None:
    store.append(batch(amal, entries(amal, 5, "ab")))
    damage(amal.room, 1, None)
    assert store.updates_of(amal.room_id)[2] == [1]
