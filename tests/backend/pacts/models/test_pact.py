"""What the tables of pacts themselves hold."""

import pytest

from backend.pacts.models import Pact, Party
from tests.factories import make_group
from tests.refusing import refused

pytestmark = pytest.mark.django_db


def test_a_pact_has_one_city_and_each_group_once(case):
    pact = case.admit()
    refused(lambda: Party.objects.create(city=case.city, pact=pact, kind="city", name="Again"))
    refused(lambda: Party.objects.create(city=case.city, pact=pact, kind="group", group=case.group, name="Again"))
    refused(lambda: Party.objects.create(city=case.city, pact=pact, kind="group", name="Nobody"))
    refused(lambda: Party.objects.create(city=case.city, pact=pact, kind="city", group=make_group(case.city), name="X"))


def test_a_share_is_at_most_all(case):
    pact = case.admit()
    refused(lambda: Pact.objects.in_city(case.city).filter(pk=pact.pk).update(fund_share_bp=10_001))
