"""Closing a room: who may, what has to be over first, and how the rooms of groups come to an end."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from backend.base.problems import Conflict
from backend.pacts.models import Decision
from realtime import document, store
from realtime.actions import close_room, step_in, write_turns
from realtime.choices import BreakoutState, ParticipantState, RoomState
from realtime.models import Ballot, Breakout, Caption, ConsentCheck, Participant, Poll, Room, SilentNote
from tests.factories import make_officer, make_person
from tests.realtime.factories import join, leader, make_room
from tests.realtime.pasts import fresh
from tests.realtime.rounds import child, in_child, make
from tests.realtime.sessions import Session
from tests.together import at_once

pytestmark = pytest.mark.django_db


def handed_over(session: Session) -> Participant:
    """The lead goes to a neighbour who has an account and no office."""
    nadia = join(session.room, person=make_person("Nadia"))
    session.do(session.lead, "leading", "pass", id=str(nadia.pk))
    return nadia


def close(session: Session) -> None:
    close_room(room=fresh(session.room), by=session.lead.person)


def inner_of(session: Session) -> Session:
    """The room of the first group, at work, as those in it see it."""
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    room = child(session, 1)
    return Session(room, in_child(room, session.lead), in_child(room, session.amal), in_child(room, session.gianni))


def end(session: Session) -> None:
    session.do(session.lead, "breakouts", "call_back")
    session.do(session.lead, "breakouts", "end")


def ideas_on(room: Room) -> list[Any]:
    return [note["text"] for note in document.read(store.updates_of(room.pk)[0]).board.values()]


# --- Who may -------------------------------------------------------------------------------


def test_whoever_was_given_the_lead_closes_the_room(session: Session) -> None:
    close_room(room=session.room, by=handed_over(session).person)
    assert fresh(session.room).state == RoomState.CLOSED


def test_an_officer_who_stepped_in_closes_the_room_and_one_who_did_not_cannot(session: Session) -> None:
    officer = make_officer(session.room.city, "Paola")
    with pytest.raises(PermissionDenied, match="Only the facilitator closes the room"):
        close_room(room=session.room, by=officer)
    nobody_leads = Participant.objects.across_cities().filter(pk=session.lead.pk)
    nobody_leads.update(state=ParticipantState.REMOVED)
    step_in(room=session.room, by=officer)
    close_room(room=session.room, by=officer)
    assert fresh(session.room).state == RoomState.CLOSED


# --- What has to be over first ---------------------------------------------------------------


def test_hidden_ideas_are_shown_before_the_room_closes(session: Session) -> None:
    session.do(session.lead, "board", "silence")
    session.do(session.amal, "board", "add_note", column="c1", text="Shade")
    with pytest.raises(Conflict) as refusal:
        close(session)
    assert refusal.value.code == "silence"
    assert "Show all ideas first" in refusal.value.detail
    assert fresh(session.room).state == RoomState.OPEN
    session.do(session.lead, "board", "reveal")
    close(session)
    assert ideas_on(session.room) == ["Shade"]


def test_a_silence_that_hides_nothing_ends_with_the_room(session: Session) -> None:
    session.do(session.lead, "board", "silence")
    close(session)
    assert session.see(session.amal, "board")["silent"] is False
    assert fresh(session.room).state == RoomState.CLOSED


def test_groups_are_over_before_the_room_closes(session: Session) -> None:
    make(session, 1)
    with pytest.raises(Conflict, match="give the groups up"):
        close(session)
    session.do(session.lead, "breakouts", "send")
    with pytest.raises(Conflict, match="end the groups") as refusal:
        close(session)
    assert refusal.value.code == "groups_there"
    session.do(session.lead, "breakouts", "call_back")
    with pytest.raises(Conflict, match="end the groups"):
        close(session)
    session.do(session.lead, "breakouts", "end")
    close(session)
    assert fresh(session.room).state == RoomState.CLOSED


def test_groups_that_were_given_up_keep_no_room_open(session: Session) -> None:
    make(session, 1)
    session.do(session.lead, "breakouts", "give_up")
    close(session)
    assert fresh(session.room).state == RoomState.CLOSED


def test_what_was_ordered_as_the_room_closed_does_not_begin_behind_its_back(session: Session) -> None:
    write_turns(room=session.room, turns=[(session.amal.person, "paragraph", "Six benches.")])
    session.do(session.lead, "consent", "prepare")
    session.do(session.lead, "polls", "draft", kind="single", question="Which?", options=["Oak", "Lime"])
    key = session.see(session.lead, "polls")["polls"][0]["id"]
    check = session.see(session.lead, "consent")["checks"][0]["id"]
    close(session)  # `session.room` still says that it is open, as with who asked a moment before
    for tool, command, args in (
        ("polls", "open", {"poll": key}),
        ("consent", "open", {"check": check}),
        ("breakouts", "make", {"count": 1, "minutes": 5, "everyone": "1"}),
    ):
        with pytest.raises(Conflict, match="The room is closed"):
            session.do(session.lead, tool, command, **args)
    assert not Breakout.objects.exists()
    assert {*Poll.objects.across_cities().values_list("state", flat=True)} == {"draft"}


# --- The rooms of groups -----------------------------------------------------------------------


def test_what_a_group_still_votes_on_is_counted_as_the_groups_end(session: Session) -> None:
    inner = inner_of(session)
    write_turns(room=inner.room, turns=[(session.amal.person, "paragraph", "Ferns.")])
    inner.do(inner.lead, "polls", "draft", kind="single", question="Which?", options=["Oak", "Lime"], open="on")
    poll = inner.see(inner.lead, "polls")["polls"][0]["id"]
    inner.do(inner.amal, "polls", "vote", poll=poll, choice="o1")
    inner.do(inner.lead, "consent", "prepare", open="on")
    check = inner.see(inner.lead, "consent")["checks"][0]["id"]
    inner.do(inner.amal, "consent", "answer", check=check, answer="agree")
    end(session)
    counted = Poll.objects.across_cities().get()
    assert (counted.state, counted.result["voted"]) == ("closed", 1)
    assert list(Ballot.objects.filter(tool="polls").values_list("value", flat=True)) == [None]
    stamped = ConsentCheck.objects.across_cities().get()
    assert (stamped.state, stamped.turnout["agreed"]) == ("closed", 1)
    assert stamped.decision == Decision.objects.across_cities().get()
    assert fresh(inner.room).state == RoomState.CLOSED


def test_what_a_group_wrote_in_silence_stands_on_its_board_and_what_was_said_is_gone(session: Session) -> None:
    inner = inner_of(session)
    inner.do(inner.lead, "captions", "name", id=str(inner.amal.pk))
    inner.do(inner.amal, "captions", "write", text="Said in the group")
    inner.do(inner.lead, "board", "silence")
    inner.do(inner.amal, "board", "add_note", column="c1", text="Moss")
    end(session)
    assert ideas_on(inner.room) == ["Moss"]
    assert not SilentNote.objects.exists()
    assert not Caption.objects.exists()


def test_a_group_that_closed_its_room_itself_keeps_nobody_from_ending_the_round(session: Session) -> None:
    inner = inner_of(session)
    close_room(room=inner.room, by=session.lead.person)
    end(session)
    assert Breakout.objects.get().state == BreakoutState.DONE


# --- At the same moment ------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_groups_are_not_made_in_a_room_that_closes_at_the_same_moment() -> None:
    room = make_room()
    session = Session(room, leader(room), join(room), join(room, "Gianni"))
    told = at_once(lambda: make(session), lambda: close(session))
    assert [isinstance(each, Conflict | PermissionDenied) for each in told].count(True) == 1
    assert (fresh(room).state == RoomState.CLOSED) is not Breakout.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_no_idea_stays_hidden_in_a_room_that_closes_at_the_same_moment() -> None:
    room = make_room()
    session = Session(room, leader(room), join(room), join(room, "Gianni"))
    session.do(session.lead, "board", "silence")
    idea = {"column": "c1", "text": "Shade"}
    closed, written = at_once(lambda: close(session), lambda: session.do(session.amal, "board", "add_note", **idea))
    if isinstance(written, PermissionDenied):  # a moment too late, and told so
        assert (closed, fresh(room).state, SilentNote.objects.exists()) == (None, RoomState.CLOSED, False)
        return
    assert written is None
    hidden = SilentNote.objects.exists()
    assert hidden is isinstance(closed, Conflict) is (fresh(room).state == RoomState.OPEN)
    assert hidden or ideas_on(room) == ["Shade"]
