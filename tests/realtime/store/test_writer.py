"""The writer stores many rooms' updates in one transaction, and one room's trouble is not everyone's."""

import queue
import threading
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db import connection

from realtime import store
from realtime.document import Known
from realtime.models import Participant, Room, Update
from realtime.store import Batch, Behind, Claimed, Entry, NoRoom, Outcome, Stored, Writer
from tests.realtime.factories import join, make_room
from tests.realtime.store.batches import batch, entries
from tests.realtime.updates import typed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def writer() -> Iterator[Writer]:
    made = Writer()
    yield made
    made.stop()


@pytest.fixture
def writers() -> list[Participant]:
    """One person in each of three rooms."""
    return [join(make_room()) for _ in range(3)]


def said(who: Participant, client: int = 5, head: int = 0, epoch: int = 1) -> Batch:
    entries = [
        Entry(data, who.person_id, who.pk, {client: (place, place + 1)})
        for place, data in enumerate(typed(client, "ab"))
    ]
    return Batch(who.room_id, head, epoch, entries)


def stored(writer: Writer, batches: list[Batch]) -> list[Outcome]:
    done: queue.Queue[list[Outcome]] = queue.Queue()
    writer.submit(batches, done.put)
    return done.get(timeout=20)


def rows(who: Participant) -> list[int]:
    return list(Update.objects.filter(room=who.room_id).order_by("number").values_list("number", flat=True))


def test_batches_of_many_rooms_are_stored_and_answered_in_the_order_they_came(
    writer: Writer, writers: list[Participant]
) -> None:
    one, two, three = writers
    assert stored(writer, [said(three), said(one), said(two)]) == [Stored(2), Stored(2), Stored(2)]
    assert [rows(who) for who in writers] == [[1, 2]] * 3


def test_a_room_that_moved_on_is_told_so_and_the_others_are_stored(writer: Writer, writers: list[Participant]) -> None:
    one, two, three = writers
    stored(writer, [said(two)])
    first, second, third = stored(writer, [said(one), said(two, client=6), said(three)])
    assert (first, third) == (Stored(2), Stored(2))
    assert isinstance(second, Behind)
    assert [row.number for row in second.rows] == [1, 2]
    assert [rows(who) for who in writers] == [[1, 2]] * 3
    heads = Room.objects.across_cities().filter(pk__in=[who.room_id for who in writers]).values_list("head", flat=True)
    assert list(heads) == [2, 2, 2]


def test_words_in_anothers_name_keep_nobody_elses_back(writer: Writer, writers: list[Participant]) -> None:
    one, two, _ = writers
    other = join(two.room, "Gianni")
    stored(writer, [said(two)])
    first, forged = stored(writer, [said(one), said(other, head=2)])
    assert first == Stored(2)
    assert isinstance(forged, Claimed)
    assert rows(two) == [1, 2]


def test_a_room_that_is_gone_keeps_nobody_elses_words_back(writer: Writer, writers: list[Participant]) -> None:
    first, gone = stored(writer, [said(writers[0]), Batch(uuid4(), 0, 1, said(writers[1]).entries)])
    assert first == Stored(2)
    assert isinstance(gone, NoRoom)


def test_an_older_log_of_a_room_takes_nothing_more(writer: Writer, writers: list[Participant]) -> None:
    late = said(writers[0])._replace(log=0)
    (outcome,) = stored(writer, [late])
    assert isinstance(outcome, Behind)
    assert rows(writers[0]) == []


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
