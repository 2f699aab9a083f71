"""Pacts that were signed on paper."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from backend.pacts import actions
from backend.pacts.models import Pact

pytestmark = pytest.mark.django_db


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
