"""Who goes waits for nobody and nobody for them; who comes back is counted again; home is where nobody is sent."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend.base.journal import JournalEntry
from backend.base.problems import Conflict
from backend.pacts.models import Decision
from realtime import tools
from realtime.actions import (
    acts_of,
    add_assisted,
    come_back,
    go_home,
    leave_room,
    leaves_nobody,
    mark_seen,
    rename_assisted,
    return_to_room,
    take_up_again,
    write_turns,
)
from realtime.actions.recording import facts_of
from realtime.models import Ballot, BreakoutSeat, Participant, Poll, Room, ToolState
from tests.factories import make_citizen
from tests.realtime.boards import board_of
from tests.realtime.factories import join, leader, make_room
from tests.realtime.rounds import child, in_child, make
from tests.realtime.sessions import Session
from tests.together import at_once

pytestmark = pytest.mark.django_db


def again(who: Participant) -> Participant:
    found = Participant.objects.in_city(who.city_id).select_related("person").get(pk=who.pk)
    found.room = who.room
    return found


@pytest.fixture
def pina(session: Session) -> Participant:
    return add_assisted(room=session.room, name="Pnia", by=session.lead.person)


# --- By themselves -----------------------------------------------------------------------


def test_who_goes_while_they_speak_has_spoken_until_then(session: Session) -> None:
    session.do(session.amal, "speaking", "raise")
    session.do(session.lead, "speaking", "next")
    leave_room(participant=session.amal)
    kept = ToolState.objects.get(room=session.room, tool="speaking").state
    assert kept["current"] is None
    assert kept["heard"][str(session.amal.pk)]["turns"] == 1
    assert session.see(session.gianni, "speaking")["heard"] == ["Amal"]


def test_who_went_before_a_check_opened_is_not_stamped_as_present(session: Session) -> None:
    bea = join(session.room, "Bea")
    write_turns(room=session.room, turns=[(session.lead.person, "paragraph", "Six benches.")])
    leave_room(participant=session.amal)
    session.do(session.lead, "consent", "prepare", open="on")
    [seen] = session.see(session.gianni, "consent")["checks"]
    assert seen["turnout"]["present"] == 3
    for who in (bea, session.lead):
        session.do(who, "consent", "answer", check=seen["id"], answer="agree")
    leave_room(participant=bea)  # after the answer, which counts
    session.do(session.lead, "consent", "close", check=seen["id"])
    stamped = Decision.objects.across_cities().get().turnout
    assert (stamped["present"], stamped["answered"]) == (3, 2)


def test_who_goes_gives_up_a_place_in_groups_that_are_being_made_and_keeps_one_that_is_out(session: Session) -> None:
    make(session, 2)
    leave_room(participant=session.amal)
    assert not BreakoutSeat.objects.filter(participant=session.amal).exists()
    session.do(session.lead, "breakouts", "drop", group=_empty(session))
    session.do(session.lead, "breakouts", "send")
    leave_room(participant=session.gianni)
    assert BreakoutSeat.objects.filter(participant=session.gianni).exists()


def _empty(session: Session) -> int:
    return next(each["number"] for each in session.see(session.lead, "breakouts")["groups"] if not each["people"])


def test_who_comes_back_in_the_midst_of_group_work_goes_into_a_group(session: Session) -> None:
    make(session, 2)
    leave_room(participant=session.amal)
    session.do(session.lead, "breakouts", "drop", group=_empty(session))
    session.do(session.lead, "breakouts", "send")
    session.do(again(session.amal), "chat", "post", text="I am back.")
    assert session.see(session.amal, "breakouts")["mine"] is not None


def test_who_comes_in_again_by_the_door_is_back(session: Session) -> None:
    nadia = join(session.room, person=make_citizen(session.room.city, "Nadia"))
    leave_room(participant=nadia)
    assert not again(nadia).stays
    return_to_room(room=session.room, by=nadia.person)
    assert again(nadia).stays
    leave_room(participant=again(session.amal))
    assert join(session.room, "Amal", known=lambda room: again(session.amal)).pk == session.amal.pk
    assert again(session.amal).stays


def test_who_does_something_by_a_plain_form_is_back(session: Session) -> None:
    leave_room(participant=session.amal)
    session.do(session.amal, "speaking", "raise")
    assert again(session.amal).stays
    assert [each["name"] for each in session.see(session.lead, "speaking")["queue"]] == ["Amal"]


def test_who_closes_the_page_soon_after_they_came_back_still_stays(session: Session) -> None:
    leave_room(participant=session.amal)
    come_back(again(session.amal))
    rows = Participant.objects.in_city(session.room.city_id).filter(pk=session.amal.pk)
    rows.update(seen_at=timezone.now() - timedelta(minutes=1))  # as the end of their line writes it
    assert again(session.amal).stays


def test_an_older_sign_of_life_does_not_undo_a_newer_going(session: Session) -> None:
    before = again(session.amal)
    leave_room(participant=session.amal)
    come_back(before)
    assert not again(session.amal).stays


def test_a_sign_of_life_is_written_where_it_says_something_new(session: Session) -> None:
    mark_seen(again(session.lead))
    for who in (again(session.lead), again(session.amal)):
        with CaptureQueriesContext(connection) as asked:
            mark_seen(who)
        assert not asked.captured_queries


@pytest.mark.django_db(transaction=True)
def test_who_goes_and_acts_at_once_is_never_in_the_way_of_themselves() -> None:
    for _time in range(4):
        room = make_room()
        lead, amal = leader(room), join(room)
        add_assisted(room=room, name="Pina", by=lead.person)

        def do(who: Participant, tool: str, command: str, room: Room = room, **args: Any) -> None:
            tools.do(room=room, tool=tool, command=command, by=who.person, args=args)

        do(amal, "speaking", "raise")
        do(lead, "speaking", "next")
        do(lead, "breakouts", "make", count=1, minutes=5, everyone="1")
        told = at_once(
            partial(leave_room, participant=amal),
            partial(do, amal, "chat", "post", text="Bye"),
            partial(do, lead, "speaking", "turn", seconds=60),
            partial(do, lead, "breakouts", "send"),
        )
        assert told == [None] * 4
        assert ToolState.objects.get(room=room, tool="speaking").state["heard"].keys() <= {str(amal.pk)}


# --- Without a device --------------------------------------------------------------------


def test_who_goes_home_was_not_asked_to_leave_and_what_they_said_stays(session: Session, pina: Participant) -> None:
    session.do(session.lead, "board", "add_note", column="c1", text="Low benches", **{"for": str(pina.pk)})
    session.do(session.lead, "polls", "draft", kind="single", question="Where?", options=["a", "b"], open="on")
    poll = Poll.objects.across_cities().get()
    session.do(session.lead, "polls", "vote", poll=str(poll.pk), choice="o1", **{"for": str(pina.pk)})
    session.do(session.lead, "door", "gone", id=str(pina.pk))
    session.do(session.lead, "door", "gone", id=str(pina.pk))  # pressed twice
    assert not acts_of(session.room).exists()
    assert facts_of(session.room, "en")["moderation"] == []
    assert [note["text"] for note in board_of(session).values()] == ["Low benches"]
    assert Ballot.objects.filter(person=pina.person).exists()
    assert JournalEntry.objects.filter(verb="participant.gone", subject_id=str(pina.pk)).count() == 1
    [row] = [each for each in session.see(session.lead, "door")["people"] if each["id"] == str(pina.pk)]
    assert (row["left"], row["online"]) == (True, False)
    counts = session.see(session.lead, "door")["counts"]
    assert (counts["hall"], counts["assisted"]) == (0, 0)


def test_for_who_went_home_nothing_is_entered_until_they_are_taken_up_again(
    session: Session, pina: Participant
) -> None:
    go_home(participant=pina, by=session.lead.person)
    with pytest.raises(ValidationError):
        session.do(session.lead, "chat", "post", text="Hello", **{"for": str(pina.pk)})
    session.do(session.lead, "door", "back", id=str(pina.pk))
    session.do(session.lead, "door", "back", id=str(pina.pk))
    session.do(session.lead, "chat", "post", text="Hello", **{"for": str(pina.pk)})
    assert session.see(session.lead, "door")["counts"]["assisted"] == 1
    assert JournalEntry.objects.filter(verb="participant.back").count() == 1


def test_the_minutes_are_still_asked_of_who_went_home(session: Session, pina: Participant) -> None:
    go_home(participant=pina, by=session.lead.person)
    session.do(session.lead, "minutes", "name", **{"for": str(pina.pk)})
    session.do(session.lead, "minutes", "propose", time=60, rule="nobody", audience="room")
    session.do(session.lead, "minutes", "agree", **{"for": str(pina.pk)})
    assert session.see(session.lead, "minutes")["counts"] == {"asked": 4, "agreed": 1, "objected": 0}


def test_a_place_of_who_went_home_is_free_and_taken_again_only_where_there_is_one(
    session: Session, pina: Participant
) -> None:
    room = session.room
    taken = session.see(session.lead, "door")["way_in"]["taken"]
    go_home(participant=pina, by=session.lead.person)
    assert session.see(session.lead, "door")["way_in"]["taken"] == taken - 1
    Room.objects.in_city(room.city_id).filter(pk=room.pk).update(most=taken - 1)
    gone = again(pina)
    gone.room.refresh_from_db()
    with pytest.raises(Conflict, match="full"):
        take_up_again(participant=gone, by=session.lead.person)
    assert not again(pina).stays


def test_who_went_home_is_nobody_whom_a_leader_would_leave_alone(session: Session, pina: Participant) -> None:
    assert leaves_nobody(again(session.lead))
    go_home(participant=pina, by=session.lead.person)
    assert not leaves_nobody(again(session.lead))


def test_home_is_out_of_the_group_too_and_back_is_back_in_it(session: Session, pina: Participant) -> None:
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    inside = in_child(child(session, 1), pina)
    go_home(participant=inside, by=session.lead.person)  # said in the group
    assert (again(pina).stays, again(inside).stays) == (False, False)
    take_up_again(participant=again(pina), by=session.lead.person)
    assert (again(pina).stays, again(inside).stays) == (True, True)


def test_a_raised_hand_takes_who_went_home_up_again(session: Session, pina: Participant) -> None:
    go_home(participant=pina, by=session.lead.person)
    session.do(session.lead, "speaking", "add", name="pnia")
    assert [each["name"] for each in session.see(session.lead, "speaking")["queue"]] == ["Pnia"]
    assert Participant.objects.in_city(session.room.city_id).filter(person__kind="assisted").count() == 1


def test_a_name_that_was_typed_wrongly_is_another_everywhere_and_stands_in_no_journal(
    session: Session, pina: Participant
) -> None:
    session.do(session.lead, "chat", "post", text="Hello", **{"for": str(pina.pk)})
    session.do(session.lead, "door", "rename", id=str(pina.pk), name="  Pina ")
    assert session.see(session.amal, "chat")["messages"][-1]["name"] == "Pina"
    [line] = JournalEntry.objects.filter(verb="participant.rename")
    assert (line.before, line.after, line.reason) == ("", "", "")
    with pytest.raises(ValidationError) as refused:
        rename_assisted(participant=again(pina), by=session.lead.person, name="\u202e")
    assert "name" in refused.value.message_dict
    assert again(pina).name == "Pina"


@pytest.mark.parametrize("command", ["gone", "back", "rename"])
def test_only_who_leads_does_this_and_only_for_who_has_no_device(
    session: Session, pina: Participant, command: str
) -> None:
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "door", command, id=str(pina.pk), name="Pina")
    with pytest.raises(ValidationError, match="without a device"):
        session.do(session.lead, "door", command, id=str(session.amal.pk), name="Pina")
