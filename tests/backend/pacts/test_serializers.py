"""What the API tells of a proposal and a pact, and what it never tells."""

import pytest

from backend.pacts import actions
from backend.pacts.models import Proposal
from backend.pacts.serializers import PactWhole, ProposalWhole, Words

pytestmark = pytest.mark.django_db


def test_authors_who_do_not_want_to_be_named_are_not(case):
    actions.credit(proposal=case.proposal, person=case.keeper, credited=False)
    told = ProposalWhole(Proposal.objects.in_city(case.city).for_list().get()).data
    assert told["authors"] == ["Samira"]
    assert case.keeper.email not in str(told)


def test_signatures_carry_the_hash_and_no_address(case):
    told = PactWhole(case.in_force()).data
    assert {row["sha256"] for row in told["version"]["signatures"]} == {told["version"]["sha256"]}
    assert case.officer.email not in str(told)


def test_free_text_is_handed_on_as_typed():
    assert Words().run_validation("  due  ") == "  due  "
