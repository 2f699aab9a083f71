"""A guest becomes part of an account: what they did is the account's from then on."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from backend.base.journal import record
from backend.people.choices import PersonKind
from backend.people.models import Person
from backend.people.permissions import can_merge


def merge_guest(*, guest: Person, into: Person, by: Person) -> None:
    """Close the guest's row and point it at the account. The rows of other apps move by the shell's
    table (backend/merging.py), in the same transaction."""
    if not can_merge(by, guest, into):
        raise PermissionDenied(_("This guest cannot be taken into your account."))
    with transaction.atomic():
        open_row = Person.objects.filter(pk=guest.pk, merged_into=None, is_active=True)
        if not open_row.update(merged_into=into, is_active=False, name=into.name, session_epoch=F("session_epoch") + 1):
            raise PermissionDenied(_("This guest cannot be taken into your account."))
        record(by=by, verb="person.merge", subject=guest, after=str(into.pk))
    guest.refresh_from_db()


def merge_assisted(*, assisted: Person, into: Person, by: Person) -> None:
    """Close the row of somebody without a device and point it at the guest or account that they are by now.
    Whoever calls this checked that `by` may say so, and moves what they did."""
    with transaction.atomic():
        open_row = Person.objects.filter(pk=assisted.pk, kind=PersonKind.ASSISTED, merged_into=None, is_active=True)
        if not open_row.update(merged_into=into, is_active=False, name=into.name, session_epoch=F("session_epoch") + 1):
            raise PermissionDenied(_("This person is somebody else already."))
        record(by=by, verb="person.merge", subject=assisted, after=str(into.pk))
    assisted.refresh_from_db()
