"""At most one round of groups is under way, and everyone has one seat in it."""

import pytest

from realtime.choices import BreakoutState
from realtime.models import Breakout, BreakoutGroup, BreakoutSeat, GroupAuthor, Participant
from tests.realtime.factories import join, make_room
from tests.refusing import refused


@pytest.fixture
def amal(db: None) -> Participant:
    return join(make_room())


def begin(amal: Participant, number: int, state: str = BreakoutState.PLANNED) -> Breakout:
    return Breakout.objects.create(room=amal.room, number=number, by=amal.room.made_by, state=state)


@pytest.mark.parametrize("state", [BreakoutState.PLANNED, BreakoutState.OPEN, BreakoutState.BACK])
def test_while_a_round_is_under_way_there_is_no_other(amal: Participant, state: str) -> None:
    begin(amal, 1, state)
    refused(lambda: begin(amal, 2))


def test_after_it_ended_or_was_given_up_another_may_begin(amal: Participant) -> None:
    begin(amal, 1, BreakoutState.DONE)
    begin(amal, 2, BreakoutState.DROPPED)
    refused(lambda: begin(amal, 2))
    begin(amal, 3)


def test_a_person_has_one_seat_in_a_round_and_is_an_author_of_a_group_once(amal: Participant) -> None:
    made = begin(amal, 1)
    first, second = (
        BreakoutGroup.objects.create(breakout=made, number=number, title=f"Group {number}") for number in (1, 2)
    )
    BreakoutSeat.objects.create(breakout=made, group=first, participant=amal)
    GroupAuthor.objects.create(room=amal.room, group=first, person=amal.person)
    refused(
        lambda: BreakoutGroup.objects.create(breakout=made, number=1, title="Again"),
        lambda: BreakoutSeat.objects.create(breakout=made, group=second, participant=amal),
        lambda: GroupAuthor.objects.create(room=amal.room, group=first, person=amal.person),
    )
