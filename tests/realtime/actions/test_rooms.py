"""Rooms are opened by who may, with an address, a code and an agenda, and closed once."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from backend.base.problems import Conflict
from realtime import document, store
from realtime.actions import close_room, open_room, post_passage
from realtime.choices import RoomRole
from tests.factories import make_citizen, make_city, make_facilitator, make_group, make_officer
from tests.realtime.factories import leader, make_room
from tests.realtime.pasts import wrote

pytestmark = pytest.mark.django_db


def test_facilitators_officers_and_members_of_a_group_open_rooms() -> None:
    city = make_city()
    steward = make_citizen(city)
    group = make_group(city, steward=steward)
    for by, fields in ((make_facilitator(city), {}), (make_officer(city), {}), (steward, {"group": group})):
        room = open_room(by=by, city=city, title="Room", **fields)
        assert leader(room).role == RoomRole.FACILITATOR
    with pytest.raises(PermissionDenied):
        open_room(by=make_citizen(city), city=city, title="Room")
    with pytest.raises(PermissionDenied):
        open_room(by=make_facilitator(make_city()), city=city, title="Room")


def test_every_room_has_its_own_address_and_code() -> None:
    city = make_city()
    by = make_facilitator(city)
    rooms = [open_room(by=by, city=city, title=title) for title in ("Giardini", "Giardini", "New")]
    assert [room.slug for room in rooms] == ["giardini", "giardini-2", "new-2"]
    assert len({room.code for room in rooms} | {room.short_code for room in rooms}) == 6


@pytest.mark.parametrize(
    "fields",
    [
        {"title": ""},
        {"title": "x" * 161},
        {"title": "a\x07b"},
        {"access": "everyone"},
        {"agenda": "party"},
        {"agenda": [("Walk", 0)]},
        {"agenda": [("Walk", 10_000)]},
        {"code": "abc"},
    ],
)
def test_odd_input_is_refused_at_its_field(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as refusal:
        make_room(**fields)
    assert list(refusal.value.message_dict) == list(fields)


def test_an_agenda_is_told_in_the_language_of_the_room() -> None:
    room = make_room(agenda=[("Giro", 20), ("Fine", 5)], language="it")
    state = room.tool_states.get(tool="agenda").state
    assert [(step["title"], step["minutes"]) for step in state["steps"]] == [("Giro", 20), ("Fine", 5)]


def test_a_closed_room_takes_no_words_and_keeps_its_text() -> None:
    room = make_room()
    amal = wrote(room)
    close_room(room=room, by=room.made_by, reason="Done for today.")
    with pytest.raises(PermissionDenied):
        post_passage(room=room, by=amal, text="x")
    with pytest.raises(Conflict):
        close_room(room=room, by=room.made_by)
    assert document.read(store.updates_of(room.pk)[0]).content["content"]
