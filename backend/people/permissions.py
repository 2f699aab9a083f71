"""Who holds which role, and who may do what about people."""

from typing import Any

from backend.people.choices import CITY_ROLES, GROUP_ROLES, PersonKind, Role, Scope


def is_present(person: Any) -> bool:
    """Someone of flesh and blood who has not left: a visitor (None, anonymous) is not."""
    return bool(person is not None and person.is_authenticated and person.is_active)


def has_role(person: Any, *roles: str, scope_kind: str, scope_id: Any = None) -> bool:
    """Whether `person` now holds one of `roles` in exactly this scope."""
    if not is_present(person):
        return False
    place = (str(scope_kind), str(scope_id or ""))
    return any((*place, str(role)) in person.held_roles for role in roles)


def is_site_admin(person: Any) -> bool:
    """Whoever set the site up, and its administrators."""
    if not is_present(person):
        return False
    return person.is_superuser or has_role(person, Role.ADMIN, scope_kind=Scope.SITE)


def can_grant(person: Any, role: str, scope_kind: str, scope_id: Any = None) -> bool:
    """Give or take `role` there: the site's administrator; of a city, its own (but not another
    administrator); of a group, its stewards."""
    if is_site_admin(person):
        return True
    if scope_kind == Scope.CITY:
        own = has_role(person, Role.ADMIN, scope_kind=Scope.CITY, scope_id=scope_id)
        return own and role in CITY_ROLES and role != Role.ADMIN
    if scope_kind == Scope.GROUP:
        return role in GROUP_ROLES and has_role(person, Role.STEWARD, scope_kind=Scope.GROUP, scope_id=scope_id)
    return False


def can_edit(person: Any, whose: Any) -> bool:
    """Oneself, and a guardian their child."""
    return is_present(person) and (whose.pk == person.pk or whose.guardian_id == person.pk)


def can_consent(person: Any, whose: Any) -> bool:
    """For a minor the guardian alone says yes; anyone may take back their own yes."""
    if not is_present(person):
        return False
    return whose.guardian_id == person.pk if whose.guardian_id else whose.pk == person.pk


def can_merge(person: Any, guest: Any, into: Any) -> bool:
    """An account takes in a guest: its owner does, who must hold the guest's room cookie (the view
    vouches for that)."""
    if not is_present(person) or guest.kind != PersonKind.GUEST or not guest.is_active:
        return False
    return person.pk == into.pk and into.has_account and into.is_active
