"""The agreed text is signed as equals, and no other."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from backend.base.models import JournalEntry
from backend.base.problems import Conflict
from backend.pacts import actions
from backend.pacts.models import Signature
from tests.backend.pacts.factories import told, verbs
from tests.factories import make_guest

pytestmark = pytest.mark.django_db


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
