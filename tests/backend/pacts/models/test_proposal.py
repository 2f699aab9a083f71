"""What the tables of proposals themselves hold."""

import pytest

from backend.pacts.models import Authorship, Support
from tests.refusing import refused

pytestmark = pytest.mark.django_db


def test_a_person_supports_and_writes_once(case):
    given = {"city": case.city, "proposal": case.proposal}
    Support.objects.create(person=case.neighbour, **given)
    refused(lambda: Support.objects.create(person=case.neighbour, **given))
    refused(lambda: Authorship.objects.create(person=case.neighbour, **given))
