"""Giving and taking back the roles of a city."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base.journal import record
from backend.cities.models import City
from backend.cities.permissions import can_grant_role
from backend.people.choices import Scope
from backend.people.models import Person, RoleGrant


def forget_roles(person: Person) -> None:
    """Make `person` read its roles afresh: they were just changed."""
    person.__dict__.pop("held_roles", None)


def give(
    *, by: Person | None, person: Person, kind: str, key: object, role: str, scope: str, until: datetime | None = None
) -> RoleGrant:
    """Write one grant and its journal line; the caller has checked the permission.

    A role that is held already is left as it is.
    """
    grant, made = RoleGrant.objects.get_or_create(
        person=person, scope_kind=kind, scope_id=key, role=role, until=until, defaults={"by": by}
    )
    if made:
        record(by=by, verb="role.grant", subject=person, after=f"{kind}:{role}", reason=str(key), scope=scope)
        forget_roles(person)
    return grant


def end(*, by: Person | None, grant: RoleGrant, scope: str, reason: str = "") -> None:
    """End one grant now, with its journal line; ended already, it stays as it was."""
    rows = RoleGrant.objects.active().filter(pk=grant.pk)
    if rows.update(until=timezone.now()):
        record(
            by=by,
            verb="role.revoke",
            subject=grant.person,
            before=f"{grant.scope_kind}:{grant.role}",
            reason=reason or str(grant.scope_id),
            scope=scope,
        )
        forget_roles(grant.person)


def grant_role(*, by: Person, city: City, person: Person, role: str, until: datetime | None = None) -> RoleGrant:
    """Give `person` a role of `city`."""
    if not can_grant_role(by, city, role):
        raise PermissionDenied(_("Only an administrator of the city gives roles."))
    with transaction.atomic():
        return give(by=by, person=person, kind=Scope.CITY, key=city.pk, role=role, scope=city.slug, until=until)


def revoke_role(*, by: Person, city: City, grant: RoleGrant, reason: str) -> None:
    """Take a role of `city` back, with a reason."""
    in_city = grant.scope_kind == Scope.CITY and grant.scope_id == city.pk
    if not in_city or not can_grant_role(by, city, grant.role):
        raise PermissionDenied(_("Only an administrator of the city takes roles back."))
    with transaction.atomic():
        end(by=by, grant=grant, scope=city.slug, reason=reason)
