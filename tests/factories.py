"""People and cities as the tests need them: real rows, one line each; each app has its own factories beside its tests."""

import itertools
from typing import Any

from backend.cities.choices import GroupKind, MemberKind
from backend.cities.models import City, Group, Membership
from backend.people.choices import PersonKind, Role, Scope
from backend.people.models import Person, RoleGrant

_numbers = itertools.count(1)
PASSWORD = "a-good-password-for-tests"

TORINO: dict[str, Any] = {
    "name": {"en": "Turin", "it": "Torino"},
    "country": "IT",
    "currency": "EUR",
    "time_zone": "Europe/Rome",
    "languages": ["it", "en"],
    "map": {"centre": [45.07, 7.69], "zoom": 12},
}


def make_city(slug: str = "", **fields: Any) -> City:
    """A city with Torino's data; a Hungarian one by `currency="HUF", languages=["hu", "en"]`."""
    number = next(_numbers)
    defaults = {**TORINO, "slug": slug or f"city-{number}", "reference_prefix": f"C{number}"[-4:]}
    return City.objects.create(**{**defaults, **fields})


def make_person(name: str = "", *, password: str = "", **fields: Any) -> Person:
    """An account; it can sign in only with a `password`, since hashing one costs time."""
    number = next(_numbers)
    fields.setdefault("email", f"person{number}@example.org")
    return Person.objects.create_user(password=password or None, name=name or f"Person {number}", **fields)


def make_guest(name: str = "", *, language: str = "en", kind: str = PersonKind.GUEST, **fields: Any) -> Person:
    return Person.objects.create_guest(name or f"Guest {next(_numbers)}", language, kind, **fields)


def make_citizen(city: City, name: str = "", **fields: Any) -> Person:
    return _member(city, MemberKind.CITIZEN, name, **fields)


def make_maker(city: City, name: str = "", **fields: Any) -> Person:
    return _member(city, MemberKind.MAKER, name, **fields)


def _member(city: City, kind: str, name: str, **fields: Any) -> Person:
    person = make_person(name, **fields)
    Membership.objects.create(city=city, person=person, kind=kind)
    return person


def grant(person: Person, role: str, scope: City | Group | Any) -> RoleGrant:
    """`role` in a city, group or room; the person forgets what it held before."""
    kinds = {City: Scope.CITY, Group: Scope.GROUP}
    kind = kinds.get(type(scope), Scope.ROOM)
    person.__dict__.pop("held_roles", None)
    return RoleGrant.objects.create(person=person, role=role, scope_kind=kind, scope_id=scope.pk)


def make_role(city: City, role: str, name: str = "", **fields: Any) -> Person:
    person = make_person(name, **fields)
    grant(person, role, city)
    return person


def make_officer(city: City, name: str = "", **fields: Any) -> Person:
    return make_role(city, Role.OFFICER, name, **fields)


def make_facilitator(city: City, name: str = "", **fields: Any) -> Person:
    return make_role(city, Role.FACILITATOR, name, **fields)


def make_researcher(city: City, name: str = "", **fields: Any) -> Person:
    return make_role(city, Role.RESEARCHER, name, **fields)


def make_moderator(city: City, name: str = "", **fields: Any) -> Person:
    return make_role(city, Role.MODERATOR, name, **fields)


def make_admin(city: City, name: str = "", **fields: Any) -> Person:
    return make_role(city, Role.ADMIN, name, **fields)


def make_group(city: City, name: str = "", *, steward: Person | None = None, **fields: Any) -> Group:
    """A group of people, by default informal and without anyone in it."""
    number = next(_numbers)
    fields.setdefault("language", city.language)
    group = Group.objects.create(city=city, slug=f"group-{number}", name=name or f"Group {number}", **fields)
    if steward:
        grant(steward, Role.STEWARD, group)
    return group


def make_office(city: City, **fields: Any) -> Group:
    """The city itself as a party and a giver of roles."""
    return make_group(city, f"{city.slug} office", kind=GroupKind.OFFICE, **fields)
