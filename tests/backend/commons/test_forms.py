"""Finding places and telling about one."""

import pytest

from backend.base.geo import Box
from backend.commons.forms import FindForm, OgcForm, PlaceForm, StateForm
from tests.factories import make_city

pytestmark = pytest.mark.django_db

MAP = {"centre": [45.07, 7.69], "quarters": [{"key": "aurora", "name": "Aurora", "centre": [45.08, 7.68]}]}


def test_what_the_form_does_not_know_counts_as_not_asked():
    city = make_city(map=MAP)
    asked = FindForm({"q": "orto", "kind": "castle", "quarter": "zzz", "bbox": "here"}, city=city).asked()
    assert asked == {"q": "orto", "state": "", "step_free": False}
    assert FindForm({"bbox": "7,45,8,46", "quarter": "aurora"}, city=city).asked()["bbox"] == Box(45, 7, 46, 8)


def test_a_place_without_a_point_stands_in_its_quarter():
    form = PlaceForm({"name": "Orto", "kind": "garden", "quarter": "aurora", "owner": "city"}, city=make_city(map=MAP))
    assert form.is_valid()
    assert (form.cleaned_data["lat"], form.cleaned_data["lng"]) == (45.08, 7.68)
    assert form.facts("it")["name"] == {"it": "Orto"}


@pytest.mark.parametrize(("field", "value"), [("lat", "91"), ("lng", "x"), ("kind", "castle"), ("name", "")])
def test_a_wrong_value_is_told_at_its_field(field, value):
    data = {"name": "Orto", "kind": "garden", "quarter": "aurora", "owner": "city", "lat": "45", "lng": "7"}
    form = PlaceForm({**data, field: value}, city=make_city(map=MAP))
    assert list(form.errors) == [field]


def test_a_state_is_one_of_the_table():
    assert StateForm({"to": "looking"}).is_valid()
    assert not StateForm({"to": "sold"}).is_valid()


def test_programs_ask_for_a_thousand_places_at_most():
    assert OgcForm({"limit": "1000"}).is_valid()
    assert not OgcForm({"limit": "1001"}).is_valid()
