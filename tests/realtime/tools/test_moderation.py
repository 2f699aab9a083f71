"""Locking, freezing, removing: in the journal with a reason, and in everyone's abilities at once."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from backend.base import prose
from backend.base.journal import JournalEntry
from realtime import document, store
from realtime.actions import acts_of, moderation_summary, post_passage
from realtime.actions.acts import log_for
from realtime.choices import ParticipantState
from realtime.models import Room
from realtime.permissions import abilities, rules_of
from tests.realtime.sessions import Session


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
    session.do(session.lead, "moderation", "lock", reason="We read.")
    assert may(session, session.lead)["write"]
    assert may(session, session.amal)["board"]
    session.do(session.lead, "moderation", "freeze", reason="A quarrel.")
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
    for command in ("lock", "freeze", "pause_chat", "show", "remove", "mute", "slow", "look", "announce", "readmit"):
        with pytest.raises(PermissionDenied):
            session.do(session.amal, "moderation", command, id=str(session.gianni.pk), reason="x", text="x")


def test_a_switch_needs_a_reason_and_each_keeps_its_own(session: Session) -> None:
    for on in ("lock", "freeze", "pause_chat"):
        with pytest.raises(ValidationError):
            session.do(session.lead, "moderation", on, reason=" ")
    session.do(session.lead, "moderation", "lock", reason="We read.")
    session.do(session.lead, "moderation", "freeze", reason="A quarrel.")
    assert session.see(session.amal, "moderation")["reasons"] == {"locked": "We read.", "frozen": "A quarrel."}
    assert session.see(session.amal, "moderation")["reason"] == "A quarrel."
    session.do(session.lead, "moderation", "unfreeze")
    assert session.see(session.amal, "moderation")["reason"] == "We read."


def test_frozen_is_frozen_for_the_chat_too(session: Session) -> None:
    session.do(session.lead, "moderation", "freeze", reason="A quarrel.")
    assert not may(session, session.amal)["chat"]
    assert may(session, session.lead)["chat"]


def test_every_act_stands_in_the_log_with_its_reason(session: Session) -> None:
    session.do(session.lead, "moderation", "mute", id=str(session.amal.pk), reason="Too loud.")
    session.do(session.lead, "moderation", "unmute", id=str(session.amal.pk))
    session.do(session.lead, "moderation", "slow", seconds=10, reason="Many write.")
    session.do(session.lead, "moderation", "announce", text="Coffee in five minutes.")
    session.do(session.lead, "moderation", "remove", id=str(session.gianni.pk), reason="Shouting.")
    found = [(act.act, act.reason, act.by.name) for act in acts_of(session.room)]
    assert found[::-1] == [
        ("mute", "Too loud.", "Irene"),
        ("unmute", "", "Irene"),
        ("slow", "Many write.", "Irene"),
        ("announce", "Coffee in five minutes.", "Irene"),
        ("remove", "Shouting.", "Irene"),
    ]
    seen = {act.act for act in log_for(session.room, session.amal.person, leads=False)}
    assert seen == {"mute", "unmute", "slow", "announce"}
    summary = moderation_summary(session.room)
    assert summary["counts"] == {"mute": 1, "unmute": 1, "slow": 1, "announce": 1, "remove": 1}
    assert "Amal" not in str(summary)
    assert "Too loud." not in str(summary)


def test_who_is_concerned_reads_why(session: Session) -> None:
    session.do(session.lead, "moderation", "mute", id=str(session.amal.pk), reason="Too loud.")
    [mine] = session.see(session.amal, "moderation")["mine"]
    assert (mine["act"], mine["reason"], mine["by"], mine["appeal"]) == ("mute", "Too loud.", "Irene", "")
    assert session.see(session.gianni, "moderation")["mine"] == []
    assert session.see(None, "moderation")["mine"] == []


def test_who_was_removed_may_be_let_back_in_with_a_word(session: Session) -> None:
    session.do(session.lead, "moderation", "remove", id=str(session.amal.pk), reason="Shouting.")
    assert session.see(session.lead, "moderation")["removed"] == [{"id": str(session.amal.pk), "name": "Amal"}]
    assert session.see(session.gianni, "moderation")["removed"] == []
    with pytest.raises(ValidationError):
        session.do(session.lead, "moderation", "readmit", id=str(session.amal.pk), reason="")
    session.do(session.lead, "moderation", "readmit", id=str(session.amal.pk), reason="We talked.")
    assert may(session, session.amal)["write"]


def test_a_message_to_all_stands_until_each_puts_it_away(session: Session) -> None:
    session.do(session.lead, "moderation", "announce", text="Coffee in five minutes.")
    message = session.see(session.amal, "moderation")["message"]
    assert (message["text"], message["by"]) == ("Coffee in five minutes.", "Irene")
    assert session.see(None, "moderation")["message"] is None
    session.do(session.amal, "moderation", "dismiss", id=message["id"])
    session.amal.refresh_from_db()
    assert session.see(session.amal, "moderation")["message"] is None
    assert session.see(session.gianni, "moderation")["message"] is not None
    session.do(session.lead, "moderation", "announce", text="Coffee now.")
    assert session.see(session.amal, "moderation")["message"]["text"] == "Coffee now."
    session.do(session.lead, "moderation", "end_announcement")
    assert session.see(session.gianni, "moderation")["message"] is None


def test_all_are_brought_to_a_passage_that_is_there(session: Session) -> None:
    post_passage(room=session.room, by=session.amal.person, text="Ferns and ivy.")
    [piece] = prose.blocks(document.read(store.updates_of(session.room.pk)[0]).content)
    session.do(session.lead, "moderation", "look", kind="block", target=piece.id)
    look = session.see(session.amal, "moderation")["look"]
    assert (look["kind"], look["target"], look["words"]) == ("block", piece.id, "Ferns and ivy.")
    assert session.see(None, "moderation")["look"] == look
    session.do(session.lead, "moderation", "look", kind="part", target="chat")
    session.do(session.lead, "moderation", "look_away")
    assert session.see(session.amal, "moderation")["look"] is None
    for kind, target in (("block", "nowhere"), ("note", "gone"), ("part", "kitchen"), ("moon", "x")):
        with pytest.raises(ValidationError):
            session.do(session.lead, "moderation", "look", kind=kind, target=target)


@pytest.mark.parametrize("seconds", [-1, 601, "x", None])
def test_a_pace_that_is_none_is_refused(session: Session, seconds: object) -> None:
    with pytest.raises(ValidationError):
        session.do(session.lead, "moderation", "slow", seconds=seconds, reason="x")


def test_looking_asks_the_database_the_same_for_many(at_most: Callable[[str, int], None]) -> None:
    at_most("moderation", 5)
