"""Two who make groups, or choose one, at the same moment."""

import threading
from typing import Any

import pytest
from django.db import connection

from backend.base.problems import Conflict
from realtime.models import Breakout, BreakoutSeat
from tests.realtime.factories import join, leader, make_room
from tests.realtime.rounds import make
from tests.realtime.sessions import Session


@pytest.mark.django_db(transaction=True)
def test_two_who_make_groups_at_once_make_them_once() -> None:
    room = make_room()
    session = Session(room, leader(room), join(room), join(room, "Gianni"))
    problems: list[Any] = []

    def go() -> None:
        try:
            make(session)
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Breakout.objects.count() == 1
    assert [type(each) for each in problems] == [Conflict] * 3
    assert BreakoutSeat.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_raced_choice_is_one_seat() -> None:
    room = make_room()
    session = Session(room, leader(room), join(room), join(room, "Gianni"))
    make(session, 2, choosing="free")
    problems: list[Any] = []

    def go(number: int) -> None:
        try:
            session.do(session.amal, "breakouts", "choose", group=number % 2 + 1)
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert BreakoutSeat.objects.filter(participant=session.amal).count() == 1
