"""Who may vote, for whom one may enter a vote, and what a vote is told that comes at the wrong time."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from backend.base.problems import Conflict
from backend.people.choices import Role
from realtime.actions import add_assisted, go_home, leave_room, set_role
from realtime.actions.voters import (
    MOST_VOTERS,
    checked_eligible,
    checked_quorum,
    next_number,
    not_open,
    require_lead,
    require_nothing_open,
    require_vote,
    turnout,
    voters_of,
)
from realtime.choices import Eligible, RoomRole, VoteState
from realtime.models import Poll
from tests.factories import grant, make_city, make_facilitator, make_group
from tests.realtime.factories import join, leader, make_room
from tests.realtime.sessions import Session


def poll_for(session: Session, eligible: str = Eligible.TAKING_PART, **fields: object) -> Poll:
    return Poll.objects.create(
        city=session.room.city,
        room=session.room,
        number=next_number(Poll, session.room),
        kind="single",
        question="?",
        language="en",
        made_by=session.lead.person,
        eligible=eligible,
        **fields,
    )


def test_who_watches_has_no_vote_and_who_takes_part_has_one(session: Session) -> None:
    set_role(participant=session.gianni, by=session.lead.person, role=RoomRole.OBSERVER, reason="Asked to.")
    rosa = add_assisted(room=session.room, name="Rosa", by=session.lead.person)
    may = voters_of(session.room, Eligible.TAKING_PART)
    assert session.gianni.person_id not in may
    assert (may[session.amal.person_id], may[rosa.person_id]) == (False, True)
    session.gianni.refresh_from_db()
    with pytest.raises(PermissionDenied, match="Observers"):
        require_vote(poll_for(session), session.gianni.person, session.gianni)


def test_a_vote_of_the_hall_is_for_the_hall(session: Session) -> None:
    there = join(session.room, "Bea", place="hall")
    assert set(voters_of(session.room, Eligible.HALL)) == {there.person_id}
    with pytest.raises(PermissionDenied, match="hall"):
        require_vote(poll_for(session, Eligible.HALL), session.amal.person, session.amal)


@pytest.mark.django_db
def test_a_vote_of_the_group_is_for_its_members() -> None:
    city = make_city()
    group = make_group(city)
    by = make_facilitator(city, "Irene")
    grant(by, Role.CONTACT, group)
    room = make_room(by, city=city, group=group)
    session = Session(room, leader(room), join(room), join(room, "Gianni"))
    assert set(voters_of(room, checked_eligible(room, Eligible.GROUP))) == {by.pk}
    with pytest.raises(PermissionDenied, match="members"):
        require_vote(poll_for(session, Eligible.GROUP), session.amal.person, session.amal)


def test_one_enters_votes_for_people_without_a_phone_and_only_who_leads_does(session: Session) -> None:
    rosa = add_assisted(room=session.room, name="Rosa", by=session.lead.person)
    rosa.room = session.room
    poll = poll_for(session)
    require_vote(poll, session.lead.person, rosa)
    with pytest.raises(PermissionDenied):
        require_vote(poll, session.amal.person, rosa)
    with pytest.raises(PermissionDenied, match="without a phone"):
        require_vote(poll, session.lead.person, session.amal)


def test_only_who_leads_now_leads_votes(session: Session) -> None:
    require_lead(session.room, session.lead.person)
    for who in (session.amal.person, make_facilitator(session.room.city, "Nadia")):
        with pytest.raises(PermissionDenied):
            require_lead(session.room, who)


@pytest.mark.parametrize(
    ("state", "code"), [(VoteState.CLOSED, "closed"), (VoteState.DRAFT, "not_open"), (None, "gone")]
)
def test_a_vote_at_the_wrong_time_is_told_why(state: str | None, code: str) -> None:
    assert not_open(state).error_dict["vote"][0].code == code


def test_a_room_with_an_open_vote_does_not_close(session: Session) -> None:
    poll_for(session)
    require_nothing_open(session.room)
    poll_for(session, state=VoteState.OPEN)
    with pytest.raises(Conflict) as refusal:
        require_nothing_open(session.room)
    assert refusal.value.code == "vote_open"


def test_who_went_is_not_asked_and_who_only_sleeps_is(session: Session) -> None:
    rosa = add_assisted(room=session.room, name="Rosa", by=session.lead.person)
    leave_room(participant=session.amal)
    go_home(participant=rosa, by=session.lead.person)
    asked = {session.lead.person_id, session.gianni.person_id}  # Gianni's phone has slept since he came
    assert set(voters_of(session.room, Eligible.TAKING_PART)) == asked
    require_vote(poll_for(session), session.amal.person, session.amal)  # by a vote he is back


def test_who_voted_and_left_counts_among_those_who_could(session: Session) -> None:
    amal, gone = session.amal.person_id, session.gianni.person_id
    assert turnout({amal: False}, {gone}, set()) == {"eligible": 2, "voted": 1, "assisted": 0}


@pytest.mark.parametrize("quorum", [-1, MOST_VOTERS + 1])
def test_a_quorum_that_no_room_has_is_refused(quorum: int) -> None:
    with pytest.raises(ValidationError):
        checked_quorum(quorum)


def test_a_rule_that_is_none_or_has_no_group_is_refused_at_its_field(session: Session) -> None:
    for eligible, code in (("nobody", "invalid_choice"), (Eligible.GROUP, "no_group")):
        with pytest.raises(ValidationError) as refusal:
            checked_eligible(session.room, eligible)
        assert refusal.value.error_dict["eligible"][0].code == code


def test_numbers_of_questions_go_up_room_by_room(session: Session) -> None:
    assert [poll_for(session).number, poll_for(session).number] == [1, 2]
    assert next_number(Poll, make_room(city=session.room.city)) == 1
