"""The switches of a room's moderation: each with its reason, and what the main room holds in a group's."""

import pytest
from django.utils import timezone

from backend.base.problems import Conflict
from realtime.actions.states import change_state, end_turn, held, turned
from realtime.models import ToolState
from tests.realtime.sessions import Session


def test_the_reason_shown_is_that_of_the_strictest_switch_that_is_on() -> None:
    state = turned(turned({}, "locked", True, "We read."), "frozen", True, "A quarrel.")
    assert state["reason"] == "A quarrel."
    state = turned(state, "frozen", False)
    assert (state["frozen"], state["locked"], state["reason"]) == (False, True, "We read.")
    assert turned(state, "locked", False)["reason"] == ""


def test_two_causes_of_the_main_room_end_each_by_itself() -> None:
    state = held(held({}, "main", "A quarrel."), "back", "Come back.")
    assert (state["frozen"], state["reason"]) == (True, "A quarrel.")
    state = held(state, "main", "")
    assert (state["frozen"], state["reason"]) == (True, "Come back.")
    assert held(state, "back", "")["frozen"] is False


def test_a_state_that_others_change_all_the_time_is_told_as_busy(session: Session) -> None:
    def raced(state: dict[str, object]) -> dict[str, object]:
        row = ToolState.objects.get(room=session.room, tool="notes")
        ToolState.objects.filter(pk=row.pk).update(revision=row.revision + 1)
        return state

    with pytest.raises(Conflict):
        change_state(session.room, "notes", raced)


def test_a_turn_that_ends_counts_for_who_had_it_and_for_nobody_else() -> None:
    state = {"current": {"id": "a", "since": timezone.now().isoformat(), "round": True}, "round": {"done": []}}
    assert end_turn(state, of="b") is state
    over = end_turn(state)
    assert (over["current"], over["spoken"], over["round"]["done"]) == (None, ["a"], ["a"])
    assert over["heard"]["a"]["turns"] == 1
    assert end_turn(over) is over
