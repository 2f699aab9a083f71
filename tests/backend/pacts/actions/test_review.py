"""The city's side of a proposal: taking it up and answering with reasons."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from backend.base.canonical import sha256
from backend.base.problems import Conflict
from backend.pacts import actions
from backend.pacts.models import Pact, Proposal
from tests.backend.pacts.factories import make_content, make_proposal, make_torino, told
from tests.factories import make_officer

pytestmark = pytest.mark.django_db


class TestReview:
    def test_an_early_review_below_the_support_needs_a_reason(self, case):
        with pytest.raises(ValidationError) as refused:
            actions.take_up(proposal=case.proposal, by=case.officer)
        assert "reason" in refused.value.error_dict
        actions.take_up(proposal=case.proposal, by=case.officer, reason="It is urgent.")
        assert case.proposal.state == "under_assessment"

    def test_after_the_window_no_reason_is_needed(self, case):
        Proposal.objects.in_city(case.city).update(due_on=timezone.localdate() - dt.timedelta(1))
        case.proposal.refresh_from_db()
        actions.take_up(proposal=case.proposal, by=case.officer)
        assert case.proposal.state == "under_assessment"

    def test_a_window_that_ended_with_enough_support_closes_by_itself(self, case):
        Proposal.objects.in_city(case.city).update(due_on=timezone.localdate() - dt.timedelta(1), supports_needed=1)
        assert actions.close_windows() == 0
        actions.support(proposal=case.proposal, by=case.neighbour)
        assert actions.close_windows() == 1
        assert actions.close_windows() == 0
        case.proposal.refresh_from_db()
        assert case.proposal.state == "under_assessment"
        assert told(case.officer, "proposal_review")

    def test_an_open_window_does_not_close_by_itself(self, case):
        Proposal.objects.in_city(case.city).update(supports_needed=0)
        assert actions.close_windows() == 0

    def test_neighbours_do_not_decide(self, case):
        case.review()
        for step in (actions.reject, actions.redirect, actions.admit):
            with pytest.raises(PermissionDenied):
                step(proposal=case.proposal, by=case.neighbour, reason="Yes")

    def test_an_officer_does_not_decide_about_what_they_handed_in(self):
        city = make_torino()
        officer, other = make_officer(city), make_officer(city)
        proposal = make_proposal(city, by=officer)
        actions.take_up(proposal=proposal, by=other, reason="Now.")
        with pytest.raises(PermissionDenied):
            actions.admit(proposal=proposal, by=officer, reason="Mine.")
        actions.admit(proposal=proposal, by=other, reason="It fits.")

    def test_a_yes_begins_the_pact_with_both_parties_and_filled_clauses(self, case):
        pact = case.admit()
        assert (case.proposal.state, case.proposal.decision) == ("co_design", "It fits.")
        assert {party.kind for party in pact.parties.all()} == {"city", "group"}
        version = pact.latest()
        assert actions.missing(pact, version) == []
        aims = version.clauses.get(key="aims")
        assert aims.text["it"]["text"] == "Un luogo dove restare, anche a luglio."
        assert aims.block_ids == ["b2"]
        assert version.clauses.get(key="roles").text["it"]["text"] == "- Sei panchine con lo schienale."
        assert "15%" in version.clauses.get(key="self_financing").text["en"]["text"]
        assert case.group.name in version.clauses.get(key="parties").text["it"]["text"]

    def test_a_no_has_reasons_and_can_be_looked_at_again(self, case):
        case.review()
        with pytest.raises(ValidationError):
            actions.reject(proposal=case.proposal, by=case.officer, reason="  ")
        actions.reject(proposal=case.proposal, by=case.officer, reason="The trees are too young.")
        assert told(case.neighbour, "proposal_rejected")
        actions.appeal(proposal=case.proposal, by=case.keeper, text="We found other trees.")
        assert case.proposal.state == "in_review"
        actions.decide_appeal(proposal=case.proposal, by=case.officer, accept=True, reason="Right.")
        assert case.proposal.state == "under_assessment"

    def test_a_second_look_can_end_in_the_same_no(self, case):
        case.review()
        actions.reject(proposal=case.proposal, by=case.officer, reason="No.")
        actions.appeal(proposal=case.proposal, by=case.keeper, text="Please.")
        actions.decide_appeal(proposal=case.proposal, by=case.officer, accept=False, reason="Still no.")
        assert (case.proposal.state, case.proposal.decision) == ("rejected", "Still no.")

    def test_an_appeal_after_its_days_is_refused(self, case):
        case.review()
        actions.reject(proposal=case.proposal, by=case.officer, reason="No.")
        Proposal.objects.in_city(case.city).update(due_on=timezone.localdate() - dt.timedelta(1))
        case.proposal.refresh_from_db()
        with pytest.raises(ValidationError):
            actions.appeal(proposal=case.proposal, by=case.keeper, text="Please.")

    def test_a_redirected_proposal_comes_back_as_its_next_version(self, case):
        case.review()
        actions.redirect(proposal=case.proposal, by=case.officer, reason="This is a concession.")
        content = make_content("Solo le siepi.")
        actions.resubmit(proposal=case.proposal, by=case.keeper, content=content, sha256=sha256(content))
        assert case.proposal.state == "published"
        assert case.proposal.versions.count() == 2

    def test_the_second_of_two_officers_gets_a_conflict(self, case):
        case.review()
        other = make_officer(case.city)
        stale = Proposal.objects.in_city(case.city).get()
        actions.admit(proposal=case.proposal, by=case.officer, reason="Yes.")
        with pytest.raises(Conflict) as second:
            actions.reject(proposal=stale, by=other, reason="No.")
        assert second.value.code == "moved_meanwhile"
        case.proposal.refresh_from_db()
        assert case.proposal.state == "co_design"
        assert Pact.objects.in_city(case.city).count() == 1

    @pytest.mark.parametrize(("field", "given"), [("form", {"form": "foundation"}), ("years", {"years": 40})])
    def test_terms_outside_the_regulation_are_refused_at_their_field(self, case, field, given):
        case.review()
        with pytest.raises(ValidationError) as refused:
            actions.admit(proposal=case.proposal, by=case.officer, reason="Yes.", **given)
        assert field in refused.value.error_dict
        case.proposal.refresh_from_db()
        assert case.proposal.state == "under_assessment"


def test_what_a_group_decided_is_kept_as_counts(case):
    made = actions.record_decision(
        by=case.keeper,
        city=case.city,
        question="Siamo d'accordo?",
        text_sha256="a" * 64,
        turnout={"count": 23},
        result={"agree": 20, "concerns": 3, "block": 0},
    )
    actions.attach_decision(decision=made, proposal=case.proposal, by=case.keeper)
    assert case.proposal.decisions.get().result["agree"] == 20
