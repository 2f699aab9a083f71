"""People without credentials: guests of a room, and persons whom a facilitator enters for them."""

from django.conf import settings
from django.core.exceptions import ValidationError

from backend.base.names import clean_name
from backend.people.choices import PersonKind
from backend.people.models import Person


def cleaned_name(name: str) -> str:
    """`name` as it is stored; its ValidationError names the field."""
    try:
        return clean_name(name)
    except ValidationError as error:
        raise ValidationError({"name": error.error_list}) from error


def known_language(language: str | None) -> str:
    """`language` where the site speaks it, else the site's first."""
    short = str(language or "")[:2].lower()
    return short if short in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def make_guest(*, name: str, language: str) -> Person:
    """Someone who came into a room with a name only. Whoever calls this checked the room's door."""
    return Person.objects.create_guest(cleaned_name(name), known_language(language))


def rename_assisted(*, assisted: Person, name: str) -> None:
    """Another name for someone without a device, which was typed wrongly. Whoever calls this checked that they may."""
    name = cleaned_name(name)
    Person.objects.filter(pk=assisted.pk, kind=PersonKind.ASSISTED, is_active=True).update(name=name)
    assisted.name = name


def make_assisted(*, name: str, language: str, by: Person) -> Person:
    """Someone without a device, entered by `by`, who checked that they may in that room."""
    return Person.objects.create_guest(cleaned_name(name), known_language(language), kind=PersonKind.ASSISTED)
