"""Prepared queries: the same rows as the queryset they were made of, for every argument."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import Q

from backend.base.prepared import Prepared, in_database
from backend.people.models import Person
from realtime.models import Participant, Room, ToolState
from tests.realtime.factories import join, make_room

pytestmark = pytest.mark.django_db


def seats(room: UUID) -> Any:
    rows = Participant.objects.across_cities().filter(room=room).order_by("joined_at", "pk")
    return rows.select_related("person", "room__city", "room__group").defer("room__city__map")


def names(room: UUID, name: str) -> Any:
    rows = Participant.objects.across_cities().filter(Q(person__name=name) | Q(role="facilitator"), room=room)
    return rows.order_by("person__name").values_list("person__name", "pk", "joined_at", "chat_muted")


def test_objects_are_those_of_the_queryset_with_the_related_ones_that_were_asked_for(count_queries: Any) -> None:
    room, other = make_room(), make_room()
    join(room), join(other, "Bruna")
    ask = Prepared(seats)
    for each in (room, other):
        found, expected = ask(each.pk), list(seats(each.pk))
        assert [vars_of(row) for row in found] == [vars_of(row) for row in expected]
        assert (
            count_queries(lambda rows=found: [(row.person.name, row.room.city.slug, row.room.group) for row in rows])
            == 0
        )
        assert found[0].get_deferred_fields() == set()
        assert found[0].room.city.get_deferred_fields() == {"map"}


def vars_of(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_tuples_are_those_of_the_queryset_for_other_arguments_too() -> None:
    room, other = make_room(), make_room()
    join(room), join(other, "Bruna")
    ask = Prepared(names)
    for arguments in ((room.pk, "Amal"), (other.pk, "Amal"), (other.pk, "Bruna"), (uuid4(), "Bruna")):
        assert ask(*arguments) == list(names(*arguments))
    assert len(ask(other.pk, "Bruna")) == 2


def test_json_and_flags_come_back_as_what_they_are() -> None:
    room = make_room()
    ToolState.objects.create(room=room, tool="notes", state={"a": [1, None, "é"]}, revision=3)
    ask = Prepared(lambda room, tool: ToolState.objects.filter(room=room, tool=tool))
    found = ask.first(room.pk, "notes")
    assert (found.state, found.revision, found.room_id) == ({"a": [1, None, "é"]}, 3, room.pk)
    assert ask.first(room.pk, "nothing") is None


def test_what_a_text_says_is_a_text_and_no_part_of_the_query() -> None:
    room = make_room()
    join(room, "Amal")
    ask = Prepared(names)
    for text in ("' OR 1=1 --", "%s", "Amal%", '"'):
        assert [name for name, *_ in ask(room.pk, text)] == [room.made_by.name]


def test_a_change_is_seen_at_the_next_look() -> None:
    room = make_room()
    ask = Prepared(lambda key: Room.objects.across_cities().filter(pk=key))
    assert ask.first(room.pk).title == "The gardens of the street"
    Room.objects.in_city(room.city_id).filter(pk=room.pk).update(title="The bench")
    assert ask.first(room.pk).title == "The bench"


def test_an_argument_that_stands_in_no_condition_is_refused() -> None:
    with pytest.raises(ValueError, match="each argument"):
        Prepared(lambda key, unused: Person.objects.filter(pk=key))(uuid4(), "x")


@pytest.mark.django_db(transaction=True)
def test_every_thread_asks_on_its_own_connection() -> None:
    room = make_room()
    ask = Prepared(seats)

    def look(_number: int) -> UUID:
        try:
            return ask.first(room.pk).room_id
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(look, range(6))) == {room.pk}


def test_a_key_is_written_as_the_database_holds_it() -> None:
    key = uuid4()
    assert in_database(key) == (key if connection.vendor == "postgresql" else key.hex)
    assert in_database("a text") == "a text"


def test_a_moment_is_written_as_the_database_holds_it() -> None:
    room = make_room()
    with connection.cursor() as cursor:
        moment = in_database(room.made_at)
        cursor.execute("SELECT COUNT(*) FROM realtime_room WHERE made_at = %s", [moment])
        assert cursor.fetchone()[0] == 1
