"""Yes and no to each purpose, and guardians who answer for minors."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base.journal import record
from backend.people.actions.guests import cleaned_name, known_language
from backend.people.choices import PersonKind, Purpose
from backend.people.models import Consent, Person
from backend.people.permissions import can_consent, can_edit

# The version of the wording on the page of consents: change it with the words.
WORDING = "1"


def give_consent(*, person: Person, purpose: str, by: Person) -> Consent:
    """Say yes for `person`; said already, nothing changes."""
    if not can_consent(by, person):
        raise PermissionDenied(_("For a child, only the guardian can say yes."))
    if purpose not in Purpose.values:
        raise ValidationError(_("Choose one of these."), code="no_such_choice")
    with transaction.atomic():
        consent, made = Consent.objects.get_or_create(
            person=person, purpose=purpose, withdrawn_at=None, defaults={"wording": WORDING}
        )
        if made:
            record(by=by, verb="consent.give", subject=person, after=purpose)
    return consent


def withdraw_consent(*, person: Person, purpose: str, by: Person) -> None:
    """Take a yes back: a person their own, a guardian the child's. Never refused for lack of a yes."""
    if not (can_edit(by, person) or can_consent(by, person)):
        raise PermissionDenied(_("You can take back only your own yes."))
    with transaction.atomic():
        given = Consent.objects.filter(person=person, purpose=purpose, withdrawn_at=None)
        if given.update(withdrawn_at=timezone.now()):
            record(by=by, verb="consent.withdraw", subject=person, before=purpose)


def add_ward(*, name: str, language: str, by: Person) -> Person:
    """A child without an account of their own, for whom `by` answers."""
    if not (by.is_active and by.has_account) or by.guardian_id:
        raise PermissionDenied(_("Only a grown-up with an account can answer for a child."))
    with transaction.atomic():
        ward = Person.objects.create_guest(
            cleaned_name(name), known_language(language), kind=PersonKind.ASSISTED, guardian=by
        )
        record(by=by, verb="person.ward", subject=ward)
    return ward
