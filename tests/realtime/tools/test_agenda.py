"""Steps and the clock."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.realtime.tools.conftest import Session


def test_the_session_goes_from_step_to_step_and_ends(session: Session) -> None:
    seen = session.see(session.amal, "agenda")
    assert seen["now"] is None
    steps = len(seen["steps"])
    for place in range(steps):
        session.do(session.lead, "agenda", "next")
        seen = session.see(session.amal, "agenda")
        assert seen["now"] == place
        assert [step["state"] for step in seen["steps"]].count("done") == place
    session.do(session.lead, "agenda", "next")
    assert session.see(session.amal, "agenda")["now"] is None
    assert {step["state"] for step in session.see(session.amal, "agenda")["steps"]} == {"done"}
    with pytest.raises(ValidationError):
        session.do(session.lead, "agenda", "next")
    session.do(session.lead, "agenda", "back")
    assert session.see(session.amal, "agenda")["now"] == steps - 1


def test_more_time_moves_the_end(session: Session) -> None:
    session.do(session.lead, "agenda", "next")
    before = datetime.fromisoformat(session.see(session.amal, "agenda")["ends_at"])
    session.do(session.lead, "agenda", "extend", minutes="5")
    after = datetime.fromisoformat(session.see(session.amal, "agenda")["ends_at"])
    assert (after - before).total_seconds() == pytest.approx(300, abs=1)


@pytest.mark.parametrize("minutes", [0, -5, 10_000, "x", "", "1.5"])
def test_odd_minutes_are_refused(session: Session, minutes: object) -> None:
    session.do(session.lead, "agenda", "next")
    with pytest.raises(ValidationError):
        session.do(session.lead, "agenda", "extend", minutes=minutes)


def test_before_the_first_step_there_is_no_way_back_and_no_clock(session: Session) -> None:
    for command in ("back", "extend"):
        with pytest.raises(ValidationError):
            session.do(session.lead, "agenda", command, minutes=5)


def test_only_the_leader_turns_the_page(session: Session) -> None:
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "agenda", "next")


def test_looking_asks_the_database_the_same_for_many(at_most: Callable[[str, int], None]) -> None:
    at_most("agenda", 3)
