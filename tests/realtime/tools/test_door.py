"""Letting people in: only who leads does, and only who leads sees who waits."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from backend.base.journal import JournalEntry
from backend.base.problems import Conflict
from realtime.actions import set_asking
from realtime.choices import ParticipantState, RoomRole
from realtime.models import Participant
from tests.factories import make_facilitator
from tests.realtime.factories import join
from tests.realtime.sessions import Session


@pytest.fixture
def waiting(session: Session) -> Participant:
    set_asking(room=session.room, by=session.lead.person, asks=True)
    return join(session.room, "Fatou")


def test_who_waits_is_seen_by_the_leader_only(session: Session, waiting: Participant) -> None:
    assert session.see(session.lead, "door")["waiting"] == [{"id": str(waiting.pk), "name": "Fatou"}]
    assert session.see(session.amal, "door")["waiting"] == []


def test_the_leader_lets_someone_in(session: Session, waiting: Participant) -> None:
    session.do(session.lead, "door", "admit", id=str(waiting.pk))
    waiting.refresh_from_db()
    assert waiting.state == ParticipantState.ADMITTED
    with pytest.raises(Conflict):
        session.do(session.lead, "door", "admit", id=str(waiting.pk))


def test_someone_may_be_sent_away(session: Session, waiting: Participant) -> None:
    with pytest.raises(ValidationError) as refused:
        session.do(session.lead, "door", "refuse", id=str(waiting.pk))
    assert list(refused.value.error_dict) == ["reason"]
    session.do(session.lead, "door", "refuse", id=str(waiting.pk), reason="Members only tonight.")
    waiting.refresh_from_db()
    assert waiting.state == ParticipantState.REMOVED
    [seen] = session.see(session.lead, "moderation")["removed"]
    assert seen["name"] == "Fatou"
    assert JournalEntry.objects.get(verb="participant.refuse").reason == "Members only tonight."


def test_only_who_waits_is_refused_and_who_was_sent_away_comes_back_with_a_word_of_why(
    session: Session, waiting: Participant
) -> None:
    for somebody in (session.amal, session.lead):
        with pytest.raises(Conflict):
            session.do(session.lead, "door", "refuse", id=str(somebody.pk), reason="Out.")
    session.do(session.lead, "door", "refuse", id=str(waiting.pk), reason="Members only tonight.")
    with pytest.raises(Conflict):
        session.do(session.lead, "door", "admit", id=str(waiting.pk))
    session.do(session.lead, "moderation", "readmit", id=str(waiting.pk), reason="They are a member.")
    waiting.refresh_from_db()
    assert waiting.state == ParticipantState.ADMITTED


def test_others_do_not_keep_the_door(session: Session, waiting: Participant) -> None:
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "door", "admit", id=str(waiting.pk))


@pytest.mark.parametrize("key", ["", "nobody", "00000000-0000-0000-0000-000000000000"])
def test_someone_who_is_not_there_cannot_be_let_in(session: Session, key: str) -> None:
    with pytest.raises(ValidationError):
        session.do(session.lead, "door", "admit", id=key)


def test_someone_in_the_hall_without_a_phone_is_entered(session: Session) -> None:
    session.do(session.lead, "door", "add", name="Nonna Pina")
    people = session.see(session.amal, "door")["people"]
    assert [(each["name"], each["kind"]) for each in people if each["kind"] == "assisted"] == [
        ("Nonna Pina", "assisted")
    ]
    session.do(session.lead, "door", "add", name="Zio Beppe", place="phone")
    seen = session.see(None, "door")
    assert (seen["people"], seen["waiting"]) == ([], [])
    assert {name: seen["counts"][name] for name in ("hall", "phone", "assisted", "watching")} == {
        "hall": 1,
        "phone": 1,
        "assisted": 2,
        "watching": 0,
    }
    with pytest.raises(ValidationError):
        session.do(session.lead, "door", "add", name="Ana", place="elsewhere")


def test_nobody_is_counted_in_two_places(session: Session) -> None:
    before = session.see(None, "door")["counts"]
    come = [join(session.room, "Fatou", place="hall").pk, join(session.room, "Zoe", place="elsewhere").pk]
    Participant.objects.in_city(session.room.city_id).filter(pk__in=come).update(seen_at=timezone.now())
    counts = session.see(None, "door")["counts"]
    assert (counts["hall"] - before["hall"], counts["online"] - before["online"]) == (1, 1)


def test_the_last_leader_keeps_the_lead(session: Session) -> None:
    with pytest.raises(Conflict):
        session.do(session.lead, "door", "role", id=str(session.lead.pk), role=RoomRole.PARTICIPANT)
    second = join(session.room, person=make_facilitator(session.room.city))
    session.do(session.lead, "door", "role", id=str(second.pk), role=RoomRole.FACILITATOR)
    session.do(session.lead, "door", "role", id=str(session.lead.pk), role=RoomRole.PARTICIPANT)


def test_a_guest_is_not_given_the_lead_by_this_door_either(session: Session) -> None:
    with pytest.raises(ValidationError) as refused:
        session.do(session.lead, "door", "role", id=str(session.amal.pk), role=RoomRole.FACILITATOR)
    assert "needs an account" in str(refused.value)
    session.amal.refresh_from_db()
    assert session.amal.role == RoomRole.PARTICIPANT


def test_who_has_no_device_leads_nothing(session: Session) -> None:
    session.do(session.lead, "door", "add", name="Nonna Pina")
    pina = session.see(session.lead, "door")["people"][-1]["id"]
    for role in (RoomRole.FACILITATOR, RoomRole.SCRIBE):
        with pytest.raises(ValidationError):
            session.do(session.lead, "door", "role", id=pina, role=role)


def test_what_is_entered_for_somebody_is_theirs_and_marked(session: Session) -> None:
    session.do(session.lead, "door", "add", name="Nonna Pina")
    pina = session.see(session.lead, "door")["people"][-1]["id"]
    session.do(session.lead, "chat", "post", text="The benches are too low.", **{"for": pina})
    column = session.see(session.lead, "board")["columns"][0]["id"]
    session.do(session.lead, "board", "add_note", column=column, text="Benches with backs", **{"for": pina})
    message = session.see(session.amal, "chat")["messages"][-1]
    assert (message["name"], message["assisted"]) == ("Nonna Pina", True)
    assert "Nonna Pina" in session.see(session.amal, "board")["authors"].values()
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "chat", "post", text="No", **{"for": pina})


def test_a_full_room_says_so_and_offers_to_wait_or_to_watch(session: Session) -> None:
    session.do(session.lead, "door", "limit", most=3)
    with pytest.raises(Conflict) as refusal:
        join(session.room, "Fatou")
    assert refusal.value.code == "room_full"
    watcher = join(session.room, "Ana", role=RoomRole.OBSERVER)
    assert watcher.state == ParticipantState.ADMITTED
    waits = join(session.room, "Fatou", wait=True)
    assert waits.state == ParticipantState.WAITING
    for command in ("admit", "admit_all"):
        with pytest.raises(Conflict):
            session.do(session.lead, "door", command, id=str(waits.pk))
    with pytest.raises(Conflict):
        session.do(session.lead, "door", "add", name="Nonna Pina")
    session.do(session.lead, "moderation", "remove", id=str(session.gianni.pk), reason="A test.")
    session.do(session.lead, "door", "admit_all")
    waits.refresh_from_db()
    assert waits.state == ParticipantState.ADMITTED
    assert session.see(session.lead, "door")["way_in"]["taken"] == 3
    with pytest.raises(ValidationError):
        session.do(session.lead, "door", "admit_all")


@pytest.mark.parametrize("most", ["1", "0", "-4", "301", "many", ""])
def test_a_limit_that_no_room_has_is_refused(session: Session, most: str) -> None:
    with pytest.raises(ValidationError):
        session.do(session.lead, "door", "limit", most=most)


def test_where_everyone_takes_part_nobody_only_watches(session: Session) -> None:
    session.do(session.lead, "door", "no_watching")
    with pytest.raises(ValidationError):
        join(session.room, "Ana", role=RoomRole.OBSERVER)
    session.do(session.lead, "door", "watching")
    assert join(session.room, "Ana", role=RoomRole.OBSERVER).role == RoomRole.OBSERVER


def test_a_fresh_way_in_closes_the_old_one(session: Session) -> None:
    before = session.see(session.lead, "door")["way_in"]["short_code"]
    session.do(session.lead, "door", "renew")
    after = session.see(session.lead, "door")["way_in"]["short_code"]
    assert after != before
    assert "way_in" not in session.see(session.amal, "door")


def test_looking_asks_the_database_the_same_for_many(at_most: Callable[[str, int], None]) -> None:
    at_most("door", 4)
