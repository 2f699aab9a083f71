"""A second look undoes what still holds, and only that; who was sent away comes back where nothing else forbids it."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from backend.base.problems import Conflict
from backend.conversations.choices import AppealState
from backend.conversations.models import Appeal
from realtime.actions.acts import SentAway, acts_of, ask_again, log_for, sent_away
from realtime.actions.undoing import answer_appeal, readmit
from realtime.choices import ParticipantState
from realtime.models import ToolState
from tests.factories import make_moderator, make_person
from tests.realtime.boards import board_of, put
from tests.realtime.looks import accepted, another_leader, asked, granted, moderate
from tests.realtime.pasts import fresh
from tests.realtime.rounds import child, in_child, make
from tests.realtime.sessions import Session


def locked(session: Session) -> bool:
    return bool(ToolState.objects.get(room=session.room, tool="moderation").state.get("locked"))


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


# --- What was decided since ------------------------------------------------------------------


def again(session: Session, name: str, *, lifted: bool = True) -> None:
    """A decision about Amal, lifted, and made again for another reason; she asks about the first."""
    amal = str(session.amal.pk)
    decide: dict[str, Callable[[str], None]] = {
        "mute": lambda why: session.do(session.lead, "moderation", "mute", id=amal, reason=why),
        "remove": lambda why: session.do(session.lead, "moderation", "remove", id=amal, reason=why),
        "watch": lambda why: session.do(session.lead, "door", "role", id=amal, role="observer", reason=why),
        "unscribe": lambda why: session.do(session.lead, "door", "role", id=amal, role="participant", reason=why),
        "lower": lambda why: session.do(session.lead, "speaking", "drop", id=amal, reason=why),
    }
    lift: dict[str, Callable[[], None]] = {
        "mute": lambda: session.do(session.lead, "moderation", "unmute", id=amal),
        "remove": lambda: session.do(session.lead, "moderation", "readmit", id=amal, reason="Once more."),
        "watch": lambda: session.do(session.lead, "door", "role", id=amal, role="participant"),
        "unscribe": lambda: session.do(session.lead, "door", "role", id=amal, role="scribe"),
        "lower": lambda: session.do(session.amal, "speaking", "raise"),
    }
    if name in ("unscribe", "lower"):
        lift[name]()
    decide[name]("Too many messages.")
    asked(session, name)
    if lifted:
        lift[name]()
    decide[name]("Insulted Gianni twice.")


def how(session: Session) -> tuple[str, str, bool, list[str]]:
    session.amal.refresh_from_db()
    queue = [each["name"] for each in session.see(session.lead, "speaking")["queue"]]
    return session.amal.state, session.amal.role, session.amal.chat_muted, queue


@pytest.mark.parametrize("name", ["mute", "remove", "watch", "unscribe", "lower"])
def test_a_second_look_at_a_first_decision_leaves_a_later_one_as_it_is(session: Session, name: str) -> None:
    again(session, name)
    before = how(session)
    left = granted(session, Appeal.objects.across_cities().get())
    assert "decided anew" in left
    assert how(session) == before
    assert Appeal.objects.across_cities().get().state == AppealState.ACCEPTED
    told = acts_of(session.room).first()
    assert (told.act, told.reason, told.concerns_id) == ("too_late", left, session.amal.person_id)
    session.amal.room = session.room
    assert told in log_for(session.room, session.amal.person, leads=False)


def test_a_mute_that_was_said_again_without_lifting_it_holds_for_its_own_reason(session: Session) -> None:
    again(session, "mute", lifted=False)
    assert granted(session, Appeal.objects.across_cities().get())
    assert how(session)[2], "for another reason by now"
    assert accepted(session, "mute") == ""
    assert not how(session)[2]


def test_whose_pen_was_taken_and_who_then_was_to_watch_is_no_scribe_by_the_first_look(session: Session) -> None:
    amal = str(session.amal.pk)
    for role in ("scribe", "participant", "observer", "participant"):
        session.do(session.lead, "door", "role", id=amal, role=role, reason="Turns.")
    assert accepted(session, "unscribe")
    assert how(session)[1] == "participant"


def test_the_lead_that_was_given_back_and_taken_again_stays_taken(session: Session) -> None:
    other = another_leader(session)
    take = {"id": str(other.pk), "role": "participant"}
    session.do(session.lead, "door", "role", **take, reason="One leads today.")
    act = acts_of(session.room).get(act="unlead")
    appeal = ask_again(room=session.room, by=other.person, act=str(act.pk), text="We were to lead together.")
    session.do(session.lead, "door", "role", id=str(other.pk), role="facilitator")
    session.do(session.lead, "door", "role", **take, reason="They left us alone.")
    assert answer_appeal(appeal=appeal, by=make_moderator(session.room.city), accept=True, answer="So it was agreed.")
    other.refresh_from_db()
    assert other.role == "participant"


def test_a_refused_second_look_says_nothing_of_what_is_undone(session: Session) -> None:
    again(session, "mute")
    appeal = Appeal.objects.across_cities().get()
    assert answer_appeal(appeal=appeal, by=another_leader(session).person, accept=False, answer="It stays.") == ""
    assert not acts_of(session.room).filter(act="too_late").exists()


def test_what_the_writer_said_since_is_not_written_over_by_what_they_said_first(session: Session) -> None:
    key = put(session, session.amal, "A bensh")
    session.do(session.lead, "board", "edit_note", id=key, text="Something else", reason="It is clearer.")
    appeal = asked(session, "reword")
    session.do(session.amal, "board", "edit_note", id=key, text="Six benches, two near the school")
    assert "something else by now" in granted(session, appeal)
    assert board_of(session)[key]["text"] == "Six benches, two near the school"


def test_of_two_rewordings_each_is_taken_back_by_itself_the_last_one_first(session: Session) -> None:
    key = put(session, session.amal, "One")
    appeals = []
    for said in ("Two", "Three"):
        session.do(session.lead, "board", "edit_note", id=key, text=said, reason="It is clearer.")
        appeals.append(asked(session, "reword"))
    moderator = make_moderator(session.room.city)
    for appeal, stands in zip(reversed(appeals), ("Two", "One"), strict=True):
        assert answer_appeal(appeal=appeal, by=moderator, accept=True, answer="So it was.") == ""
        assert board_of(session)[key]["text"] == stands


def test_a_reworded_idea_that_is_gone_is_told_so(session: Session) -> None:
    key = put(session, session.amal, "One")
    session.do(session.lead, "board", "edit_note", id=key, text="Two", reason="It is clearer.")
    session.do(session.amal, "board", "delete_note", id=key)
    assert accepted(session, "reword")
    assert board_of(session) == {}


def test_a_message_that_was_hidden_again_for_another_reason_stays_hidden(session: Session) -> None:
    session.do(session.amal, "chat", "post", text="Ciao!")
    [message] = session.see(session.lead, "chat")["messages"]
    session.do(session.lead, "chat", "hide", id=message["id"], reason="Rude.")
    appeal = asked(session, "hide")
    session.do(session.lead, "chat", "restore", id=message["id"], reason="A greeting.")
    session.do(session.lead, "chat", "hide", id=message["id"], reason="It names a child.")
    assert granted(session, appeal)
    assert session.see(session.gianni, "chat")["messages"][0]["text"] != "Ciao!"
    assert accepted(session, "hide") == ""
    assert session.see(session.gianni, "chat")["messages"][0]["text"] == "Ciao!"


# --- In a group ------------------------------------------------------------------------------


@pytest.fixture
def group(session: Session) -> Session:
    """The room of the only group, led by who leads the main one."""
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    room = child(session, 1)
    return Session(room, *(in_child(room, who) for who in (session.lead, session.amal, session.gianni)))


def test_a_group_does_not_let_back_in_whom_the_main_room_sent_away(session: Session, group: Session) -> None:
    moderate(group, "remove", id=str(group.amal.pk), reason="Loud in the group.")
    assert [each["name"] for each in group.see(group.lead, "moderation")["removed"]] == ["Amal"]
    appeal = asked(group, "remove")
    moderate(session, "remove", id=str(session.amal.pk), reason="Hit somebody.")
    assert group.see(group.lead, "moderation")["removed"] == []
    with pytest.raises(Conflict, match="main room"):
        moderate(group, "readmit", id=str(group.amal.pk), reason="Quiet now.")
    assert "main room" in answer_appeal(
        appeal=appeal, by=make_moderator(session.room.city), accept=True, answer="Not so loud."
    )
    group.amal.refresh_from_db()
    assert group.amal.state == ParticipantState.REMOVED


def test_whom_the_main_room_alone_sent_away_no_group_offers_to_let_back_in(session: Session, group: Session) -> None:
    moderate(session, "remove", id=str(session.amal.pk), reason="Hit somebody.")
    assert group.see(group.lead, "moderation")["removed"] == []
    with pytest.raises(Conflict, match="main room"):
        moderate(group, "readmit", id=str(group.amal.pk), reason="Oops.")
    moderate(session, "readmit", id=str(session.amal.pk), reason="We talked.")
    group.amal.refresh_from_db()
    assert group.amal.state == ParticipantState.ADMITTED


def test_who_is_in_another_group_by_now_is_not_let_back_into_the_first(session: Session) -> None:
    make(session, 2)
    session.do(session.lead, "breakouts", "send")
    number = session.see(session.amal, "breakouts")["mine"]["number"]
    session.do(session.lead, "breakouts", "put", id=str(session.amal.pk), group=3 - number)
    first = child(session, number)
    with pytest.raises(Conflict, match="did not send"):
        readmit(participant=in_child(first, session.amal), by=session.lead.person, reason="Come.")


def test_a_group_lets_back_in_whom_it_sent_away_itself(session: Session, group: Session) -> None:
    moderate(group, "remove", id=str(group.amal.pk), reason="Loud in the group.")
    assert accepted(group, "remove") == ""
    group.amal.refresh_from_db()
    assert group.amal.state == ParticipantState.ADMITTED
    assert group.see(group.lead, "moderation")["removed"] == []


def test_a_group_does_not_give_back_the_word_that_the_main_room_took(session: Session, group: Session) -> None:
    moderate(group, "mute", id=str(group.amal.pk), reason="Too loud here.")
    appeal = asked(group, "mute")
    moderate(session, "mute", id=str(session.amal.pk), reason="Too loud everywhere.")
    moderator = make_moderator(session.room.city)
    assert "main room" in answer_appeal(appeal=appeal, by=moderator, accept=True, answer="Not here.")
    group.amal.refresh_from_db()
    assert group.amal.chat_muted
    moderate(session, "unmute", id=str(session.amal.pk))
    group.amal.refresh_from_db()
    assert not group.amal.chat_muted, "the group's own reason was taken back"


def test_who_only_watches_the_main_room_only_watches_a_group(session: Session, group: Session) -> None:
    for where, who in ((group, group.amal), (session, session.amal)):
        where.do(where.lead, "door", "role", id=str(who.pk), role="observer", reason="Over others.")
    appeal = asked(group, "watch")
    moderator = make_moderator(session.room.city)
    assert "main room" in answer_appeal(appeal=appeal, by=moderator, accept=True, answer="Not here.")
    group.amal.refresh_from_db()
    assert group.amal.role == "observer"
