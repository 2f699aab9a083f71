"""Who may do what in a city and its groups; the roles that every other app asks about."""

from typing import Any

from backend.cities.choices import GroupKind
from backend.cities.models import City, Group
from backend.people.choices import CITY_ROLES, Role, Scope

# Who keeps a group: may change it, invite, and speak for it.
KEEPERS = frozenset({Role.STEWARD, Role.CONTACT})


def roles_in(person: Any, kind: str, key: Any) -> frozenset[str]:
    """The roles that `person` holds in one scope; none for a visitor or someone who left."""
    if person is None or not person.is_authenticated or not person.is_active:
        return frozenset()
    return frozenset(role for held, id_, role in person.held_roles if (held, id_) == (kind, str(key or "")))


def city_roles(person: Any, city: City) -> frozenset[str]:
    """Roles in `city`; a site administrator is one of every city."""
    own = roles_in(person, Scope.CITY, city.pk)
    return own | {Role.ADMIN} if runs_site(person) else own


def runs_site(person: Any) -> bool:
    """Whoever set the site up, and its administrators."""
    return bool(person and person.is_active and person.is_superuser) or (
        Role.ADMIN in roles_in(person, Scope.SITE, "")
    )


def has_city_role(person: Any, city: City, *roles: str) -> bool:
    """Whether `person` holds one of `roles` in `city`; its administrator holds none but that one."""
    return not city_roles(person, city).isdisjoint(roles)


def group_roles(person: Any, group: Group) -> frozenset[str]:
    return roles_in(person, Scope.GROUP, group.pk)


def is_member(person: Any, group: Group) -> bool:
    return bool(group_roles(person, group))


def can_act_for(person: Any, group: Group) -> bool:
    """Sign, sell and speak in the group's name: its keepers; for the city's office, its officers."""
    if group.kind == GroupKind.OFFICE:
        return has_city_role(person, group.city, Role.OFFICER, Role.DECIDER)
    return not group_roles(person, group).isdisjoint(KEEPERS)


def can_join_city(person: Any, city: City) -> bool:
    return bool(person and person.is_authenticated and person.has_account and city.is_open)


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
    if role not in CITY_ROLES:
        return False
    if role == Role.ADMIN:
        return runs_site(person)
    return has_city_role(person, city, Role.ADMIN)


def abilities(person: Any, group: Group) -> dict[str, bool]:
    """What `person` may do with `group`, for page and API alike."""
    return {
        "edit": can_edit_group(person, group),
        "invite": can_invite_member(person, group),
        "leave": is_member(person, group),
        "remove": can_remove_member(person, group),
    }
