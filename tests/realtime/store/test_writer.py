"""The writer stores many rooms' updates in one transaction, and one room's trouble is not everyone's."""

import queue
from collections.abc import Iterator
from uuid import uuid4

import pytest

from realtime.models import Participant, Room, Update
from realtime.store import Batch, Behind, Claimed, Entry, NoRoom, Outcome, Stored, Writer
from tests.realtime.factories import join, make_room
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
