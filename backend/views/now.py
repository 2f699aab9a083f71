"""What a city's front page tells: what happens now, this week, and what waits for a voice."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, Count, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from backend.activities.choices import ActivityState
from backend.activities.models import Activity, Output
from backend.base.rows import counted
from backend.cities.models import City
from backend.pacts.choices import PactState, ProposalState
from backend.pacts.models import Pact, Proposal
from marketplace.choices import AccountKind
from marketplace.models import LedgerEntry
from realtime.choices import Access, ParticipantState, RoomState
from realtime.models import Room, ToolState

SOON = timedelta(days=14)
OPEN_PROPOSALS = (ProposalState.PUBLISHED, ProposalState.UNDER_ASSESSMENT, ProposalState.CO_DESIGN)
PUBLIC_PACTS = (PactState.SIGNED, PactState.ACTIVE, PactState.SUSPENDED)

# The step of the thread that a proposal's state stands for.
STAGES = {
    ProposalState.PUBLISHED: "proposal",
    ProposalState.UNDER_ASSESSMENT: "review",
    ProposalState.CO_DESIGN: "pact",
}


def live_rooms(city: City, now: datetime) -> QuerySet[Any]:
    """Rooms that anyone may walk into at this moment, with how many people are inside."""
    inside = counted(Room, "participants", Q(state=ParticipantState.ADMITTED))
    rooms = Room.objects.in_city(city).filter(state=RoomState.OPEN, access=Access.PUBLIC, starts_at__lte=now)
    return rooms.filter(Q(ends_at=None) | Q(ends_at__gt=now)).annotate(inside=inside).order_by("-starts_at")


def with_steps(rooms: Iterable[Room]) -> list[Room]:
    """The rooms, each with the step of its agenda that it is at: {number, all, title}, or None."""
    found = list(rooms)
    states = ToolState.objects.filter(room__in=[room.pk for room in found], tool="agenda") if found else []
    agendas = {row.room_id: row.state for row in states}
    for room in found:
        room.step = _step(agendas.get(room.pk, {}))  # type: ignore[attr-defined]
    return found


def _step(agenda: dict[str, Any]) -> dict[str, Any] | None:
    steps, now = agenda.get("steps", []), agenda.get("now")
    if now is None or not 0 <= now < len(steps):
        return None
    return {"number": now + 1, "all": len(steps), "title": steps[now].get("title", "")}


def coming(city: City, now: datetime) -> QuerySet[Any]:
    """Activities that are still to come, or going on."""
    return Activity.objects.in_city(city).filter(state=ActivityState.PLANNED, ends_at__gt=now).order_by("starts_at")


def open_proposals(city: City) -> QuerySet[Any]:
    """Public proposals on their way to a pact; those that still need support first."""
    return Proposal.objects.in_city(city).filter(state__in=OPEN_PROPOSALS).order_by("-state", "-published_at")


def new_pacts(city: City) -> QuerySet[Any]:
    return Pact.objects.in_city(city).filter(state__in=PUBLIC_PACTS).order_by("-signed_at")


def fund_entries(city: City) -> QuerySet[Any]:
    """What stands in the commons funds of the city's pacts."""
    return LedgerEntry.objects.in_city(city).filter(account__kind=AccountKind.FUND, account__unit=city.currency)


def _in_all(rows: QuerySet[Any], what: Any) -> Coalesce:
    """One number over `rows`, as part of a larger statement."""
    number = rows.order_by().values("city").annotate(number=what).values("number")
    return Coalesce(Subquery(number, output_field=BigIntegerField()), 0)


def totals(city: City, now: datetime) -> dict[str, int]:
    """The numbers of the front page, in one statement; the fund in minor units."""
    this_year = timezone.localtime(now).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    numbers = {
        "activities_count": _in_all(coming(city, now), Count("pk")),
        "proposals_count": _in_all(open_proposals(city), Count("pk")),
        "pacts_count": _in_all(new_pacts(city), Count("pk")),
        "fund": _in_all(fund_entries(city), Sum("amount")),
        "made": _in_all(Output.objects.in_city(city).filter(made_at__gte=this_year), Count("pk")),
    }
    found: Any = City.objects.filter(pk=city.pk).values(**numbers)[0]
    return dict(found)


def city_now(city: City) -> dict[str, Any]:
    """Everything on the front page of `city`."""
    now = timezone.now()
    soon = coming(city, now).filter(starts_at__lt=now + SOON).annotate(coming=counted(Activity, "attendances"))
    proposals = open_proposals(city).annotate(supported=counted(Proposal, "supports")).select_related("commons")
    return {
        "now": now,
        "rooms": with_steps(live_rooms(city, now)[:3]),
        "activities": soon[:4],
        "proposals": [{"row": row, "stage": STAGES[row.state]} for row in proposals[:3]],
        "pacts": new_pacts(city).prefetch_related("parties")[:3],
        **totals(city, now),
    }


def counts_by_city() -> dict[Any, dict[str, int]]:
    """City key -> how many rooms are live, proposals open, pacts in force."""
    now = timezone.now()
    live = Q(state=RoomState.OPEN, access=Access.PUBLIC, starts_at__lte=now) & (Q(ends_at=None) | Q(ends_at__gt=now))
    tables = {
        "rooms": Room.objects.across_cities().filter(live),
        "proposals": Proposal.objects.across_cities().filter(state__in=OPEN_PROPOSALS),
        "pacts": Pact.objects.across_cities().filter(state__in=PUBLIC_PACTS),
    }
    found: dict[Any, dict[str, int]] = {}
    for name, rows in tables.items():
        for row in rows.order_by().values("city").annotate(count=Count("pk")):
            found.setdefault(row["city"], {})[name] = row["count"]
    return found
