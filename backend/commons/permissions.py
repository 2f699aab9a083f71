"""Who may put a place on the map, and who keeps what it says."""

from typing import Any

from backend.cities.models import City
from backend.cities.permissions import can_join_city, has_city_role
from backend.commons.choices import CommonsState
from backend.commons.models import Commons
from backend.people.choices import Role

KEEPERS = (Role.OFFICER, Role.FACILITATOR, Role.ADMIN)


def can_add_commons(person: Any, city: City) -> bool:
    """Anyone with an account may tell about a place."""
    return can_join_city(person, city)


def can_edit_commons(person: Any, commons: Commons) -> bool:
    """The city's officers and facilitators; whoever told about it, while nobody cares for it yet."""
    if has_city_role(person, commons.city, *KEEPERS):
        return True
    own = person is not None and commons.added_by_id is not None and commons.added_by_id == person.pk
    return own and commons.state in {CommonsState.MAPPED, CommonsState.LOOKING}


def can_change_state(person: Any, commons: Commons) -> bool:
    return has_city_role(person, commons.city, *KEEPERS)


def abilities(person: Any, commons: Commons) -> dict[str, bool]:
    return {
        "edit": can_edit_commons(person, commons),
        "change_state": can_change_state(person, commons),
    }
