"""A second look: asked by whom an act concerns, answered by someone else, undone where it is taken back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from backend import moderation
from backend.base.journal import JournalEntry
from backend.base.problems import Conflict
from backend.conversations.models import Appeal, Flag, ModerationAct
from realtime import document, store
from realtime.actions import acts_of, add_assisted, answer_appeal, close_room, moderation_summary, set_role
from realtime.choices import ParticipantState, RoomRole
from realtime.models import Participant
from realtime.permissions import abilities, rules_of
from tests.factories import make_facilitator, make_moderator
from tests.realtime.factories import join
from tests.realtime.sessions import Session


def act(session: Session, kind: str) -> str:
    return str(acts_of(session.room).filter(act=kind).first().pk)


def second(session: Session) -> Any:
    other = join(session.room, person=make_facilitator(session.room.city, "Bruna"))
    if other.role != RoomRole.FACILITATOR:
        set_role(participant=other, by=session.lead.person, role=RoomRole.FACILITATOR)
    return other


def appeal_of(session: Session) -> Appeal:
    found: Appeal = Appeal.objects.across_cities().select_related("act__post", "act__thread").get()
    return found


def test_a_muted_person_asks_and_another_facilitator_takes_it_back(session: Session) -> None:
    other = second(session)
    session.do(session.lead, "moderation", "mute", id=str(session.amal.pk), reason="Too loud.")
    session.do(session.amal, "appeals", "ask", act=act(session, "mute"), text="I asked one question.")
    [waiting] = session.see(other, "appeals")["waiting"]
    assert (waiting["name"], waiting["reason"], waiting["mine"]) == ("Amal", "Too loud.", False)
    assert session.see(session.lead, "appeals")["waiting"][0]["mine"] is True
    assert session.see(session.gianni, "appeals")["waiting"] == []
    with pytest.raises(PermissionDenied):
        session.do(session.lead, "appeals", "answer", id=waiting["id"], accept="1", answer="No.")
    with pytest.raises(ValidationError):
        session.do(other, "appeals", "answer", id=waiting["id"], accept="1", answer="")
    session.do(other, "appeals", "answer", id=waiting["id"], accept="1", answer="She is right.")
    session.amal.refresh_from_db()
    assert session.amal.chat_muted is False
    assert session.see(session.amal, "moderation")["mine"][0]["appeal"] == "accepted"
    assert [each.act for each in acts_of(session.room)][:1] == ["unmute"]
    assert JournalEntry.objects.filter(subject_kind="appeal", after="accepted").exists()
    assert moderation_summary(session.room)["appeals"] == {"asked": 1, "open": 0, "accepted": 1, "refused": 0}


def test_who_may_only_watch_reads_why_and_takes_part_again_after_a_second_look(session: Session) -> None:
    other = second(session)
    role = {"id": str(session.amal.pk), "role": RoomRole.OBSERVER}
    with pytest.raises(ValidationError):
        session.do(session.lead, "door", "role", **role)
    session.amal.refresh_from_db()
    assert session.amal.role == RoomRole.PARTICIPANT
    session.do(session.lead, "door", "role", **role, reason="Speaks over others.")
    session.amal.refresh_from_db()
    [mine] = session.see(session.amal, "moderation")["mine"]
    assert (mine["act"], mine["reason"], mine["by"]) == ("watch", "Speaks over others.", "Irene")
    session.do(session.amal, "appeals", "ask", act=act(session, "watch"), text="I asked one question.")
    waiting = session.see(other, "appeals")["waiting"][0]["id"]
    session.do(other, "appeals", "answer", id=waiting, accept="1", answer="She is right.")
    session.amal.refresh_from_db()
    assert session.amal.role == RoomRole.PARTICIPANT
    assert [each.act for each in acts_of(session.room)] == ["take_part", "watch"]
    assert "Speaks over others." not in str(moderation_summary(session.room))


def test_an_idea_that_was_taken_away_comes_back_after_a_second_look(session: Session) -> None:
    other = second(session)
    column = session.see(session.amal, "board")["columns"][0]["id"]
    session.do(session.amal, "board", "add_note", text="More shade", column=column)
    [key] = document.read(store.updates_of(session.room.pk)[0]).board
    session.do(session.lead, "board", "delete_note", id=key, reason="Off the question.")
    [mine] = session.see(session.amal, "moderation")["mine"]
    assert (mine["act"], mine["reason"]) == ("take", "Off the question.")
    session.do(session.amal, "appeals", "ask", act=act(session, "take"), text="It is the question.")
    waiting = session.see(other, "appeals")["waiting"][0]["id"]
    session.do(other, "appeals", "answer", id=waiting, accept="1", answer="She is right.")
    said = document.read(store.updates_of(session.room.pk)[0])
    assert said.board[key]["text"] == "More shade"
    assert said.authors[key] in session.see(session.amal, "board")["own"]
    assert session.see(session.lead, "board")["taken"] == 0
    session.do(session.amal, "board", "delete_note", id=key)  # one's own goes without a word
    assert acts_of(session.room).filter(act="take").count() == 1


def test_a_column_that_was_cleared_stands_in_the_log(session: Session) -> None:
    column = session.see(session.amal, "board")["columns"][0]["id"]
    session.do(session.lead, "board", "clear_column", id=column, reason="We begin anew.")
    found = acts_of(session.room).get(act="clear")
    assert (found.reason, found.concerns_id) == ("We begin anew.", None)


def test_a_removed_person_asks_and_the_citys_moderator_lets_them_back(session: Session) -> None:
    session.do(session.lead, "moderation", "remove", id=str(session.amal.pk), reason="Shouting.")
    from realtime.actions import ask_again

    ask_again(room=session.room, by=session.amal.person, act=act(session, "remove"), text="It was not me.")
    moderator = make_moderator(session.room.city, "Mirko")
    moderation.STEPS["accept"](session.room.city, moderator, {"appeal": str(appeal_of(session).pk), "answer": "Right."})
    session.amal.refresh_from_db()
    assert session.amal.state == ParticipantState.ADMITTED


def test_refused_it_stays(session: Session) -> None:
    session.do(session.lead, "moderation", "mute", id=str(session.amal.pk), reason="Too loud.")
    session.do(session.amal, "appeals", "ask", act=act(session, "mute"), text="Why?")
    answer_appeal(appeal=appeal_of(session), by=make_moderator(session.room.city), accept=False, answer="Read it.")
    session.amal.refresh_from_db()
    assert session.amal.chat_muted is True
    with pytest.raises(Conflict):
        answer_appeal(appeal=appeal_of(session), by=make_moderator(session.room.city), accept=True, answer="Again.")


@pytest.mark.parametrize(("on", "ability"), [("lock", "write"), ("freeze", "board"), ("pause_chat", "chat")])
def test_an_act_about_all_can_be_asked_about_by_anyone_in_the_room(session: Session, on: str, ability: str) -> None:
    session.do(session.lead, "moderation", on, reason="I say so.")
    session.do(session.gianni, "appeals", "ask", act=act(session, on), text="We all want to write.")
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "appeals", "ask", act=act(session, on), text="Me too.")
    answer_appeal(appeal=appeal_of(session), by=make_moderator(session.room.city), accept=True, answer="Let them.")
    session.gianni.refresh_from_db()
    assert abilities(session.gianni, rules_of(session.room))[ability]


def test_a_later_lock_is_not_opened_by_an_answer_about_an_earlier_one(session: Session) -> None:
    session.do(session.lead, "moderation", "lock", reason="First.")
    session.do(session.amal, "appeals", "ask", act=act(session, "lock"), text="Why?")
    session.do(session.lead, "moderation", "unlock")
    session.do(session.lead, "moderation", "lock", reason="Second.")
    answer_appeal(appeal=appeal_of(session), by=make_moderator(session.room.city), accept=True, answer="Yes.")
    assert session.see(session.amal, "moderation")["locked"] is True


def test_a_hidden_message_is_shown_again_when_its_author_was_right(session: Session) -> None:
    session.do(session.amal, "chat", "post", text="Ciao!")
    [message] = session.see(session.lead, "chat")["messages"]
    session.do(session.lead, "chat", "hide", id=message["id"], reason="Rude.")
    with pytest.raises(PermissionDenied):
        session.do(session.gianni, "appeals", "ask", act=act(session, "hide"), text="Show it.")
    session.do(session.amal, "appeals", "ask", act=act(session, "hide"), text="It is a greeting.")
    answer_appeal(appeal=appeal_of(session), by=make_moderator(session.room.city), accept=True, answer="It is.")
    assert session.see(session.gianni, "chat")["messages"][0]["text"] == "Ciao!"


def test_nobody_asks_about_what_concerns_another_or_is_no_decision(session: Session) -> None:
    session.do(session.lead, "moderation", "mute", id=str(session.amal.pk), reason="Too loud.")
    session.do(session.lead, "moderation", "announce", text="Coffee.")
    for who, key in (
        (session.gianni, act(session, "mute")),
        (session.amal, act(session, "announce")),
        (session.lead, act(session, "mute")),
        (session.amal, "nonsense"),
    ):
        with pytest.raises(PermissionDenied):
            session.do(who, "appeals", "ask", act=key, text="Why?")


def test_acts_of_rooms_are_not_in_the_citys_public_log(session: Session) -> None:
    session.do(session.lead, "moderation", "lock", reason="We read.")
    assert not ModerationAct.objects.across_cities().about_words().exists()
    assert not Flag.objects.across_cities().exists()


def test_looking_asks_the_database_the_same_for_many(at_most: Callable[[str, int], None]) -> None:
    at_most("appeals", 4)


# --- For somebody without a device -------------------------------------------------------------


@pytest.fixture
def pina(session: Session) -> Participant:
    return add_assisted(room=session.room, name="Pina", by=session.lead.person)


def test_for_somebody_without_a_device_who_leads_asks_and_another_answers(session: Session, pina: Participant) -> None:
    other = second(session)
    session.do(session.lead, "moderation", "mute", id=str(pina.pk), reason="Too loud.")
    asked = {"act": act(session, "mute"), "text": "She only laughed.", "for": str(pina.pk)}
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "appeals", "ask", **asked)
    session.do(session.lead, "appeals", "ask", **asked)  # also by who decided
    appeal = appeal_of(session)
    assert appeal.by == pina.person
    [line] = JournalEntry.objects.filter(verb="appeal.enter", subject_id=str(appeal.pk))
    assert line.actor == session.lead.person_id
    with pytest.raises(PermissionDenied):
        session.do(session.lead, "appeals", "answer", id=str(appeal.pk), accept="1", answer="Yes.")
    session.do(other, "appeals", "answer", id=str(appeal.pk), accept="1", answer="She may write.")
    pina.refresh_from_db()
    assert not pina.chat_muted


def test_who_was_sent_away_without_a_device_is_let_back_after_a_second_look_also_when_the_room_is_closed(
    session: Session, pina: Participant
) -> None:
    other = second(session)
    session.do(session.lead, "moderation", "remove", id=str(pina.pk), reason="Loud.")
    close_room(room=session.room, by=session.lead.person)
    asked = {"act": act(session, "remove"), "text": "It was another.", "for": str(pina.pk)}
    session.room.refresh_from_db()
    session.do(session.lead, "appeals", "ask", **asked)
    with pytest.raises(PermissionDenied):  # once
        session.do(session.lead, "appeals", "ask", **asked)
    answer_appeal(appeal=appeal_of(session), by=other.person, accept=True, answer="It was another.")
    pina.refresh_from_db()
    assert pina.state == ParticipantState.ADMITTED


def test_nobody_asks_for_somebody_about_what_does_not_concern_them(session: Session, pina: Participant) -> None:
    session.do(session.lead, "moderation", "mute", id=str(session.gianni.pk), reason="Too loud.")
    for whom in (pina, session.gianni):
        with pytest.raises((PermissionDenied, ValidationError)):
            session.do(session.lead, "appeals", "ask", act=act(session, "mute"), text="Why?", **{"for": str(whom.pk)})
    session.do(session.lead, "moderation", "lock", reason="We read aloud.")
    session.do(session.lead, "appeals", "ask", act=act(session, "lock"), text="Why?", **{"for": str(pina.pk)})
    assert appeal_of(session).by == pina.person
