"""Whether a log is whole: a sound one has no fault, and each fault is told by itself."""

import pytest
from django.db import transaction

from realtime import store
from realtime.models import ClientClock, Participant, Room, Snapshot
from tests.realtime.factories import damage, join
from tests.realtime.store.batches import batch, entries


@pytest.fixture
def written(amal: Participant) -> Participant:
    """Three rows of Amal's, and two of Gianni's on top."""
    gianni = join(amal.room, "Gianni")
    store.append(batch(amal, entries(amal, 5, "abc")))
    store.append(batch(gianni, entries(gianni, 6, "de"), head=3))
    return amal


def faults(who: Participant) -> list[str]:
    return store.verify(who.room_id).faults


def test_a_sound_log_is_counted_and_has_no_fault(written: Participant) -> None:
    found = store.verify(written.room_id)
    assert (found.updates, found.faults, found.again) == (5, [], [])
    assert found.bytes == sum(map(len, store.updates_of(written.room_id)[0]))


def test_an_empty_room_is_whole(amal: Participant) -> None:
    assert store.verify(amal.room_id) == (0, 0, [], [])


def test_what_rests_on_a_damaged_row_is_told_with_it(written: Participant) -> None:
    damage(written.room, 2, b"\xff")
    told = faults(written)
    assert told[0] == "update 2 is missing, or its bytes are not what was stored"
    assert told[1] == "update 3 cannot be read: something before it is missing"
    assert not any("update 4" in each for each in told), "another's words rest on nothing of it"


def test_a_head_that_is_ahead_of_its_rows_is_told(written: Participant) -> None:
    Room.objects.across_cities().filter(pk=written.room_id).update(head=9)
    assert faults(written) == ["the head is 9, and the last update is 5"]


def test_a_clock_without_updates_and_updates_without_a_clock_are_told(written: Participant) -> None:
    ClientClock.objects.filter(room=written.room_id, client=6).delete()
    ClientClock.objects.create(room=written.room, client=7, person=written.person, clock=4, log=1)
    assert faults(written) == [
        "client 6 is at no clock, and its updates go to 2",
        "client 7 is at 4, and its updates go to 0",
    ]


def test_a_snapshot_of_more_than_there_is_is_told(written: Participant) -> None:
    assert store.snapshot(written.room_id)
    assert faults(written) == []
    Snapshot.objects.filter(room=written.room_id).update(number=8)
    assert faults(written) == ["the snapshot of 8 updates says something else than they do; delete it"]


@pytest.mark.usefixtures("guards")
def test_after_words_were_erased_the_new_log_is_whole_by_itself(written: Participant) -> None:
    with transaction.atomic():
        store.begin_anew(written.room_id, 5, 1, entries(written, 9, "ok"))
    assert store.verify(written.room_id)[::2] == (2, [])
