"""A person's traces in every app: what merging, leaving and taking along are tried on."""

import itertools
from datetime import timedelta
from typing import Any

from django.utils import timezone

from backend.activities.actions import plan_activity, record_output
from backend.activities.models import Attendance, Contribution
from backend.cities.models import City
from backend.conversations.actions import open_thread
from backend.conversations.models import Post
from backend.impact.models import Observation
from backend.pacts.models import Authorship, Proposal, Support
from backend.people.models import Person
from marketplace.actions import list_output, order
from marketplace.models import Order
from realtime.models import Ballot, ClientClock, Participant, Room
from tests.factories import make_maker

_numbers = itertools.count(1)


def make_room(city: City, by: Person) -> Room:
    number = next(_numbers)
    return Room.objects.create(
        city=city,
        slug=f"room-{number}",
        title="Courtyard",
        code=f"C{number:07}",
        thread=open_thread(city=city),
        made_by=by,
        language="en",
    )


def make_proposal(city: City, by: Person) -> Proposal:
    number = next(_numbers)
    return Proposal.objects.create(
        city=city,
        reference=f"P-{number:04}",
        title="Courtyard",
        submitted_by=by,
        thread=open_thread(city=city),
        language="en",
    )


def make_listing(city: City, by: Person | None = None) -> Any:
    maker = by or make_maker(city)
    now = timezone.now()
    activity = plan_activity(
        by=maker, city=city, title="Bench day", starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=1)
    )
    output = record_output(activity, by=maker, title="Bench", licence="", kind="other")
    return list_output(output, by=maker, modes=[{"mode": "gift", "stock": 3}])


def take_part(person: Person, room: Room, proposal: Proposal, listing: Any = None) -> dict[str, Any]:
    """What somebody leaves behind on one evening."""
    city = room.city
    facts: dict[str, Any] = {"city": city}
    number = next(_numbers)
    traces: dict[str, Any] = {
        "participant": Participant.objects.create(room=room, person=person, **facts),
        "post": Post.objects.create(thread=room.thread, by=person, text=f"Words {number}", language="en", **facts),
        "clock": ClientClock.objects.create(room=room, client=number, person=person),
        "ballot": Ballot.objects.create(room=room, tool="polls", item="shade", person=person, value=number),
        "authorship": Authorship.objects.create(proposal=proposal, person=person, **facts),
        "support": Support.objects.create(proposal=proposal, person=person, **facts),
        "observation": Observation.objects.create(
            by=person, kind="story", text=f"Seen {number}", language="en", **facts
        ),
    }
    if listing:
        traces["order"] = order(listing, by=person, mode="gift", note="Ring twice", contact="+39 011 555")
    return traces


def attend(person: Person, listing: Any, *, days: int) -> tuple[Attendance, Contribution]:
    """Said to come to another day, and had a hand in what is offered."""
    start = timezone.now() + timedelta(days=days)
    activity = plan_activity(
        by=listing.by, city=listing.city, title="Next day", starts_at=start, ends_at=start + timedelta(hours=2)
    )
    coming = Attendance.objects.create(city=listing.city, activity=activity, person=person)
    part = Contribution.objects.create(
        city=listing.city, output=listing.output, person=person, credit="sanding", consented=True, language="en"
    )
    return coming, part


def orders_of(person: Person) -> list[Order]:
    return list(Order.objects.across_cities().filter(deal__taker=person))
