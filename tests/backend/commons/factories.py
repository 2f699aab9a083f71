"""Places as the tests need them, made by the action itself."""

from typing import Any

from backend.cities.models import City
from backend.commons import actions
from backend.commons.models import Commons
from tests.factories import make_person


def make_place(city: City, name: str = "Giardini", *, state: str = "", **fields: Any) -> Commons:
    """A garden in the middle of the city, in a state by the table's own steps."""
    fields = {"kind": "garden", "lat": 45.07, "lng": 7.69, **fields}
    place = actions.add_commons(by=fields.pop("by", None) or make_person(), city=city, name={"it": name}, **fields)
    actions.follow(by=None, commons=place, to=state or place.state)
    return place
