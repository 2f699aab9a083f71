"""Who may do what in a city and its groups; the roles that every other app asks about."""

from typing import Any

from backend.cities.choices import GroupKind
from backend.cities.models import City, Group
from backend.people.choices import CITY_ROLES, Role, Scope
from backend.people.permissions import can_grant, is_present, is_site_admin

# Who keeps a group: may change it, invite, and speak for it.
KEEPERS = frozenset({Role.STEWARD, Role.CONTACT})


def city_roles(person: Any, city: City) -> frozenset[str]:
    """Roles in `city`; the site's administrator is one of every city."""
    if not is_present(person):
        return frozenset()
    place = (str(Scope.CITY), str(city.pk))
    own = frozenset(role for kind, key, role in person.held_roles if (kind, key) == place)
    return own | {Role.ADMIN} if is_site_admin(person) else own


def has_city_role(person: Any, city: City, *roles: str) -> bool:
    """Whether `person` holds one of `roles` in `city`."""
    return not city_roles(person, city).isdisjoint(roles)


def group_roles(person: Any, group: Group) -> frozenset[str]:
    if not is_present(person):
        return frozenset()
    place = (str(Scope.GROUP), str(group.pk))
    return frozenset(role for kind, key, role in person.held_roles if (kind, key) == place)


def is_member(person: Any, group: Group) -> bool:
    return bool(group_roles(person, group))


def can_act_for(person: Any, group: Group) -> bool:
    """Sign, sell and speak in the group's name: its keepers; for the city's office, its officers."""
    if group.kind == GroupKind.OFFICE:
        return has_city_role(person, group.city, Role.OFFICER, Role.DECIDER)
    return not group_roles(person, group).isdisjoint(KEEPERS)


def can_join_city(person: Any, city: City) -> bool:
    return is_present(person) and person.has_account and city.is_open


def can_found_group(person: Any, city: City) -> bool:
    return can_join_city(person, city)


def can_edit_group(person: Any, group: Group) -> bool:
    if group.kind == GroupKind.OFFICE:
        return has_city_role(person, group.city, Role.ADMIN)
    return can_act_for(person, group)


def can_invite_member(person: Any, group: Group) -> bool:
    return group.kind != GroupKind.OFFICE and can_act_for(person, group)


def can_remove_member(person: Any, group: Group) -> bool:
    return Role.STEWARD in group_roles(person, group)


def can_grant_role(person: Any, city: City, role: str) -> bool:
    """The administrator of a city gives its roles; another administrator only the site's gives."""
    return role in CITY_ROLES and can_grant(person, role, Scope.CITY, city.pk)


def abilities(person: Any, group: Group) -> dict[str, bool]:
    """What `person` may do with `group`, for page and API alike."""
    return {
        "edit": can_edit_group(person, group),
        "invite": can_invite_member(person, group),
        "leave": is_member(person, group),
        "remove": can_remove_member(person, group),
    }
