"""The whole way from a text to a pact in force, by the actions alone."""

import pytest

from backend.base.models import JournalEntry
from backend.pacts.choices import CommitmentState
from tests.backend.pacts.factories import Case

pytestmark = pytest.mark.django_db


def test_a_proposal_becomes_a_pact_in_force():
    case = Case()
    assert case.proposal.state == "published"
    pact = case.in_force()
    case.proposal.refresh_from_db()
    case.commons.refresh_from_db()
    assert (pact.state, case.proposal.state, case.commons.state) == ("active", "signed", "pact_in_force")
    assert pact.signed_at and pact.ends_on.year == pact.starts_on.year + 3
    verbs = set(JournalEntry.objects.values_list("verb", flat=True))
    assert {"proposal.submit", "proposal.admit", "party.agree", "pact.freeze", "pact.sign"} <= verbs
    assert CommitmentState.KEPT
