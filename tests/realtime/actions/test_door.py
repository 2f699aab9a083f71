"""Coming in by code, picture or name, coming back, being seated and being sent away."""

import time
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from backend.base.journal import JournalEntry
from backend.base.problems import Conflict
from backend.people.models import Person
from realtime import permissions
from realtime.actions import (
    add_assisted,
    close_room,
    join_room,
    leave_room,
    remove,
    renew_way_in,
    return_to_room,
    seat,
    set_way_in,
)
from realtime.choices import Access, ParticipantState, RoomRole
from realtime.models import Participant
from tests.factories import make_citizen, make_facilitator
from tests.realtime.factories import join, make_room

pytestmark = pytest.mark.django_db


def code_error(room_code: str, **fields: str) -> list[str]:
    with pytest.raises(ValidationError) as refusal:
        join_room(code=room_code, name="Amal", address="192.0.2.1", **fields)
    return refusal.value.message_dict["code"]


def test_a_code_is_read_as_people_write_it() -> None:
    room = make_room(code="0ABC1DEF")
    for written in ("0abc1def", "OABC-IDEF", " oabc ldef ", "0abc.1def"):
        assert join_room(code=written, name="Amal", address="a").room == room


def test_wrong_old_and_closed_codes_get_one_and_the_same_answer() -> None:
    room = make_room()
    closed = make_room()
    close_room(room=closed, by=closed.made_by)
    invited = make_room(access=Access.INVITED)
    answers = {tuple(code_error(code)) for code in ("XXXXXXXX", "", closed.code, invited.code, "'; --", "9" * 4000)}
    assert len(answers) == 1
    assert join(room).room == room


def test_guessing_costs_and_joining_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    room = make_room()
    for number in range(130):
        join_room(code=room.code, name=f"Person {number}", address="192.0.2.9")
    for _ in range(120):
        code_error("YYYYYYYY")
    with pytest.raises(Conflict, match="ten minutes"):
        join_room(code="YYYYYYYY", name="x", address="192.0.2.1")


def test_the_qr_leads_in_and_the_short_code_to_the_door() -> None:
    room = make_room()
    by_token = join_room(token=permissions.token_of(room), name="Amal", address="a")
    by_short = join_room(code=room.short_code or "", name="Gianni", address="a")
    assert (by_token.state, by_short.state) == (ParticipantState.ADMITTED, ParticipantState.WAITING)
    old = permissions.token_of(room)
    renew_way_in(room=room, by=room.made_by)
    with pytest.raises(ValidationError):
        join_room(token=old, name="x", address="a")
    assert join_room(token=permissions.token_of(room), name="Fatou", address="a").room == room


def test_a_picture_of_the_qr_ends_after_half_a_day() -> None:
    room, hour = make_room(), 3600
    kept = permissions.token_of(room, at=time.time() - 11 * hour)
    assert join_room(token=kept, name="Amal", address="a").room == room
    old = permissions.token_of(room, at=time.time() - 12 * hour)
    later = old[:22] + permissions.token_of(room)[22:28] + old[28:]
    for each in (old, later, permissions.secret_of(room), old[:-1] + "é"):
        with pytest.raises(ValidationError) as refusal:
            join_room(token=each, name="x", address="a")
        [problem] = refusal.value.error_dict["code"]
        assert problem.code == "old_qr"


@pytest.mark.parametrize("name", ["", "   ", "a\x00b", "x" * 81, "\u202eevil", "\u200b"])
def test_a_name_that_cannot_be_read_is_refused_at_its_field(name: str) -> None:
    room = make_room()
    with pytest.raises(ValidationError) as refusal:
        join_room(code=room.code, name=name, address="a")
    assert list(refusal.value.message_dict) == ["name"]


def test_a_pin_is_a_second_key_and_tried_within_limits() -> None:
    room = make_room(pin="1234")
    for _ in range(20):
        with pytest.raises(ValidationError) as refusal:
            join_room(code=room.code, name="x", pin="0000", address="a")
        assert refusal.value.error_dict["pin"][0].code == "wrong_pin"
    with pytest.raises(ValidationError) as refusal:
        join_room(code=room.code, name="x", pin="1234", address="a")
    assert refusal.value.error_dict["pin"][0].code == "too_many_tries"
    assert join_room(code=make_room(pin="9").code, name="x", pin=" 9 ", address="a").pk


