"""Who lives in the demo: people with their roles, neighbours, groups."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.utils.crypto import get_random_string

from backend.cities.actions import found_group, join_city
from backend.cities.choices import MemberKind
from backend.cities.models import City, Membership
from backend.demo.story import Story, wind_back
from backend.people.actions import give_consent, grant_role, make_account
from backend.people.choices import PersonKind, Purpose, Role, Scope
from backend.people.models import Consent, Person, RoleGrant

PASSWORD = "copact-demo"  # noqa: S105  public on purpose: the demo's people
NEIGHBOURS = 190
ARRIVED = -500  # days
CITY_ROLES: dict[str, tuple[Role, ...]] = {
    "facilitator": (Role.FACILITATOR,),
    "officer": (Role.OFFICER,),
    "researcher": (Role.RESEARCHER,),
    "admin": (Role.ADMIN, Role.MODERATOR),
}


def is_told(city: City) -> bool:
    """Whether the demo's people are in this city already."""
    return Person.objects.filter(email=f"citizen@{city.slug}.example").exists()


def tell(story: Story) -> None:
    """People first: everything else is done by one of them."""
    with story.at(story.day(ARRIVED)):
        for each in story.content["people"]:
            story.people[each["key"]] = _person(story, each)
        _give_passwords(story)
        story.neighbours = _neighbours(story)
        for each in story.content["groups"]:
            story.groups[each["key"]] = _group(story, each)
    for earlier in story.content.get("earlier_pacts", ()):
        group = earlier["group"]
        with story.at(story.day(earlier["signed_days"] - 30)):
            known = {**group, "members": [group["keeper"], *group["members"]], "contacts": [group["keeper"]]}
            story.groups[earlier["reference"]] = _group(story, known)
    RoleGrant.objects.filter(since__gte=story.now).update(since=story.day(ARRIVED))
    for person in story.people.values():
        person.__dict__.pop("held_roles", None)


def _person(story: Story, each: dict[str, Any]) -> Person:
    """An account; the one person of each role whose address is known has the password, too."""
    login = each.get("login", False)
    address = f"{each['role']}@{story.city.slug}.example" if login else f"{each['key']}@{story.city.slug}.example"
    spoken = [code for code in each["languages"] if code in story.city.languages] or [story.language]
    person = make_account(name=each["name"], email=address, language=spoken[0], by=None)
    kind = MemberKind.MAKER if each["role"] == "maker" else MemberKind.CITIZEN
    wind_back(join_city(by=person, city=story.city, kind=kind), since=story.day(ARRIVED))
    for role in CITY_ROLES.get(each["role"], ()):
        grant_role(
            person=person, role=role, scope_kind=Scope.CITY, scope_id=story.city.pk, by=None, scope=story.city.slug
        )
    if each["role"] in {"citizen", "maker", "researcher"}:
        give_consent(person=person, purpose=Purpose.RESEARCH, by=person)
    wind_back(person, joined_at=story.day(ARRIVED))
    return person


def _give_passwords(story: Story) -> None:
    """One costly hash for all who may sign in."""
    keys = [story.people[each["key"]].pk for each in story.content["people"] if each.get("login")]
    Person.objects.filter(pk__in=keys).update(password=make_password(PASSWORD))


def _neighbours(story: Story) -> list[Person]:
    """Many light accounts without address or password: those who support, buy and come along."""
    names = story.content["neighbours"]
    joined = story.day(ARRIVED)
    people = [
        Person(
            kind=PersonKind.ACCOUNT,
            name=_name(names, number),
            language=story.language,
            password=UNUSABLE_PASSWORD_PREFIX + get_random_string(40),
            joined_at=joined + timedelta(days=number),
        )
        for number in range(NEIGHBOURS)
    ]
    Person.objects.bulk_create(people)
    Membership.objects.across_cities().bulk_create(
        Membership(city=story.city, person=person, since=person.joined_at) for person in people
    )
    Consent.objects.bulk_create(
        Consent(person=person, purpose=Purpose.RESEARCH, given_at=person.joined_at)
        for number, person in enumerate(people)
        if number % 5 < 3
    )
    return people


def _name(names: dict[str, Any], number: int) -> str:
    first = names["names"][number % len(names["names"])]
    initial = names["initials"][(number * 7 + number // len(names["names"])) % len(names["initials"])]
    return f"{initial}. {first}" if names.get("initial_first") else f"{first} {initial}."


def _group(story: Story, each: dict[str, Any]) -> Any:
    """Founded by its first contact person; the others come in with their part."""
    founder, *_others = (story.people[key] for key in each["contacts"])
    group = found_group(
        by=founder,
        city=story.city,
        name=each["name"],
        kind=each["kind"],
        about=story.text(each["about"]),
        size=each["size"],
        language=story.language,
    )
    wind_back(group, translations=story.translated(about=each["about"]), made_at=story.day(ARRIVED))
    for key in each["members"]:
        roles = [Role.MEMBER] * (key not in each["contacts"]) + [Role.CONTACT] * (key in each["contacts"])
        for role in roles:
            grant_role(
                person=story.people[key],
                role=role,
                scope_kind=Scope.GROUP,
                scope_id=group.pk,
                by=founder,
                scope=story.city.slug,
            )
    return group
