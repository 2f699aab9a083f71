"""What the tables themselves hold, and what a city's regulation says."""

import pytest
from django.db import IntegrityError, transaction

from backend.pacts.choices import COMMITMENT_STEPS, PACT_STEPS, PROPOSAL_STEPS, REPORT_STEPS, PactState, ProposalState
from backend.pacts.models import Authorship, Pact, Party, Rules, Support
from tests.backend.pacts.factories import make_torino
from tests.factories import make_city, make_group

pytestmark = pytest.mark.django_db


def refused(make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


def test_a_person_supports_and_writes_once(case):
    given = {"city": case.city, "proposal": case.proposal}
    Support.objects.create(person=case.neighbour, **given)
    refused(lambda: Support.objects.create(person=case.neighbour, **given))
    refused(lambda: Authorship.objects.create(person=case.neighbour, **given))


def test_a_pact_has_one_city_and_each_group_once(case):
    pact = case.admit()
    refused(lambda: Party.objects.create(city=case.city, pact=pact, kind="city", name="Again"))
    refused(lambda: Party.objects.create(city=case.city, pact=pact, kind="group", group=case.group, name="Again"))
    refused(lambda: Party.objects.create(city=case.city, pact=pact, kind="group", name="Nobody"))
    refused(lambda: Party.objects.create(city=case.city, pact=pact, kind="city", group=make_group(case.city), name="X"))


def test_a_share_is_at_most_all(case):
    pact = case.admit()
    refused(lambda: Pact.objects.in_city(case.city).filter(pk=pact.pk).update(fund_share_bp=10_001))


@pytest.mark.parametrize("steps", [PROPOSAL_STEPS, PACT_STEPS, COMMITMENT_STEPS, REPORT_STEPS])
def test_every_state_of_a_table_can_be_reached(steps):
    reached, waiting = set(), [next(iter(steps))]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting += steps.get(state, ())
    assert set(steps) <= reached


def test_every_state_can_be_reached_by_some_step():
    for states, steps in ((ProposalState, PROPOSAL_STEPS), (PactState, PACT_STEPS)):
        assert set(states) == set(steps) | {to for targets in steps.values() for to in targets}


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
