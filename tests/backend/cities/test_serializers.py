"""What the API takes and tells about cities and groups."""

import pytest

from backend.cities.serializers import CityRow, GroupFounded, GroupRow, Invited, RoleGiven
from tests.factories import make_city, make_group

pytestmark = pytest.mark.django_db


def test_a_city_is_told_without_its_whole_map():
    row = CityRow(make_city("town")).data
    assert set(row) == {"id", "slug", "name", "country", "currency", "time_zone", "languages", "centre"}


def test_a_group_is_told_with_its_city_by_slug():
    assert GroupRow(make_group(make_city("town"), "Bocce")).data["city"] == "town"


@pytest.mark.parametrize(
    ("form", "data", "field"),
    [
        (GroupFounded, {"city": "town", "name": "x" * 121}, "name"),
        (GroupFounded, {"city": "town", "name": "Bocce", "kind": "castle"}, "kind"),
        (GroupFounded, {"name": "Bocce"}, "city"),
        (Invited, {"email": "nobody"}, "email"),
        (RoleGiven, {"person": "me", "role": "officer"}, "person"),
        (RoleGiven, {"person": "01890000-0000-7000-8000-000000000000", "role": "king"}, "role"),
    ],
)
def test_a_wrong_shape_is_told_at_its_field(form, data, field):
    asked = form(data=data)
    assert not asked.is_valid()
    assert list(asked.errors) == [field]
