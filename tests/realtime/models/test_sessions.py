"""Plans have one name each for who saved them."""

import pytest

from realtime.models import SessionPlan
from tests.factories import make_city, make_facilitator
from tests.refusing import refused

pytestmark = pytest.mark.django_db


def test_a_name_is_given_once_to_a_persons_plans_in_a_city() -> None:
    city, other = make_city(), make_city()
    facts = {"city": city, "by": make_facilitator(city), "name": "Evening", "language": "en"}
    SessionPlan.objects.create(**facts)
    refused(lambda: SessionPlan.objects.create(**facts))
    SessionPlan.objects.create(**facts | {"by": make_facilitator(city, "Nadia")})
    SessionPlan.objects.create(**facts | {"city": other})
