"""Opening, joining, writing, keeping and handing in."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from backend.base.canonical import sha256
from backend.base.journal import JournalEntry
from backend.base.problems import Conflict
from backend.people.models import Person
from realtime import document, permissions, store
from realtime.actions import (
    authors_of,
    close_room,
    freeze_version,
    join_room,
    leave_room,
    open_room,
    post_passage,
    remove,
    renew_way_in,
    return_to_room,
    seat,
    submit_proposal,
    write_notes,
    write_turns,
)
from realtime.choices import Access, ParticipantState, RoomRole
from realtime.models import ClientClock, Participant, Room, Update
from tests.factories import make_citizen, make_city, make_facilitator, make_group, make_officer
from tests.realtime.factories import join, leader, make_room

pytestmark = pytest.mark.django_db


def code_error(room_code: str, **fields: str) -> list[str]:
    with pytest.raises(ValidationError) as refusal:
        join_room(code=room_code, name="Amal", address="192.0.2.1", **fields)
    return refusal.value.message_dict["code"]


# --- Opening -----------------------------------------------------------------------------


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


# --- Joining -----------------------------------------------------------------------------


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


# --- Writing -----------------------------------------------------------------------------


def test_several_people_write_each_by_their_own_hand() -> None:
    room = make_room()
    amal, gianni = join(room).person, join(room, "Gianni").person
    write_turns(
        room=room, turns=[(amal, "heading", "What we want"), (gianni, "paragraph", "Six benches 😀, perché no.")]
    )
    write_notes(room=room, notes=[(gianni, "c1", "Shade", 2)])
    said = document.read(store.updates_of(room.pk)[0])
    assert [node["type"] for node in said.content["content"]] == ["heading", "paragraph"]
    assert {clock.person for clock in ClientClock.objects.filter(room=room).select_related("person")} == {amal, gianni}
    assert Update.objects.filter(room=room, participant__person=gianni).exists()
    assert [person.name for person in authors_of(room)] == ["Amal", "Gianni"]


def test_a_passage_is_several_paragraphs_at_the_end() -> None:
    room = make_room()
    amal = join(room)
    post_passage(room=room, by=amal.person, text="One.\r\n\r\nTwo\nlines.\n\n\n\nThree.")
    content = document.read(store.updates_of(room.pk)[0]).content["content"]
    assert [node["content"][0]["text"] for node in content] == ["One.", "Two lines.", "Three."]
    assert len({node["attrs"]["id"] for node in content}) == 3


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 20_001])
def test_a_passage_of_nothing_or_of_too_much_is_refused(text: str) -> None:
    room = make_room()
    with pytest.raises(ValidationError):
        post_passage(room=room, by=join(room).person, text=text)


def test_strangers_write_nothing() -> None:
    room = make_room()
    with pytest.raises(PermissionDenied):
        post_passage(room=room, by=make_citizen(room.city), text="x")


# --- Keeping and handing in --------------------------------------------------------------


def written(room: Room) -> Person:
    amal = join(room).person
    write_turns(room=room, turns=[(amal, "heading", "What we want"), (amal, "paragraph", "Six benches with backs.")])
    return amal


def test_a_version_is_the_text_of_that_moment_with_its_hash() -> None:
    room = make_room()
    amal = written(room)
    version = freeze_version(room=room, by=room.made_by, title="Before the walk", reason="So that we can compare")
    post_passage(room=room, by=amal, text="Later words.")
    version.refresh_from_db()
    assert "Later words" not in str(version.content)
    assert version.sha256 == sha256(version.content)
    assert document.read(store.until(room.pk, version.update_number)).content["content"]
    assert freeze_version(room=room, by=room.made_by).number == 2
    with pytest.raises(PermissionDenied):
        freeze_version(room=room, by=amal)


def test_an_empty_text_is_not_kept() -> None:
    room = make_room()
    with pytest.raises(ValidationError):
        freeze_version(room=room, by=room.made_by)


def test_the_text_becomes_a_proposal_of_all_who_wrote_once() -> None:
    room = make_room()
    amal = written(room)
    join(room, "Only listens")
    proposal = submit_proposal(room=room, by=room.made_by, summary="Benches.")
    room.refresh_from_db()
    assert room.proposal == proposal
    assert {line.person for line in proposal.authorships.select_related("person")} == {amal}
    held = proposal.versions.get()
    assert held.origin["id"] == str(room.versions.get().pk)
    assert held.content == room.versions.get().content
    with pytest.raises(Conflict):
        submit_proposal(room=room, by=room.made_by)
    with pytest.raises(PermissionDenied):
        submit_proposal(room=make_room(), by=amal)


def test_a_closed_room_takes_no_words_and_keeps_its_text() -> None:
    room = make_room()
    amal = written(room)
    close_room(room=room, by=room.made_by, reason="Done for today.")
    with pytest.raises(PermissionDenied):
        post_passage(room=room, by=amal, text="x")
    with pytest.raises(Conflict):
        close_room(room=room, by=room.made_by)
    assert document.read(store.updates_of(room.pk)[0]).content["content"]


def test_the_leader_seats_others() -> None:
    room = make_room()
    place = seat(room=room, person=make_citizen(room.city), by=room.made_by, role=RoomRole.SCRIBE)
    assert Participant.objects.in_city(room.city_id).get(pk=place.pk).role == RoomRole.SCRIBE
    with pytest.raises(PermissionDenied):
        seat(room=room, person=make_citizen(room.city), by=make_citizen(room.city))
