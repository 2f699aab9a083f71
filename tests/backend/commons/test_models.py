"""Places as rows."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from backend.commons.choices import COMMONS_STEPS, CommonsState
from backend.commons.models import Commons
from tests.backend.commons.factories import make_place
from tests.factories import make_city

pytestmark = pytest.mark.django_db


def test_a_place_is_told_in_the_readers_language_else_in_english_else_as_it_is():
    place = make_place(make_city(), text={"it": "Quattordici alberi", "en": "Fourteen trees"})
    assert place.shown_text().text == "Fourteen trees"
    with translation.override("it"):
        assert place.shown_text().text == "Quattordici alberi"
    assert (str(place), place.shown_name().language) == ("Giardini", "it")


def test_a_place_is_on_earth_and_its_address_is_its_own():
    place = make_place(make_city())
    for field, value in (("lat", 91), ("lng", -181)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Commons.objects.across_cities().filter(pk=place.pk).update(**{field: value})
    with pytest.raises(IntegrityError), transaction.atomic():
        Commons.objects.create(city=place.city, slug=place.slug, name={}, kind="garden", lat=45, lng=7)


def test_the_quarter_has_its_own_name():
    city = make_city(
        map={"centre": [45.07, 7.69], "quarters": [{"key": "aurora", "name": "Aurora", "centre": [45, 7]}]}
    )
    assert make_place(city, quarter="aurora").quarter_name == "Aurora"
    assert make_place(city).quarter_name == ""


def test_every_state_has_its_steps_and_every_step_is_a_state():
    assert set(COMMONS_STEPS) == set(CommonsState)
    assert all(steps <= set(CommonsState.values) and state not in steps for state, steps in COMMONS_STEPS.items())
