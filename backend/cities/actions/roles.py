"""Giving and taking back the roles of a city."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from backend.cities.models import City
from backend.cities.permissions import can_grant_role
from backend.people import actions as people
from backend.people.choices import Scope
from backend.people.models import Person, RoleGrant


def grant_role(*, by: Person, city: City, person: Person, role: str, until: datetime | None = None) -> RoleGrant:
    """Give `person` a role of `city`."""
    if not can_grant_role(by, city, role):
        raise PermissionDenied(_("Only an administrator of the city gives roles."))
    return people.grant_role(
        by=by, person=person, role=role, scope_kind=Scope.CITY, scope_id=city.pk, scope=city.slug, until=until
    )


def revoke_role(*, by: Person, city: City, grant: RoleGrant, reason: str) -> None:
    """Take a role of `city` back, with a reason."""
    in_city = grant.scope_kind == Scope.CITY and grant.scope_id == city.pk
    if not in_city or not can_grant_role(by, city, grant.role):
        raise PermissionDenied(_("Only an administrator of the city takes roles back."))
    people.revoke_role(by=by, grant=grant, reason=reason, scope=city.slug)