def test_someone_signed_in_stays_themselves_and_comes_back_without_a_code() -> None:
    room = make_room()
    person = make_citizen(room.city)
    first = join_room(code=room.code, person=person, address="a")
    assert join_room(code=room.code, person=person, address="a").pk == first.pk
    leave_room(participant=first)
    assert return_to_room(room=room, by=person).pk == first.pk
    with pytest.raises(PermissionDenied):
        return_to_room(room=room, by=make_citizen(room.city))


def test_someone_removed_does_not_come_back_by_the_code() -> None:
    room = make_room()
    person = make_citizen(room.city)
    place = join_room(code=room.code, person=person, address="a")
    remove(participant=place, by=room.made_by, reason="Shouting.")
    with pytest.raises(PermissionDenied):
        join_room(code=room.code, person=person, address="a")
    assert JournalEntry.objects.filter(subject_id=str(place.pk), reason="Shouting.").exists()


def test_the_leader_seats_others() -> None:
    room = make_room()
    place = seat(room=room, person=make_citizen(room.city), by=room.made_by, role=RoomRole.SCRIBE)
    assert Participant.objects.in_city(room.city_id).get(pk=place.pk).role == RoomRole.SCRIBE
    with pytest.raises(PermissionDenied):
        seat(room=room, person=make_citizen(room.city), by=make_citizen(room.city))


def test_who_leads_is_told_how_a_full_room_holds_more() -> None:
    room = make_room(most=2)
    lead = room.made_by
    Participant.objects.in_city(room.city_id).filter(room=room).update(seen_at=timezone.now())
    add_assisted(room=room, name="Nonna Pina", by=lead)
    people = Person.objects.count()
    with pytest.raises(Conflict) as refused:
        add_assisted(room=room, name="Luca", by=lead)
    assert refused.value.detail.startswith("The room is full: 2 people take part. Let it hold more, under “The way in”")
    assert Person.objects.count() == people, "and nobody is left over"
    set_way_in(room=room, by=lead, most=3)
    add_assisted(room=room, name="Luca", by=lead)


def test_who_leads_a_room_that_cannot_hold_more_is_not_told_to_let_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permissions, "HOLDS", 2)
    room = make_room(most=2)
    Participant.objects.in_city(room.city_id).filter(room=room).update(seen_at=timezone.now())
    add_assisted(room=room, name="Nonna Pina", by=room.made_by)
    with pytest.raises(Conflict) as refused:
        add_assisted(room=room, name="Luca", by=room.made_by)
    assert refused.value.detail == "The room is full to the last place: none holds more. Wait until someone leaves."


# --- Into a public room without a code --------------------------------------------------------


def test_a_public_room_takes_newcomers_only_up_to_its_limit() -> None:
    room = make_room(access=Access.PUBLIC, most=2)
    first = return_to_room(room=room, by=make_citizen(room.city, "Nadia"))
    with pytest.raises(Conflict) as refused:
        return_to_room(room=room, by=make_citizen(room.city, "Luca"))
    assert refused.value.code == "room_full"
    leave_room(participant=first)
    Participant.objects.across_cities().filter(pk=first.pk).update(joined_at=timezone.now() - timedelta(hours=1))
    return_to_room(room=room, by=make_citizen(room.city, "Piotr"))
    assert return_to_room(room=room, by=first.person) == first  # who was let in before comes back
    assert return_to_room(room=room, by=make_facilitator(room.city, "Bruna")).role == RoomRole.FACILITATOR


def test_the_pin_of_a_public_room_is_asked_of_everyone_who_was_not_in_it() -> None:
    room = make_room(access=Access.PUBLIC, pin="4711")
    nadia = make_citizen(room.city, "Nadia")
    with pytest.raises(PermissionDenied, match="PIN"):
        return_to_room(room=room, by=nadia)
    inside = join(room, person=nadia, pin="4711")
    assert return_to_room(room=room, by=nadia) == inside
