"""Each act of leading stands in the log with its reason, and a second look undoes what still holds, and only that."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from realtime.actions.acts import (
    SentAway,
    acts_of,
    answer_appeal,
    ask_again,
    log_for,
    passage_words,
    readmit,
    sent_away,
)
from realtime.actions.board import post_note
from realtime.actions.states import change_state
from realtime.choices import ParticipantState
from realtime.models import Participant, ToolState
from tests.factories import make_facilitator, make_moderator, make_person
from tests.realtime.boards import board_of, put
from tests.realtime.pasts import fresh
from tests.realtime.rounds import child, make
from tests.realtime.sessions import Session


def moderate(session: Session, command: str, **args: Any) -> Any:
    session.do(session.lead, "moderation", command, **args)
    return acts_of(session.room).order_by("-at").first()


def another_leader(session: Session) -> Participant:
    made = Participant.objects.create(
        city=session.room.city, room=session.room, person=make_facilitator(session.room.city, "Nadia")
    )
    Participant.objects.in_city(session.room.city_id).filter(pk=made.pk).update(role="facilitator")
    return made


def locked(session: Session) -> bool:
    return bool(ToolState.objects.get(room=session.room, tool="moderation").state.get("locked"))


def test_the_log_tells_each_what_concerns_all_and_themselves(session: Session) -> None:
    moderate(session, "lock", reason="We read.")
    moderate(session, "mute", id=str(session.amal.pk), reason="Too loud.")
    told = {who: len(log_for(session.room, who.person, leads=False)) for who in (session.amal, session.gianni)}
    assert list(told.values()) == [2, 1]
    assert len(log_for(session.room, session.lead.person, leads=True)) == 2


def test_of_an_act_about_another_nobody_asks_for_a_second_look(session: Session) -> None:
    act = moderate(session, "mute", id=str(session.amal.pk), reason="Too loud.")
    for who, key in ((session.gianni, act.pk), (session.amal, "nonsense"), (session.amal, session.amal.pk)):
        with pytest.raises(PermissionDenied):
            ask_again(room=session.room, by=who.person, act=str(key), text="Why?")
    assert ask_again(room=session.room, by=session.amal.person, act=str(act.pk), text="I whispered.").act == act


def test_what_only_tells_is_not_open_to_a_second_look(session: Session) -> None:
    act = moderate(session, "announce", text="Five more minutes.")
    with pytest.raises(PermissionDenied):
        ask_again(room=session.room, by=session.amal.person, act=str(act.pk), text="Why?")


def test_accepted_a_second_look_gives_back_what_was_taken(session: Session) -> None:
    act = moderate(session, "mute", id=str(session.amal.pk), reason="Too loud.")
    appeal = ask_again(room=session.room, by=session.amal.person, act=str(act.pk), text="I whispered.")
    answer_appeal(appeal=appeal, by=another_leader(session).person, accept=True, answer="So it was.")
    session.amal.refresh_from_db()
    assert not session.amal.chat_muted
    assert acts_of(session.room).order_by("-at").first().act == "unmute"


def test_a_switch_that_was_turned_anew_since_stays_as_it_is(session: Session) -> None:
    act = moderate(session, "lock", reason="We read.")
    appeal = ask_again(room=session.room, by=session.amal.person, act=str(act.pk), text="We have read.")
    moderate(session, "unlock")
    moderate(session, "lock", reason="Now the vote.")
    answer_appeal(appeal=appeal, by=another_leader(session).person, accept=True, answer="Right.")
    assert locked(session), "for another reason by now"


def test_a_switch_that_still_holds_is_turned_off_with_its_reason(session: Session) -> None:
    act = moderate(session, "lock", reason="We read.")
    appeal = ask_again(room=session.room, by=session.amal.person, act=str(act.pk), text="We have read.")
    answer_appeal(appeal=appeal, by=another_leader(session).person, accept=True, answer="Right.")
    assert not locked(session)
    assert "locked" not in ToolState.objects.get(room=session.room, tool="moderation").state["reasons"]


def test_what_a_second_look_lifts_takes_its_reason_along_and_goes_on_in_the_groups(session: Session) -> None:
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    moderate(session, "lock", reason="We read.")
    act = moderate(session, "freeze", reason="A quarrel.")
    appeal = ask_again(room=session.room, by=session.amal.person, act=str(act.pk), text="It is over.")
    answer_appeal(appeal=appeal, by=another_leader(session).person, accept=True, answer="Right.")
    seen = session.see(session.amal, "moderation")
    assert (seen["frozen"], seen["locked"], seen["reason"]) == (False, True, "We read.")
    assert not ToolState.objects.get(room=child(session, 1), tool="moderation").state["frozen"]


@pytest.mark.parametrize("again", [False, True])
def test_groups_that_were_called_back_too_soon_write_on_unless_they_were_called_again(
    session: Session, *, again: bool
) -> None:
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    session.do(session.lead, "breakouts", "call_back")
    act = acts_of(session.room).first()
    appeal = ask_again(room=session.room, by=session.amal.person, act=str(act.pk), text="Two minutes more!")
    if again:
        session.do(session.lead, "breakouts", "extend", minutes=1)
        session.do(session.lead, "breakouts", "call_back")
    answer_appeal(appeal=appeal, by=another_leader(session).person, accept=True, answer="Right.")
    assert ToolState.objects.get(room=child(session, 1), tool="moderation").state["frozen"] is again


def test_who_was_sent_away_is_told_why_and_comes_back_only_with_a_word(session: Session) -> None:
    moderate(session, "remove", id=str(session.amal.pk), reason="Shouting.")
    session.amal.refresh_from_db()
    session.amal.room = fresh(session.room)
    refusal = sent_away(session.amal)
    assert isinstance(refusal, SentAway)
    assert "Shouting." in str(refusal)
    for by, reason in ((session.gianni.person, "Please."), (make_person("Luca"), "Please.")):
        with pytest.raises(PermissionDenied):
            readmit(participant=session.amal, by=by, reason=reason)
    with pytest.raises(ValidationError):
        readmit(participant=session.amal, by=session.lead.person, reason=" ")
    readmit(participant=session.amal, by=session.lead.person, reason="We talked.")
    session.amal.refresh_from_db()
    assert session.amal.state == ParticipantState.ADMITTED


def test_what_a_tool_keeps_is_changed_on_top_of_what_came_meanwhile(session: Session) -> None:
    raced: list[int] = []

    def change(state: dict[str, Any]) -> dict[str, Any]:
        if not raced:
            raced.append(1)
            rows = ToolState.objects.filter(room=session.room, tool="fair")
            rows.update(state={"theirs": 1}, revision=7)
        return {**state, "mine": 1}

    assert change_state(session.room, "fair", change) == {"theirs": 1, "mine": 1}
    assert ToolState.objects.get(room=session.room, tool="fair").revision == 8


def test_the_first_words_of_a_passage_are_shown_and_a_lost_one_is_refused(session: Session) -> None:
    note = post_note(room=session.room, by=session.amal.person, column="c1", text="Shade " * 20)
    assert passage_words(session.room, "note", note) == ("Shade " * 20)[:80] + "…"
    for kind in ("note", "block"):
        with pytest.raises(ValidationError) as refusal:
            passage_words(session.room, kind, "gone")
        assert refusal.value.error_dict["target"][0].code == "gone"


def accepted(session: Session, name: str) -> None:
    """Amal asks for a second look at the last act of a name, and another facilitator takes it back."""
    act = acts_of(session.room).filter(act=name).first()
    appeal = ask_again(room=session.room, by=session.amal.person, act=str(act.pk), text="Look again.")
    answer_appeal(appeal=appeal, by=another_leader(session).person, accept=True, answer="So it was.")


def test_a_board_that_was_closed_and_a_column_that_was_locked_are_open_again(session: Session) -> None:
    session.do(session.lead, "board", "close", reason="We read.")
    session.do(session.lead, "board", "lock_column", id="c2", reason="We go on with the others.")
    accepted(session, "close_board")
    seen = session.see(session.amal, "board")
    assert (seen["open"], seen["why"], seen["columns"][1]["locked"]) == (True, "", True)
    accepted(session, "lock_column")
    seen = session.see(session.amal, "board")["columns"][1]
    assert (seen["locked"], seen["why"]) == (False, "")
    assert [each.act for each in acts_of(session.room)][:2] == ["unlock_column", "open_board"]


def test_a_board_that_was_closed_anew_since_stays_closed(session: Session) -> None:
    session.do(session.lead, "board", "close", reason="We read.")
    appeal = ask_again(
        room=session.room, by=session.amal.person, act=str(acts_of(session.room).first().pk), text="We have read."
    )
    session.do(session.lead, "board", "open")
    session.do(session.lead, "board", "close", reason="Now the vote.")
    answer_appeal(appeal=appeal, by=another_leader(session).person, accept=True, answer="Right.")
    assert session.see(session.amal, "board")["why"] == "Now the vote."


def test_a_cleared_column_stands_again_with_everyones_ideas(session: Session) -> None:
    keys = {put(session, who, "Shade") for who in (session.amal, session.gianni)}
    session.do(session.lead, "board", "clear_column", id="c1", reason="A new round.")
    accepted(session, "clear")
    assert set(board_of(session)) == keys


def test_an_idea_in_other_words_says_again_what_its_author_said(session: Session) -> None:
    key = put(session, session.amal, "Shade")
    session.do(session.lead, "board", "edit_note", id=key, text="Sun", reason="It is clearer.")
    accepted(session, "reword")
    assert board_of(session)[key]["text"] == "Shade"


def test_a_hand_that_was_taken_down_stands_again_where_it_stood(session: Session) -> None:
    for who in (session.amal, session.gianni):
        session.do(who, "speaking", "raise")
    session.do(session.lead, "speaking", "drop", id=str(session.amal.pk), reason="Later.")
    accepted(session, "lower")
    assert [each["name"] for each in session.see(session.lead, "speaking")["queue"]] == ["Amal", "Gianni"]
    assert session.see(session.amal, "speaking")["lowered"] == ""
    assert acts_of(session.room).first().act == "raise"


def test_a_hand_that_is_up_again_by_itself_stays_up_once(session: Session) -> None:
    session.do(session.amal, "speaking", "raise")
    session.do(session.lead, "speaking", "drop", id=str(session.amal.pk), reason="Later.")
    session.do(session.amal, "speaking", "raise")
    accepted(session, "lower")
    assert [each["name"] for each in session.see(session.lead, "speaking")["queue"]] == ["Amal"]


@pytest.mark.parametrize(
    ("before", "after", "name"), [("scribe", "participant", "unscribe"), ("scribe", "observer", "watch")]
)
def test_a_role_that_was_taken_comes_back(session: Session, before: str, after: str, name: str) -> None:
    session.do(session.lead, "door", "role", id=str(session.amal.pk), role=before)
    session.do(session.lead, "door", "role", id=str(session.amal.pk), role=after, reason="Others write.")
    accepted(session, name)
    session.amal.refresh_from_db()
    assert session.amal.role == {"unscribe": "scribe", "watch": "participant"}[name]


def test_the_lead_that_was_taken_comes_back(session: Session) -> None:
    other = another_leader(session)
    with pytest.raises(ValidationError):
        session.do(session.lead, "door", "role", id=str(other.pk), role="participant")
    session.do(session.lead, "door", "role", id=str(other.pk), role="participant", reason="One leads today.")
    act = acts_of(session.room).get(act="unlead")
    assert (act.reason, act.concerns_id) == ("One leads today.", other.person_id)
    appeal = ask_again(room=session.room, by=other.person, act=str(act.pk), text="We were to lead together.")
    answer_appeal(appeal=appeal, by=make_moderator(session.room.city), accept=True, answer="So it was agreed.")
    other.refresh_from_db()
    assert other.role == "facilitator"
