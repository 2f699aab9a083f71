"""Accounts: making one for somebody, what one says about oneself and how one wants to see the site."""

from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base.journal import record
from backend.people.actions.guests import cleaned_name, known_language
from backend.people.choices import TextSize, Theme
from backend.people.models import Person
from backend.people.permissions import can_edit


def make_account(
    *, name: str, email: str, language: str, password: str | None = None, by: Person | None, **fields: Any
) -> Person:
    """An account made for somebody, with an address that is known to be theirs: by the commands of
    an operator, or for the demo. People make their own on the sign-up page."""
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValidationError({"email": error.error_list}) from error
    with transaction.atomic():
        person = Person.objects.create_user(
            address, password, name=cleaned_name(name), language=known_language(language), **fields
        )
        EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
        record(by=by, verb="person.account", subject=person)
    return person


def edit_person(*, person: Person, name: str, language: str, by: Person) -> None:
    """Change a name and the language of pages and mails."""
    if not can_edit(by, person):
        raise PermissionDenied(_("You can change only what stands about yourself."))
    person.name, person.language = cleaned_name(name), known_language(language)
    person.save(update_fields=["name", "language"])


def edit_display(*, person: Person, theme: str, text_size: str, by: Person, easy_to_read: bool = False) -> None:
    """Change how the site looks for `person`, on every device."""
    if not can_edit(by, person):
        raise PermissionDenied(_("You can change only what stands about yourself."))
    if theme not in Theme.values or text_size not in TextSize.values:
        raise ValidationError(_("Choose one of these."), code="no_such_choice")
    person.theme, person.text_size, person.easy_to_read = theme, text_size, easy_to_read
    person.save(update_fields=["theme", "text_size", "easy_to_read"])


def read_notifications(*, by: Person) -> int:
    """Mark all that `by` was told as read; tells how much was new."""
    return by.notifications.filter(read_at=None).update(read_at=timezone.now())


def notify(*, person: Person, kind: str, reference: dict[str, Any]) -> None:
    """Tell an account something; `kind` is a key of `choices.NEWS`. Guests are told nothing: they
    would never see it."""
    if person.has_account and person.is_active:
        person.notifications.create(kind=kind, reference=reference)
