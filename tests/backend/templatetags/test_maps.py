"""The drawn map of a city."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.cities.actions import CITIES, load_city
from backend.templatetags import maps
from tests.backend.commons.factories import make_place


@pytest.mark.django_db
@pytest.mark.parametrize("slug", CITIES)
def test_the_map_of_each_city_is_a_drawing_of_a_few_kilobytes(slug):
    city = load_city(slug=slug)
    lat, lng = city.map["centre"]
    places = [make_place(city, f"Place {n}", lat=lat + n / 1000, lng=lng, state="looking") for n in range(6)]
    drawing = str(maps.city_map(city, places, "Map"))
    ET.fromstring(drawing.replace("&#x27;", "'"))
    assert drawing.count("<a href=") == 6
    assert len(drawing) < 11_000
    assert "nan" not in drawing


@given(st.lists(st.tuples(st.floats(0, 800), st.floats(0, 800)), max_size=12))
def test_pins_that_would_cover_each_other_are_pushed_apart(points):
    spots = [list(point) for point in points]
    maps._apart(spots)
    assert len(spots) == len(points)
    if len(points) == 2:
        (ax, ay), (bx, by) = spots
        assert ((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5 >= maps.PIN_GAP - 1
