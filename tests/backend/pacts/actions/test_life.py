"""A pact in force: commitments, reports, suspension and end."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from backend.pacts import actions
from backend.pacts.choices import CommitmentState
from backend.pacts.models import Pact
from tests.backend.pacts.factories import verbs

pytestmark = pytest.mark.django_db


class TestLife:
    def test_commitments_move_and_lateness_needs_a_reason(self, case):
        pact = case.in_force()
        row = actions.add_commitment(
            pact=pact, by=case.keeper, what="Sei panchine", parties=[case.party("group")], language="it"
        )
        with pytest.raises(ValidationError):
            actions.move_commitment(commitment=row, to=CommitmentState.LATE, by=case.keeper)
        actions.move_commitment(commitment=row, to=CommitmentState.LATE, by=case.keeper, reason="Rain.")
        actions.move_commitment(commitment=row, to=CommitmentState.KEPT, by=case.officer)
        assert verbs(row) == ["commitment.add", "commitment.late", "commitment.kept"]

    def test_a_report_is_handed_in_by_a_group_and_accepted_by_the_city(self, case):
        pact = case.in_force()
        texts = dict.fromkeys(("objectives", "actions", "results", "resources"), "Testo.")
        with pytest.raises(PermissionDenied):
            actions.report(pact=pact, by=case.officer, language="it", **texts)
        row = actions.report(pact=pact, by=case.keeper, language="it", **texts)
        assert row.state == "handed_in"
        with pytest.raises(PermissionDenied):
            actions.accept_report(report=row, by=case.keeper)
        actions.send_back_report(report=row, by=case.officer, reason="Which hours?")
        assert row.state == "draft"
        second = actions.report(pact=pact, by=case.keeper, language="it", **texts)
        actions.accept_report(report=second, by=case.officer)
        assert (second.state, second.accepted_by) == ("accepted", case.officer)

    def test_a_report_names_the_heading_that_is_empty(self, case):
        pact = case.in_force()
        with pytest.raises(ValidationError) as refused:
            actions.report(
                pact=pact, by=case.keeper, language="it", objectives="A", actions="", results="B", resources="C"
            )
        assert "actions" in refused.value.error_dict

    def test_suspending_resuming_and_ending_early(self, case):
        pact = case.in_force()
        with pytest.raises(PermissionDenied):
            actions.suspend(pact=pact, by=case.keeper, reason="Storm.")
        actions.suspend(pact=pact, by=case.officer, reason="Storm.")
        actions.resume(pact=pact, by=case.officer, reason="The storm is over.")
        actions.end(pact=pact, by=case.keeper, reason="We move away.")
        case.commons.refresh_from_db()
        assert (pact.state, case.commons.state) == ("ended_early", "looking")

    def test_on_its_last_day_it_has_ended(self, case):
        pact = case.in_force()
        Pact.objects.in_city(case.city).update(ends_on=timezone.localdate())
        pact.refresh_from_db()
        actions.end(pact=pact, by=case.officer, reason="")
        assert pact.state == "ended"
