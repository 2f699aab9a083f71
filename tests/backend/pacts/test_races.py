"""Two people at the same moment, on real connections: one wins, the other gets a kind no."""

import pytest
from django.core.exceptions import PermissionDenied

from backend.base.problems import Conflict
from backend.pacts import actions
from backend.pacts.models import Pact, Party, Proposal, Signature
from tests.backend.pacts.factories import Case
from tests.factories import make_officer
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_officers_who_answer_at_once_one_wins():
    case = Case()
    other = make_officer(case.city)
    case.review()

    def fresh():
        return Proposal.objects.across_cities().select_related("city", "commons", "group").get(pk=case.proposal.pk)

    found = at_once(
        lambda: actions.admit(proposal=fresh(), by=case.officer, reason="Yes."),
        lambda: actions.reject(proposal=fresh(), by=other, reason="No."),
    )
    lost = [one for one in found if isinstance(one, (Conflict, PermissionDenied))]
    assert len(lost) == 1
    case.proposal.refresh_from_db()
    assert case.proposal.state in {"co_design", "rejected"}
    assert Pact.objects.in_city(case.city).count() == (case.proposal.state == "co_design")


def test_a_support_pressed_twice_counts_once():
    case = Case()
    found = at_once(*[lambda: actions.support(proposal=case.proposal, by=case.neighbour)] * 2)
    assert [type(one).__name__ for one in found].count("Conflict") == 1
    assert case.proposal.supports.count() == 1


def test_a_party_that_signs_twice_at_once_has_signed_once():
    case = Case()
    case.admit()
    case.agree()
    case.freeze()
    digest, key = case.pact.latest().sha256, case.party("group").pk

    def sign():
        party = Party.objects.across_cities().select_related("pact__city", "group").get(pk=key)
        return actions.sign(party=party, by=case.keeper, sha256=digest, written_name="Nadia", capacity="Contact")

    found = at_once(sign, sign)
    assert [type(one).__name__ for one in found].count("Conflict") == 1
    assert Signature.objects.in_city(case.city).count() == 1


def test_the_last_two_signatures_at_once_bring_the_pact_into_force_once():
    case = Case()
    case.admit()
    case.agree()
    case.freeze()
    digest = case.pact.latest().sha256

    def sign(kind, person):
        party = Party.objects.across_cities().select_related("pact__city", "group").get(pact=case.pact, kind=kind)
        return actions.sign(party=party, by=person, sha256=digest, written_name="N", capacity="C")

    found = at_once(lambda: sign("city", case.officer), lambda: sign("group", case.keeper))
    assert all(isinstance(one, Signature) for one in found)
    case.pact.refresh_from_db()
    assert case.pact.state == "active"


def test_two_who_write_the_same_clause_at_once_lose_no_text():
    case = Case()
    pact = case.admit()

    def write(person, text):
        fresh = Pact.objects.across_cities().get(pk=pact.pk)
        return actions.edit_clause(pact=fresh, by=person, key="safety", text=text, base=1)

    found = at_once(lambda: write(case.officer, "Caschi."), lambda: write(case.keeper, "Guanti."))
    lost = [one for one in found if isinstance(one, actions.TextChanged)]
    assert len(lost) == 1
    assert {lost[0].mine, lost[0].theirs} == {"Caschi.", "Guanti."}
    assert pact.versions.count() == 2
