"""Groups: founding, changing, inviting, coming in and going."""

import hashlib
import secrets
from datetime import timedelta
from functools import partial

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from backend.base.folding import fold
from backend.base.journal import record
from backend.base.problems import Conflict
from backend.base.words import line, prose
from backend.cities import mail
from backend.cities.choices import GroupKind
from backend.cities.models import City, Group, Invitation
from backend.cities.permissions import (
    can_edit_group,
    can_found_group,
    can_invite_member,
    can_remove_member,
    is_member,
)
from backend.people import actions as people
from backend.people.choices import GROUP_ROLES, Role, Scope
from backend.people.models import Person, RoleGrant

INVITATION_LIFE = timedelta(days=30)


def _free_slug(city: City, name: str) -> str:
    base = slugify(fold(name))[:70] or "group"
    base = f"group-{base}" if base in {"new", "invitation", "city"} else base  # words of addresses
    taken = set(Group.objects.in_city(city).filter(slug__startswith=base).values_list("slug", flat=True))
    numbers = (f"{base}-{n}" for n in range(2, len(taken) + 3))
    return base if base not in taken else next(slug for slug in numbers if slug not in taken)


def _take_in(person: Person, group: Group, role: str) -> None:
    people.grant_role(
        by=person,
        person=person,
        role=role,
        scope_kind=Scope.GROUP,
        scope_id=group.pk,
        scope=group.city.slug,
        permitted=True,
    )


def found_group(
    *,
    by: Person,
    city: City,
    name: str,
    kind: str = GroupKind.INFORMAL,
    about: str = "",
    size: int | None = None,
    language: str = "",
) -> Group:
    """Found a group; its founder keeps it."""
    if not can_found_group(by, city):
        raise PermissionDenied(_("Sign in first."))
    name = line(name, field="name", limit=120)
    if kind not in GroupKind.values or kind == GroupKind.OFFICE:
        raise ValidationError({"kind": ValidationError(_("Choose one of the kinds."), code="kind")})
    with transaction.atomic():
        group = Group.objects.create(
            city=city,
            slug=_free_slug(city, name),
            name=name,
            kind=kind,
            about=prose(about, field="about", limit=2000, required=False),
            size=size,
            founded_by=by,
            language=language or by.language,
        )
        record(by=by, verb="group.found", subject=group, after=kind)
        _take_in(by, group, Role.STEWARD)
    return group


def edit_group(*, by: Person, group: Group, name: str, about: str, size: int | None) -> Group:
    """Change what a group says of itself."""
    if not can_edit_group(by, group):
        raise PermissionDenied(_("Only those who keep the group change it."))
    group.name, group.size = line(name, field="name", limit=120), size
    group.about = prose(about, field="about", limit=2000, required=False)
    group.save(update_fields=["name", "about", "size"])
    return group


def invite_member(*, by: Person, group: Group, email: str, role: str = Role.MEMBER) -> Invitation:
    """Send someone a link into the group. Asked again, a new link replaces the old one."""
    if not can_invite_member(by, group):
        raise PermissionDenied(_("Only those who keep the group invite."))
    if role not in GROUP_ROLES:
        raise ValidationError({"role": ValidationError(_("Choose one of the roles."), code="role")})
    secret = secrets.token_urlsafe(24)
    with transaction.atomic():
        open_ones = Invitation.objects.in_city(group.city_id).filter(group=group, email=email.lower())
        open_ones.filter(ended_at=None).update(ended_at=timezone.now())
        invitation = Invitation.objects.create(
            city_id=group.city_id,
            group=group,
            email=email.lower(),
            role=role,
            digest=_digest(secret),
            by=by,
            expires_at=timezone.now() + INVITATION_LIFE,
        )
        record(by=by, verb="group.invite", subject=group, after=role)
        transaction.on_commit(partial(mail.send_invitation, invitation, secret))
    return invitation


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def find_invitation(secret: str) -> Invitation | None:
    """The open invitation of a link, or None."""
    rows = Invitation.objects.across_cities().open().select_related("group__city", "by")
    return rows.filter(digest=_digest(secret)).first()


def accept_invitation(*, by: Person, secret: str) -> Group:
    """Come into the group that the link is for. Raises Conflict where it was used or is too old."""
    invitation = find_invitation(secret)
    if invitation is None or not by.has_account:
        raise Conflict("invitation_over", _("This invitation was used already, or is too old."))
    group = invitation.group
    with transaction.atomic():
        mine = Invitation.objects.across_cities().open().filter(pk=invitation.pk)
        if not mine.update(ended_at=timezone.now(), accepted_by=by):
            raise Conflict("invitation_over", _("This invitation was used already, or is too old."))
        _take_in(by, group, invitation.role)
    return group


def withdraw_invitation(*, by: Person, invitation: Invitation) -> None:
    """Take an invitation back before it is used."""
    if not can_invite_member(by, invitation.group):
        raise PermissionDenied(_("Only those who keep the group invite."))
    rows = Invitation.objects.in_city(invitation.city_id).filter(pk=invitation.pk, ended_at=None)
    rows.update(ended_at=timezone.now())


def _grants(group: Group, person: Person) -> list[RoleGrant]:
    rows = RoleGrant.objects.active().filter(scope_kind=Scope.GROUP, scope_id=group.pk)
    return list(rows.filter(person=person).select_related("person"))


def _refuse_last_keeper(group: Group, person: Person) -> None:
    """A group always keeps someone who can speak for it."""
    rows = RoleGrant.objects.active().filter(scope_kind=Scope.GROUP, scope_id=group.pk, role=Role.STEWARD)
    keepers = set(rows.select_for_update().values_list("person_id", flat=True))
    if keepers == {person.pk}:
        raise Conflict("last_keeper", _("First let someone else keep the group: you are the last."))


def leave_group(*, by: Person, group: Group) -> None:
    """Go out of a group; the last who keeps it has to hand it on first."""
    if not is_member(by, group):
        raise PermissionDenied(_("You are not in this group."))
    with transaction.atomic():
        _refuse_last_keeper(group, by)
        for grant in _grants(group, by):
            people.revoke_role(by=by, grant=grant, scope=group.city.slug, permitted=True)
        by.__dict__.pop("held_roles", None)


def remove_member(*, by: Person, group: Group, person: Person, reason: str) -> None:
    """Take someone out of a group, with a reason."""
    if not can_remove_member(by, group):
        raise PermissionDenied(_("Only those who keep the group remove someone."))
    if not reason.strip():
        raise ValidationError({"reason": ValidationError(_("Give a reason."), code="required")})
    with transaction.atomic():
        _refuse_last_keeper(group, person)
        for grant in _grants(group, person):
            people.revoke_role(by=by, grant=grant, scope=group.city.slug, reason=reason, permitted=True)
