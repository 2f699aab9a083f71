"""Every state of a table can be reached."""

import pytest

from backend.pacts.choices import COMMITMENT_STEPS, PACT_STEPS, PROPOSAL_STEPS, REPORT_STEPS, PactState, ProposalState

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("steps", [PROPOSAL_STEPS, PACT_STEPS, COMMITMENT_STEPS, REPORT_STEPS])
def test_every_state_of_a_table_can_be_reached(steps):
    reached, waiting = set(), [next(iter(steps))]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting += steps.get(state, ())
    assert set(steps) <= reached


def test_every_state_can_be_reached_by_some_step():
    for states, steps in ((ProposalState, PROPOSAL_STEPS), (PactState, PACT_STEPS)):
        assert set(states) == set(steps) | {to for targets in steps.values() for to in targets}
