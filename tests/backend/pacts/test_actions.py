"""Every step of a pact: what it does, who may, and what it refuses with which words."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from backend.base.canonical import sha256
from backend.base.models import JournalEntry
from backend.base.problems import Conflict
from backend.conversations.choices import PostKind
from backend.pacts import actions
from backend.pacts.actions.support import KINDS
from backend.pacts.choices import NEWS as PACT_NEWS
from backend.pacts.choices import CommitmentState
from backend.pacts.models import Pact, Signature
from backend.people.choices import NEWS
from tests.backend.pacts.factories import Case, make_keeper, told, verbs
from tests.factories import make_group, make_guest

pytestmark = pytest.mark.django_db


class TestText:
    def test_an_edit_is_a_new_version_and_voids_agreement(self, case):
        pact = case.admit()
        actions.agree(party=case.party("city"), by=case.officer, sha256=pact.latest().sha256)
        version = actions.edit_clause(pact=pact, by=case.keeper, key="safety", text="Guanti.", base=1, reason="Rischi.")
        assert (version.number, version.reason) == (2, "Rischi.")
        assert pact.versions.count() == 2
        assert case.party("city").agreed_version is None
        assert version.sha256 == sha256(version.content)

    def test_a_clause_that_changed_meanwhile_is_refused_with_both_texts(self, case):
        pact = case.admit()
        actions.edit_clause(pact=pact, by=case.keeper, key="safety", text="Guanti.", base=1)
        with pytest.raises(actions.TextChanged) as refused:
            actions.edit_clause(pact=pact, by=case.officer, key="safety", text="Caschi.", base=1)
        assert (refused.value.theirs, refused.value.mine) == ("Guanti.", "Caschi.")
        assert pact.latest().clauses.get(key="safety").text["it"]["text"] == "Guanti."

    def test_another_clause_that_changed_meanwhile_does_not_matter(self, case):
        pact = case.admit()
        actions.edit_clause(pact=pact, by=case.keeper, key="safety", text="Guanti.", base=1)
        version = actions.edit_clause(pact=pact, by=case.officer, key="openness", text="Aperto.", base=1)
        texts = {clause.key: clause.text["it"]["text"] for clause in version.clauses.all()}
        assert (texts["safety"], texts["openness"]) == ("Guanti.", "Aperto.")

    def test_strangers_do_not_change_the_text(self, case):
        pact = case.admit()
        with pytest.raises(PermissionDenied):
            actions.edit_clause(pact=pact, by=case.neighbour, key="safety", text="Niente.", base=1)

    def test_a_party_comes_in_and_all_agree_anew(self, case):
        pact = case.admit()
        case.agree()
        group = make_group(case.city, "Legno Vivo", kind="cooperative")
        keeper = make_keeper(group)
        actions.add_party(pact=pact, by=case.keeper, group=group)
        pact.refresh_from_db()
        assert pact.state == "co_design"
        assert told(keeper, "party_added")
        with pytest.raises(Conflict):
            actions.add_party(pact=pact, by=case.keeper, group=group)
        actions.leave_as_party(party=pact.parties.get(group=group), by=keeper, reason="No time.")
        assert pact.parties.count() == 2

    def test_the_last_group_ends_the_talks_instead_of_leaving(self, case):
        case.admit()
        with pytest.raises(ValidationError):
            actions.leave_as_party(party=case.party("group"), by=case.keeper, reason="No time.")

    def test_a_clause_is_added_at_its_place_and_can_go_again(self, case):
        pact = case.admit()
        version = actions.add_clause(pact=pact, by=case.keeper, key="coordination", text="Una volta al mese.")
        keys = list(version.clauses.values_list("key", flat=True))
        assert keys.index("coordination") == len(keys) - 2
        version = actions.drop_clause(pact=pact, by=case.keeper, key="coordination", reason="Too much.")
        assert not version.clauses.filter(key="coordination").exists()
        with pytest.raises(ValidationError):
            actions.drop_clause(pact=pact, by=case.keeper, key="safety", reason="Too much.")

    def test_a_yes_is_to_the_exact_text(self, case):
        pact = case.admit()
        read = pact.latest().sha256
        actions.edit_clause(pact=pact, by=case.keeper, key="safety", text="Guanti.", base=1)
        with pytest.raises(actions.TextChanged):
            actions.agree(party=case.party("city"), by=case.officer, sha256=read)

    def test_a_yes_needs_every_mandatory_clause(self, case):
        pact = case.admit()
        clause = pact.latest().clauses.get(key="safety")
        clause.text = {}
        clause.save()
        with pytest.raises(ValidationError, match="Sicurezza"):
            actions.agree(party=case.party("city"), by=case.officer, sha256=pact.latest().sha256)

    def test_an_informal_group_needs_a_guarantor_where_the_regulation_says_so(self):
        case = Case(guarantor={"required": "complex"})
        pact = case.admit(form="pact")
        with pytest.raises(ValidationError, match="informal group"):
            actions.agree(party=case.party("city"), by=case.officer, sha256=pact.latest().sha256)

    def test_nobody_says_yes_for_another_party(self, case):
        pact = case.admit()
        with pytest.raises(PermissionDenied):
            actions.agree(party=case.party("group"), by=case.officer, sha256=pact.latest().sha256)

    def test_new_terms_are_a_new_text(self, case):
        pact = case.admit()
        version = actions.set_terms(pact=pact, by=case.keeper, years=1, fund_share_bp=2000)
        assert version.content["years"] == 1
        with pytest.raises(ValidationError):
            actions.set_terms(pact=pact, by=case.keeper, years=9, fund_share_bp=2000)

    def test_talks_can_end_and_be_taken_up_again(self, case):
        pact = case.admit()
        actions.give_up(pact=pact, by=case.keeper, reason="We disagree about the keys.")
        case.proposal.refresh_from_db()
        assert case.proposal.state == "co_design_failed"
        pact = actions.restart(pact=pact, by=case.officer, reason="We found a way.")
        assert pact.state == "co_design"


class TestSigning:
    def test_the_last_signature_brings_the_pact_into_force(self, case):
        pact = case.in_force()
        case.proposal.refresh_from_db()
        case.commons.refresh_from_db()
        assert (pact.state, case.proposal.state, case.commons.state) == ("active", "signed", "pact_in_force")
        assert pact.ends_on == pact.starts_on.replace(year=pact.starts_on.year + 3) - dt.timedelta(1)
        assert {"pact.freeze", "pact.sign", "pact.signed", "pact.active"} <= set(verbs(pact))
        assert told(case.neighbour, "pact_active")

    def test_only_the_city_opens_the_signing(self, case):
        case.admit()
        case.agree()
        with pytest.raises(PermissionDenied):
            actions.freeze(pact=case.pact, by=case.keeper)

    def test_signing_twice_is_refused(self, case):
        case.admit()
        case.agree()
        case.freeze()
        case.sign("group")
        with pytest.raises(Conflict) as twice:
            case.sign("group")
        assert twice.value.code == "signed_already"
        assert Signature.objects.in_city(case.city).count() == 1

    def test_who_does_not_act_for_the_party_does_not_sign_for_it(self, case):
        case.admit()
        case.agree()
        case.freeze()
        for person in (case.neighbour, case.officer, make_guest()):
            with pytest.raises(PermissionDenied):
                actions.sign(
                    party=case.party("group"),
                    by=person,
                    sha256=case.pact.latest().sha256,
                    written_name="Nadia",
                    capacity="Contact",
                )

    def test_a_text_that_changed_meanwhile_is_not_signed(self, case):
        case.admit()
        case.agree()
        case.freeze()
        read = case.pact.latest().sha256
        actions.edit_clause(pact=case.pact, by=case.officer, key="safety", text="Caschi.", base=1)
        with pytest.raises(actions.TextChanged):
            actions.sign(party=case.party("group"), by=case.keeper, sha256=read, written_name="N", capacity="C")

    def test_a_changed_clause_voids_the_signatures_given_so_far_and_tells_each(self, case):
        case.admit()
        case.agree()
        case.freeze()
        case.sign("group")
        actions.edit_clause(pact=case.pact, by=case.officer, key="safety", text="Caschi.", base=1)
        case.pact.refresh_from_db()
        assert case.pact.state == "co_design"
        assert told(case.keeper, "signature_void")
        assert JournalEntry.objects.filter(verb="signature.void").count() == 1
        case.agree()
        case.freeze()
        case.sign("group")
        case.sign("city")
        assert case.pact.state == "active"

    def test_before_the_freeze_nothing_is_signed(self, case):
        case.admit()
        with pytest.raises(Conflict):
            case.sign("group")

    @pytest.mark.parametrize("field", ["written_name", "capacity"])
    def test_a_name_and_a_role_are_needed(self, case, field):
        case.admit()
        case.agree()
        case.freeze()
        given = {"written_name": "Nadia", "capacity": "Contact", field: " "}
        with pytest.raises(ValidationError) as refused:
            actions.sign(party=case.party("group"), by=case.keeper, sha256=case.pact.latest().sha256, **given)
        assert field in refused.value.error_dict


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


class TestImporting:
    def given(self, case, **changes):
        defaults = {
            "by": case.officer,
            "city": case.city,
            "reference": "TO-2019-003",
            "title": "La sala di lettura",
            "language": "it",
            "parties": [
                {"group": None, "written_name": "Paola G.", "capacity": "Dirigente", "place": "in biblioteca"},
                {"group": case.group, "written_name": "Nadia B.", "capacity": "Referente"},
            ],
            "clauses": [{"key": "object", "article": 8, "text": {"it": "La sala.", "en": "The room."}}],
            "signed_at": timezone.now() - dt.timedelta(400),
            "years": 3,
            "fund_share_bp": 1500,
        }
        return {**defaults, **changes}

    def test_a_pact_signed_on_paper_enters_the_register_with_its_papers(self, case):
        pact = actions.import_pact(**self.given(case, commons=case.commons))
        assert (pact.state, pact.origin) == ("active", "imported")
        version = pact.latest()
        assert version.frozen_at == pact.signed_at
        assert {row.way for row in version.signatures.all()} == {"paper"}
        assert Pact.objects.in_city(case.city).registered().get() == pact

    def test_only_the_citys_officers_import(self, case):
        with pytest.raises(PermissionDenied):
            actions.import_pact(**self.given(case, by=case.keeper))

    @pytest.mark.parametrize("field", ["parties", "clauses"])
    def test_without_parties_or_clauses_it_is_no_pact(self, case, field):
        with pytest.raises(ValidationError) as refused:
            actions.import_pact(**self.given(case, **{field: []}))
        assert field in refused.value.error_dict


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


def test_every_notification_has_its_words():
    texts = "".join(path.read_text() for path in Path("backend/pacts/actions").glob("*.py"))
    kinds = set(re.findall(r'notices\.tell\([^"]*"([a-z_]+)"', texts))
    said = {f"proposal_{kind}" for kind in (*KINDS, PostKind.ANSWER)} | {"proposal_rejected", "proposal_reformulate"}
    assert kinds
    assert kinds | said <= set(NEWS)
    assert set(PACT_NEWS) <= set(NEWS)
