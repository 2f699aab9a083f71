"""Two who make groups, or choose one, at the same moment."""

from functools import partial

import pytest

from backend.base.problems import Conflict
from realtime.models import Breakout, BreakoutSeat
from tests.realtime.factories import join, leader, make_room
from tests.realtime.rounds import make
from tests.realtime.sessions import Session
from tests.together import at_once


@pytest.mark.django_db(transaction=True)
def test_two_who_make_groups_at_once_make_them_once() -> None:
    room = make_room()
    session = Session(room, leader(room), join(room), join(room, "Gianni"))
    told = at_once(*[lambda: make(session)] * 4)
    assert Breakout.objects.count() == 1
    assert [isinstance(each, Conflict) for each in told].count(True) == 3
    assert BreakoutSeat.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_raced_choice_is_one_seat() -> None:
    room = make_room()
    session = Session(room, leader(room), join(room), join(room, "Gianni"))
    make(session, 2, choosing="free")
    choices = [partial(session.do, session.amal, "breakouts", "choose", group=number) for number in (1, 2)]
    assert at_once(*choices * 4) == [None] * 8
    assert BreakoutSeat.objects.filter(participant=session.amal).count() == 1
