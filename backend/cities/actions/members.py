"""Belonging to a city."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from backend.base.journal import record
from backend.cities.choices import MemberKind
from backend.cities.models import City, Membership
from backend.cities.permissions import can_join_city
from backend.people.models import Person


def join_city(*, by: Person, city: City, kind: str = MemberKind.CITIZEN) -> Membership:
    """Make `by` a neighbour or maker of `city`; asked again, it changes the kind."""
    if not can_join_city(by, city):
        raise PermissionDenied(_("Sign in first."))
    with transaction.atomic():
        rows = Membership.objects.in_city(city)
        member, made = rows.get_or_create(person=by, city=city, defaults={"kind": kind})
        before = "" if made else member.kind
        if before != kind:
            rows.filter(pk=member.pk).update(kind=kind)
            member.kind = kind
            record(by=by, verb="membership.join", subject=member, before=before, after=kind)
    return member


def leave_city(*, by: Person, city: City) -> None:
    """End the belonging of `by` to `city`; what they did stays."""
    with transaction.atomic():
        member = Membership.objects.in_city(city).filter(person=by).first()
        if member is not None:
            record(by=by, verb="membership.leave", subject=member, before=member.kind)
            member.delete()
