"""Coming in by code, picture or name, coming back, being seated and being sent away."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from backend.base.journal import JournalEntry
from backend.base.problems import Conflict
from realtime import permissions
from realtime.actions import close_room, join_room, leave_room, remove, renew_way_in, return_to_room, seat
from realtime.choices import Access, ParticipantState, RoomRole
from realtime.models import Participant
from tests.factories import make_citizen
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
