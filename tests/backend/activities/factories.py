"""Activities, outputs and a pact in force as the tests need them: real rows, one line each."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from backend.activities import actions
from backend.activities.models import Activity, Output
from backend.base.texts import official
from backend.cities.models import City, Group, Regulation
from backend.commons.models import Commons
from backend.conversations.models import Thread
from backend.pacts.models import Pact, Party
from backend.people.choices import Role
from backend.people.models import Person
from tests.factories import grant, make_citizen, make_group


def make_commons(city: City, name: str = "Gardens", **fields: Any) -> Commons:
    number = Commons.objects.in_city(city).count() + 1
    defaults = {"kind": "garden", "lat": 45.0975, "lng": 7.704, "access": {"step_free": True}}
    return Commons.objects.create(
        city=city, slug=f"commons-{number}", name=official({"en": name}), **{**defaults, **fields}
    )


def make_pact(city: City, *groups: Group, fund_share_bp: int = 1500, **fields: Any) -> Pact:
    """A pact in force whose parties are the city and `groups`."""
    regulation, _made = Regulation.objects.in_city(city).get_or_create(
        city=city, version=1, defaults={"title": {"en": "Rules"}, "data": {}, "digest": "0" * 64}
    )
    number = Pact.objects.in_city(city).count() + 1
    defaults = {
        "reference": f"{city.reference_prefix}-2026-{number:03}",
        "title": f"Pact {number}",
        "language": "en",
        "state": "active",
        "signed_at": timezone.now() - timedelta(days=200),
    }
    pact = Pact.objects.create(
        city=city,
        regulation=regulation,
        thread=Thread.objects.create(city=city),
        fund_share_bp=fund_share_bp,
        **{**defaults, **fields},
    )
    Party.objects.create(city=city, pact=pact, kind="city", name="City")
    for group in groups:
        Party.objects.create(city=city, pact=pact, kind="group", group=group, name=group.name)
    return pact


def make_keeper(group: Group, name: str = "", role: str = Role.CONTACT) -> Person:
    """Someone who may speak for `group`."""
    person = make_citizen(group.city, name)
    grant(person, role, group)
    return person


def make_activity(city: City, *, by: Person | None = None, days: float = 3, **given: Any) -> Activity:
    """An activity of three hours, in so many days from now (minus: past)."""
    by = by or make_citizen(city)
    starts_at = timezone.now() + timedelta(days=days)
    defaults = {"title": "Care day", "starts_at": starts_at, "ends_at": starts_at + timedelta(hours=3)}
    return actions.plan_activity(by=by, city=city, **{**defaults, **given})


def make_output(city: City, *, by: Person | None = None, activity: Activity | None = None, **given: Any) -> Output:
    """Something made at an activity of two days ago."""
    by = by or make_citizen(city)
    activity = activity or make_activity(city, by=by, days=-2)
    return actions.record_output(activity, by=by, **{"title": "Taranto bench", "kind": "furniture", **given})


class Workshop:
    """A city with a pact in force between it and two groups, and what the makers made under it."""

    def __init__(self, city: City, **pact: Any) -> None:
        self.city = city
        self.makers = make_group(city, "Legno Vivo")
        self.neighbours = make_group(city, "Comitato")
        self.maker = make_keeper(self.makers, "Marco")
        self.contact = make_keeper(self.neighbours, "Nadia")
        self.commons = make_commons(city)
        self.pact = make_pact(city, self.makers, self.neighbours, commons=self.commons, **pact)
        self.activity = make_activity(city, by=self.maker, days=-2, group=self.makers, pact=self.pact)
        self.output = make_output(city, by=self.maker, activity=self.activity)
