"""Locking, freezing, removing: in the journal with a reason, and in everyone's abilities at once."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from backend.base.journal import JournalEntry
from realtime.choices import ParticipantState
from realtime.models import Room
from realtime.permissions import abilities, rules_of
from tests.realtime.tools.conftest import Session


def may(session: Session, who: object) -> dict[str, bool]:
    who.refresh_from_db()  # type: ignore[attr-defined]
    return abilities(who, rules_of(session.room))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("on", "off", "ability"),
    [("lock", "unlock", "write"), ("freeze", "unfreeze", "board"), ("pause_chat", "resume_chat", "chat")],
)
def test_a_switch_takes_an_ability_and_gives_it_back(session: Session, on: str, off: str, ability: str) -> None:
    epoch = Room.objects.across_cities().get(pk=session.room.pk).epoch
    session.do(session.lead, "moderation", on, reason="We look at it together.")
    assert not may(session, session.amal)[ability]
    assert session.see(session.amal, "moderation")["reason"] == "We look at it together."
    assert Room.objects.across_cities().get(pk=session.room.pk).epoch > epoch
    assert JournalEntry.objects.filter(subject_id=str(session.room.pk), reason="We look at it together.").exists()
    session.do(session.lead, "moderation", off)
    assert may(session, session.amal)[ability]


def test_the_leader_writes_on_while_the_text_is_locked(session: Session) -> None:
    session.do(session.lead, "moderation", "lock")
    assert may(session, session.lead)["write"]
    assert may(session, session.amal)["board"]
    session.do(session.lead, "moderation", "freeze")
    assert not may(session, session.lead)["write"]


def test_someone_is_removed_with_a_reason_and_never_oneself(session: Session) -> None:
    with pytest.raises(ValidationError):
        session.do(session.lead, "moderation", "remove", id=str(session.amal.pk), reason="")
    with pytest.raises(ValidationError):
        session.do(session.lead, "moderation", "remove", id=str(session.lead.pk), reason="x")
    session.do(session.lead, "moderation", "remove", id=str(session.amal.pk), reason="Shouting.")
    session.amal.refresh_from_db()
    assert session.amal.state == ParticipantState.REMOVED
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "chat", "post", text="still here")


def test_a_question_is_shown_to_all_and_taken_down(session: Session) -> None:
    session.do(session.lead, "moderation", "show", text="Read aloud, please")
    assert session.see(None, "moderation")["shown"] == "Read aloud, please"
    session.do(session.lead, "moderation", "take_down")
    assert session.see(None, "moderation")["shown"] == ""


def test_the_door_may_be_kept(session: Session) -> None:
    session.do(session.lead, "moderation", "ask")
    assert session.see(session.lead, "moderation")["ask_before_admitting"] is True


def test_others_do_not_moderate(session: Session) -> None:
    for command in ("lock", "freeze", "pause_chat", "show", "remove", "mute"):
        with pytest.raises(PermissionDenied):
            session.do(session.amal, "moderation", command, id=str(session.gianni.pk), reason="x", text="x")


def test_looking_asks_the_database_the_same_for_many(at_most: Callable[[str, int], None]) -> None:
    at_most("moderation", 3)
