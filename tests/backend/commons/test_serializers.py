"""What the API takes and tells about places."""

import pytest

from backend.commons.serializers import Place, PlaceAdded, Step
from tests.backend.commons.factories import make_place
from tests.factories import make_city

pytestmark = pytest.mark.django_db


def test_a_place_is_told_in_all_its_languages():
    row = Place(make_place(make_city("town"), "Orto", access={"water": True, "note": {"it": "Cancello"}})).data
    assert row["city"] == "town"
    assert row["name"]["it"]["text"] == "Orto"
    assert row["access"]["water"] is True
    assert row["access"]["note"]["it"]["text"] == "Cancello"


@pytest.mark.parametrize(
    ("change", "field"),
    [({"lat": 200}, "lat"), ({"kind": "castle"}, "kind"), ({"name": "Orto"}, "name"), ({"owner": "me"}, "owner")],
)
def test_a_wrong_shape_is_told_at_its_field(change, field):
    asked = PlaceAdded(data={"city": "town", "name": {"it": "Orto"}, "kind": "garden", "lat": 45, "lng": 7, **change})
    assert not asked.is_valid()
    assert list(asked.errors) == [field]


def test_a_step_needs_no_reason():
    asked = Step(data={"to": "looking"})
    assert asked.is_valid()
    assert asked.validated_data == {"to": "looking", "reason": ""}
