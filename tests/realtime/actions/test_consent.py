"""How a check is counted, whatever was answered."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from realtime.actions.consent import counted, outcome_of
from realtime.choices import Outcome
from realtime.models import Ballot

ANSWERS = st.lists(st.sampled_from(["agree", "concern", "block"]), max_size=30)


@given(ANSWERS, st.integers(0, 20), st.integers(0, 20))
def test_whatever_is_answered_the_counts_add_up_and_one_block_stops(
    answers: list[str], others: int, quorum: int
) -> None:
    ballots = [Ballot(person_id=UUID(int=place), value=value) for place, value in enumerate(answers)]
    turnout = counted(ballots, {UUID(int=number): False for number in range(others)})
    assert turnout["agreed"] + turnout["concerns"] + turnout["blocks"] == turnout["answered"] == len(answers)
    assert turnout["assisted"] <= turnout["answered"] <= turnout["present"]
    outcome = outcome_of(turnout, quorum)
    assert (outcome == Outcome.TOO_FEW) == (len(answers) < max(1, quorum))
    if outcome != Outcome.TOO_FEW:
        assert (outcome == Outcome.BLOCKED) == ("block" in answers)
        assert (outcome == Outcome.AGREED) == (set(answers) == {"agree"})
