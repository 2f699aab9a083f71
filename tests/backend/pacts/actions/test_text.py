"""The text of a pact is written together, and agreed to exactly."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from backend.base.canonical import sha256
from backend.base.problems import Conflict
from backend.pacts import actions
from tests.backend.pacts.factories import Case, make_keeper, told
from tests.factories import make_group

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
