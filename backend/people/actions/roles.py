"""Giving and taking back roles, with a line in the journal each."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base.journal import SITE, record
from backend.people.choices import CITY_ROLES, GROUP_ROLES, Role, Scope
from backend.people.models import Person, RoleGrant
from backend.people.permissions import can_grant

ROLES_OF: dict[str, frozenset[str]] = {
    Scope.SITE: frozenset({Role.ADMIN}),
    Scope.CITY: CITY_ROLES,
    Scope.DISTRICT: CITY_ROLES,
    Scope.GROUP: GROUP_ROLES,
    Scope.ROOM: frozenset({Role.FACILITATOR}),
}


def grant_role(
    *,
    person: Person,
    role: str,
    scope_kind: str,
    scope_id: Any = None,
    by: Person | None,
    scope: str = SITE,
    until: datetime | None = None,
    permitted: bool | None = None,
) -> RoleGrant:
    """Give `person` a role; one that is held already is left as it is.

    `permitted` is the answer of the caller's own rule, for what only a higher app knows (a group's
    city, who founds a room); without it `can_grant` decides. `scope` is the journal's: a city's
    slug. With `by=None` the system itself acts. A role of a city or the site needs a fresh sign-in.
    """
    if not _may(by, permitted, role, scope_kind, scope_id):
        raise PermissionDenied(_("You may not give this role."))
    if role not in ROLES_OF[scope_kind]:
        raise ValidationError({"role": ValidationError(_("There is no such role here."), code="no_such_role")})
    with transaction.atomic():
        held = RoleGrant.objects.active().filter(person=person, scope_kind=scope_kind, scope_id=scope_id, role=role)
        if grant := held.filter(until=until).first():
            return grant
        grant = RoleGrant.objects.create(
            person=person, scope_kind=scope_kind, scope_id=scope_id, role=role, until=until, by=by
        )
        record(
            by=by, verb="role.grant", subject=person, after=f"{scope_kind}:{role}", reason=_place(grant), scope=scope
        )
        _rights_changed(person, scope_kind)
    return grant


def revoke_role(
    *, grant: RoleGrant, by: Person | None, reason: str = "", scope: str = SITE, permitted: bool | None = None
) -> None:
    """End a grant now; one that has ended stays as it was."""
    if not _may(by, permitted, grant.role, grant.scope_kind, grant.scope_id):
        raise PermissionDenied(_("You may not take this role back."))
    with transaction.atomic():
        if not RoleGrant.objects.active().filter(pk=grant.pk).update(until=timezone.now()):
            return
        record(
            by=by,
            verb="role.revoke",
            subject=grant.person,
            before=f"{grant.scope_kind}:{grant.role}",
            reason=reason or _place(grant),
            scope=scope,
        )
        _rights_changed(grant.person, grant.scope_kind)


def _may(by: Person | None, permitted: bool | None, role: str, scope_kind: str, scope_id: Any) -> bool:
    if permitted is not None:
        return permitted
    return by is None or can_grant(by, role, scope_kind, scope_id)


def _place(grant: RoleGrant) -> str:
    return str(grant.scope_id or "")


def _rights_changed(person: Person, scope_kind: str) -> None:
    """Roles are read afresh; sessions and keys made under other rights of a city or the site end."""
    person.__dict__.pop("held_roles", None)
    if scope_kind in (Scope.SITE, Scope.CITY, Scope.DISTRICT):
        Person.objects.filter(pk=person.pk).update(session_epoch=F("session_epoch") + 1)
        person.refresh_from_db(fields=["session_epoch"])
        person.api_tokens.all().delete()
