"""Raised hands: whoever has not spoken yet comes first."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.realtime.tools.conftest import Session


def names(session: Session) -> list[str]:
    return [each["name"] for each in session.see(session.lead, "speaking")["queue"]]


def test_first_timers_come_before_those_who_spoke(session: Session) -> None:
    session.do(session.amal, "speaking", "raise")
    session.do(session.lead, "speaking", "next")
    session.do(session.lead, "speaking", "done")
    session.do(session.amal, "speaking", "raise")
    session.do(session.gianni, "speaking", "raise")
    assert names(session) == ["Gianni", "Amal"]
    seen = session.see(session.amal, "speaking")
    assert [each["mine"] for each in seen["queue"]] == [False, True]
    assert (seen["spoken"], seen["total"]) == (1, 3)


def test_a_hand_goes_up_once_and_down_again(session: Session) -> None:
    session.do(session.amal, "speaking", "raise")
    with pytest.raises(ValidationError):
        session.do(session.amal, "speaking", "raise")
    session.do(session.amal, "speaking", "lower")
    session.do(session.amal, "speaking", "lower")
    assert names(session) == []


def test_who_speaks_may_end_and_others_may_not(session: Session) -> None:
    session.do(session.amal, "speaking", "raise")
    session.do(session.lead, "speaking", "next")
    assert session.see(None, "speaking")["current"]["name"] == "Amal"
    with pytest.raises(ValidationError):
        session.do(session.gianni, "speaking", "done")
    session.do(session.amal, "speaking", "done")
    assert session.see(session.gianni, "speaking")["current"] is None


def test_nobody_is_called_where_no_hand_is_up(session: Session) -> None:
    with pytest.raises(ValidationError):
        session.do(session.lead, "speaking", "next")
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "speaking", "next")


def test_a_hand_in_the_hall_is_entered_once(session: Session) -> None:
    session.do(session.lead, "speaking", "add", name="Nonna Pina")
    session.do(session.lead, "speaking", "add", name="nonna pina")
    assert names(session) == ["Nonna Pina"]


def test_someone_who_was_removed_leaves_the_queue(session: Session) -> None:
    session.do(session.amal, "speaking", "raise")
    session.do(session.lead, "moderation", "remove", id=str(session.amal.pk), reason="A test.")
    assert names(session) == []


def test_looking_asks_the_database_the_same_for_many(at_most: Callable[[str, int], None]) -> None:
    at_most("speaking", 3)
