"""What a city's regulation says."""

import pytest

from backend.pacts.models import Rules
from tests.backend.pacts.factories import make_torino
from tests.factories import make_city

pytestmark = pytest.mark.django_db


class TestRules:
    def test_they_are_read_from_the_regulation(self):
        rules = Rules.of(make_torino())
        assert rules.publish_at_once
        assert (rules.supports_needed("ordinary"), rules.supports_needed("complex")) == (100, 150)
        assert (rules.days("public_window"), rules.max_years("ordinary")) == (28, 3)
        assert "safety" in rules.mandatory("ordinary")
        assert "guarantees" not in rules.mandatory("ordinary")
        assert rules.form("foundation") is None
        assert rules.article_for("safety")["number"] == 27
        assert rules.name_of("safety") == "Safety"

    def test_a_city_without_a_regulation_gets_plain_defaults(self):
        rules = Rules.of(make_city())
        assert not rules.publish_at_once
        assert (rules.days("signing"), rules.supports_needed("ordinary"), rules.forms()) == (30, 0, [])

    @pytest.mark.parametrize(
        ("required", "form", "kind", "needed"),
        [
            (False, "pact", "building", False),
            ("complex", "pact", "garden", True),
            ("complex", "ordinary", "garden", False),
            ("buildings", "ordinary", "shop", True),
            ("buildings", "pact", "garden", False),
        ],
    )
    def test_when_an_informal_group_needs_a_guarantor(self, required, form, kind, needed):
        rules = Rules.of(make_torino(guarantor={"required": required}))
        assert rules.needs_guarantor(form, kind) is needed
