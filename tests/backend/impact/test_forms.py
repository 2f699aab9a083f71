"""The form of an observation: shape and types, places of this city only."""

import pytest

from backend.impact.forms import ObservationForm
from tests.backend.activities.factories import make_commons
from tests.factories import make_city

pytestmark = pytest.mark.django_db


def test_words_to_find_it_by_are_cut_at_the_commas():
    form = ObservationForm(
        {"text": "x", "kind": "story", "consent": "public", "tags": "shade, older people"}, city=make_city()
    )
    assert form.is_valid()
    assert form.cleaned_data["tags"] == ["shade", "older people"]


def test_a_place_of_another_city_can_not_be_chosen():
    city, other = make_city(), make_city()
    place = make_commons(other)
    sent = {"text": "x", "kind": "story", "consent": "public", "commons": place.slug}
    form = ObservationForm(sent, city=city)
    assert "commons" in form.errors


@pytest.mark.parametrize("field", ["text", "kind", "consent"])
def test_what_is_missing_is_said_at_its_field(field):
    sent = {"text": "x", "kind": "story", "consent": "public"} | {field: ""}
    assert field in ObservationForm(sent, city=make_city()).errors
