"""Leaving: what is personal goes, what others build on stays, without a name."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from backend.base.journal import record
from backend.people.choices import TextSize, Theme
from backend.people.models import Person
from backend.people.permissions import can_edit


def leave(*, person: Person, by: Person) -> None:
    """Empty the row of someone who leaves. What other apps hold is erased by the shell's table
    (backend/erasing.py), in the same transaction.

    The row stays, so that texts, ballots and signatures keep one author; nothing in it tells who
    that was.
    """
    if not can_edit(by, person):
        raise PermissionDenied(_("You can erase only what stands about yourself."))
    with transaction.atomic():
        if not Person.objects.filter(pk=person.pk, left_at=None).update(left_at=timezone.now()):
            return
        record(by=by, verb="person.leave", subject=person)
        _end_ways_in(person)
        person.grants.filter(until=None).update(until=timezone.now())
        person.consents.all().delete()
        person.notifications.all().delete()
        for ward in person.wards.filter(left_at=None):  # nobody would answer for them any more
            leave(person=ward, by=person)
        with translation.override(person.language):
            nobody = _("Former participant")
        Person.objects.filter(pk=person.pk).update(
            name=nobody,
            email=None,
            guardian=None,
            theme=Theme.SYSTEM,
            text_size=TextSize.NORMAL,
            is_active=False,
            is_staff=False,
            is_superuser=False,
            session_epoch=F("session_epoch") + 1,
        )
    person.refresh_from_db()
    person.__dict__.pop("held_roles", None)


def _end_ways_in(person: Person) -> None:
    """No password, no address, no key, no passkey, no other site's word opens this account again."""
    person.set_unusable_password()
    person.save(update_fields=["password"])
    person.api_tokens.all().delete()
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    SocialAccount.objects.filter(user=person).delete()
