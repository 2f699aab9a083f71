"""A city with so many of everything that its front page shows."""

from datetime import timedelta

from django.utils import timezone

from backend.activities.models import Activity
from backend.conversations.models import Thread
from backend.pacts.models import Pact, Party, Proposal
from realtime.models import Room
from tests.backend.pacts.factories import make_commons
from tests.factories import make_group, make_person


def make_room(city, number: int = 1, **fields):
    facts = {"title": f"Ombra {number}", "access": "public", "place": "via Agliè", **fields}
    thread = Thread.objects.create(city=city)
    return Room.objects.create(
        city=city, slug=f"room-{number}", code=f"ABCD234{number}", language="it", thread=thread, made_by=make_person(),
        **facts,
    )  # fmt: skip


def fill(city, count: int) -> None:
    """`count` of everything that a city's front page shows."""
    now, host = timezone.now(), make_person()
    for number in range(count):
        make_room(city, number)
        Activity.objects.create(
            city=city, slug=f"a{number}", title="Cura", language="it", host=host,
            starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=1, hours=2),
        )  # fmt: skip
        Proposal.objects.create(
            city=city, reference=f"P-{number}", title="Luci", language="it", state="published", submitted_by=host,
            supports_needed=10, thread=Thread.objects.create(city=city), commons=make_commons(city),
        )  # fmt: skip
        pact = Pact.objects.create(
            city=city, reference=f"TO-{number}", title="Cura condivisa", language="it", state="active",
            regulation=city.regulation_rows.first(), thread=Thread.objects.create(city=city), signed_at=now,
        )  # fmt: skip
        for _party in range(2):
            group = make_group(city)
            Party.objects.create(city=city, pact=pact, kind="group", group=group, name=group.name)
