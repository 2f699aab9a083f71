"""Letting people in: only who leads does, and only who leads sees who waits."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from backend.base.problems import Conflict
from realtime.actions import set_asking
from realtime.choices import ParticipantState, RoomRole
from realtime.models import Participant
from tests.realtime.factories import join
from tests.realtime.tools.conftest import Session


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
    session.do(session.lead, "door", "refuse", id=str(waiting.pk))
    waiting.refresh_from_db()
    assert waiting.state == ParticipantState.REMOVED


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
    assert session.see(None, "door") == {"people": [], "waiting": [], "counts": {"hall": 1, "online": 0}}


def test_the_last_leader_keeps_the_lead(session: Session) -> None:
    with pytest.raises(Conflict):
        session.do(session.lead, "door", "role", id=str(session.lead.pk), role=RoomRole.PARTICIPANT)
    session.do(session.lead, "door", "role", id=str(session.amal.pk), role=RoomRole.FACILITATOR)
    session.do(session.lead, "door", "role", id=str(session.lead.pk), role=RoomRole.PARTICIPANT)


def test_looking_asks_the_database_the_same_for_many(at_most: Callable[[str, int], None]) -> None:
    at_most("door", 4)
