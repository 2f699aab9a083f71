"""The shapes of activities and outputs in JSON."""

import pytest

from backend.activities.serializers import ActivityIn, MakerOut, PhotoOut
from tests.backend.activities.factories import Workshop
from tests.factories import make_city

pytestmark = pytest.mark.django_db


def test_a_time_with_an_offset_is_kept_and_one_without_is_the_citys():
    city = make_city()
    shape = ActivityIn(
        data={"city": city.slug, "title": "x", "starts_at": "2030-01-01T10:00", "ends_at": "2030-01-01T12:00+00:00"}
    )
    shape.is_valid(raise_exception=True)
    assert shape.validated_data["starts_at"].isoformat() == "2030-01-01T10:00:00+01:00"
    assert shape.validated_data["ends_at"].isoformat() == "2030-01-01T12:00:00+00:00"


def test_a_closed_city_is_no_city():
    city = make_city(is_open=False)
    shape = ActivityIn(
        data={"city": city.slug, "title": "x", "starts_at": "2030-01-01T10:00", "ends_at": "2030-01-01T12:00"}
    )
    assert not shape.is_valid()
    assert "city" in shape.errors


def test_a_maker_is_a_name_and_a_part_and_nothing_else():
    shop = Workshop(make_city())
    part = shop.output.contributions.create(city=shop.city, person=shop.maker, consented=True, language="en")
    assert set(MakerOut(part).data) == {"id", "name", "role", "credit"}
    assert MakerOut(part).data["name"] == "Marco"


def test_a_picture_lists_every_file():
    shop = Workshop(make_city())
    photo = shop.output.photos.create(
        city=shop.city, alt="x", path="pictures/a", widths=[400, 800], width=800, height=600, by=shop.maker
    )
    assert PhotoOut(photo).data["files"]["800"] == {
        "webp": "/media/pictures/a/800.webp",
        "jpg": "/media/pictures/a/800.jpg",
    }
