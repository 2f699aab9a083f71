"""What the database itself refuses."""

import pytest

from backend.impact.models import Indicator, Measurement
from tests.backend.activities.factories import make_pact
from tests.backend.impact.factories import make_indicator, make_study
from tests.factories import make_city, make_group
from tests.refusing import refused

pytestmark = pytest.mark.django_db


def test_a_key_names_one_indicator_of_a_city_and_one_of_each_pact():
    city = make_city()
    pact = make_pact(city, make_group(city))
    rows = Indicator.objects.in_city(city)
    for about in (None, pact):
        rows.create(city=city, pact=about, key="k", name="K", language="en")
        refused(lambda about=about: rows.create(city=city, pact=about, key="k", name="K", language="en"))


def test_a_day_has_one_value_and_a_margin_is_not_negative():
    indicator = make_indicator(make_city(), now=(1, 9))
    facts = {"city": indicator.city, "indicator": indicator, "value": 2, "by": make_study(indicator.city).by}
    taken = indicator.measurements.get().day
    refused(lambda: Measurement.objects.in_city(indicator.city).create(day=taken, **facts))
    refused(lambda: Measurement.objects.in_city(indicator.city).create(day="2026-08-01", margin=-1, **facts))


def test_things_say_what_they_are():
    city = make_city()
    assert str(make_study(city, title="Gardens")) == "Gardens"
    assert str(make_indicator(city, name="Sat here")) == "Sat here"
