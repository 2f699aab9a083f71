"""What the numbers are: figures counted from the tables, and verdicts on what was measured.

All figures of a city or a pact are counted in two statements, however many there are.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from math import sqrt
from operator import or_
from typing import Any

from django.db.models import (
    BigIntegerField,
    Count,
    Q,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.activities.choices import ActivityState
from backend.activities.models import Activity, Attendance, Contribution, Output
from backend.cities.models import City
from backend.conversations.choices import PostState
from backend.conversations.models import Post
from backend.impact.choices import Better, Verdict
from backend.impact.models import Indicator, Measurement
from backend.pacts.choices import PUBLIC_PROPOSALS, REGISTERED, CommitmentState, PactState
from backend.pacts.models import Authorship, Commitment, Pact, Proposal, Signature, Support
from backend.people.choices import Purpose
from backend.people.models import Consent, Person
from marketplace.choices import AccountKind, OrderState, OwnerKind
from marketplace.models import LedgerEntry, Order
from realtime.choices import ParticipantState
from realtime.models import Participant, Room

FEWEST = 5  # a count of people below this is not told

Rows = Any  # a ScopedQuerySet


@dataclass(frozen=True)
class Scope:
    """What is looked at: a city or one of its pacts, from a day on or since ever."""

    city: City
    pact: Pact | None = None
    since: datetime | None = None

    @property
    def before(self) -> tuple[datetime, datetime] | None:
        """The time of the same length before `since`."""
        if self.since is None:
            return None
        return self.since - (timezone.now() - self.since), self.since


@dataclass(frozen=True)
class Counted:
    """An indicator that the tables tell: its rows, when each happened, how they add up.

    Two have no rows of their own: persons, who leave traces in many tables, and hours.
    `people`: a small count could tell who it was. `city_only`: it has no meaning for one pact.
    """

    key: str
    label: Any
    when: str
    rows: Callable[[Scope], Rows] | None
    what: Any = None
    unit: str = ""
    people: bool = False
    city_only: bool = False


@dataclass(frozen=True)
class Figure:
    """A counted value, the one of the time before, and whether both had to be hidden."""

    key: str
    label: str
    unit: str
    value: float | None  # None: fewer than FEWEST people
    before: float | None  # None: not asked, or hidden

    @property
    def hidden(self) -> bool:
        return self.value is None


def _of(scope: Scope, rows: Rows, path: str = "pact") -> Rows:
    rows = rows.in_city(scope.city)
    return rows.filter(**{path: scope.pact}) if scope.pact is not None else rows


def _proposals(scope: Scope) -> Rows:
    return _of(scope, Proposal.objects).filter(state__in=PUBLIC_PROPOSALS)


def _pacts(scope: Scope) -> Rows:
    return Pact.objects.in_city(scope.city).filter(state__in=[PactState.ACTIVE, PactState.SUSPENDED])


def _activities(scope: Scope) -> Rows:
    return _of(scope, Activity.objects).filter(state=ActivityState.DONE)


def _kept(scope: Scope) -> Rows:
    signed = Commitment.objects.in_city(scope.city).filter(pact__state__in=REGISTERED)
    signed = signed.filter(pact=scope.pact) if scope.pact is not None else signed
    return signed.filter(state=CommitmentState.KEPT)


def _exchanges(scope: Scope) -> Rows:
    return _of(scope, Order.objects).filter(state=OrderState.DONE)


def _fund(scope: Scope) -> Rows:
    entries = LedgerEntry.objects.in_city(scope.city).filter(
        account__kind=AccountKind.FUND, account__owner_kind=OwnerKind.PACT
    )
    return entries.filter(account__owner_id=scope.pact.pk) if scope.pact is not None else entries


def _supports(scope: Scope) -> Rows:
    return _of(scope, Support.objects, "proposal__pact")


COUNTED: tuple[Counted, ...] = (
    Counted("people", _("People who took part"), "", None, people=True),
    Counted("rooms", _("Rooms held"), "starts_at", lambda s: _of(s, Room.objects), city_only=True),
    Counted("proposals", _("Proposals made public"), "published_at", _proposals, city_only=True),
    Counted("supports", _("Times a proposal was supported"), "at", _supports, people=True),
    Counted("pacts", _("Pacts in force"), "signed_at", _pacts, city_only=True),
    Counted("kept", _("Promises kept"), "due", _kept),
    Counted("activities", _("Activities that took place"), "starts_at", _activities),
    Counted("hours", _("Hours people gave at activities"), "", None, unit="h"),
    Counted("outputs", _("Things made"), "made_at", lambda s: _of(s, Output.objects)),
    Counted("exchanges", _("Things that changed hands"), "done_at", _exchanges),
    Counted("fund", _("In the commons funds"), "transfer__at", _fund, Sum("amount"), unit="money"),
)


@dataclass(frozen=True)
class Session:
    """An activity that took place: when, how long, how many came as the host counted them."""

    starts_at: datetime
    hours: float
    people: int


def sessions(scope: Scope) -> list[Session]:
    """The activities of `scope`, also those of the time before: one statement."""
    rows = _activities(scope)
    if scope.before:
        rows = rows.filter(starts_at__gte=scope.before[0])
    return [
        Session(starts, (ends - starts).total_seconds() / 3600, people or 0)
        for starts, ends, people in rows.order_by().values_list("starts_at", "ends_at", "people_count")
    ]


def counted(scope: Scope, held: list[Session]) -> list[Figure]:
    """Every counted figure of `scope`, people first: one statement beside the sessions."""
    wanted = [each for each in COUNTED if not (each.city_only and scope.pact)]
    columns: dict[str, Any] = {}
    for each in wanted:
        columns[f"now_{each.key}"] = _number(each, scope, (scope.since, None))
        if scope.before:
            columns[f"before_{each.key}"] = _number(each, scope, scope.before)
    row: dict[str, Any] = dict(City.objects.filter(pk=scope.city.pk).values(**columns).get())
    row["now_hours"] = _hours(held, scope.since, None)
    if scope.before:
        row["before_hours"] = _hours(held, *scope.before)
    return [
        _figure(each, row[f"now_{each.key}"], row.get(f"before_{each.key}"), scope.city.currency) for each in wanted
    ]


def _hours(held: list[Session], since: datetime | None, until: datetime | None) -> int:
    inside = [
        each
        for each in held
        if (since is None or each.starts_at >= since) and (until is None or each.starts_at < until)
    ]
    return round(sum(each.people * each.hours for each in inside))


def _number(each: Counted, scope: Scope, window: tuple[datetime | None, datetime | None]) -> Any:
    """The indicator's sum over `window` as one column."""
    if each.key == "hours":
        return Value(0)  # counted from the sessions
    if each.rows is None:
        return _took_part(scope, window)
    since, until = window
    rows = each.rows(scope)
    if since is not None:
        rows = rows.filter(**{f"{each.when}__gte": since})
    if until is not None:
        rows = rows.filter(**{f"{each.when}__lt": until})
    what = each.what or Count("pk")
    column = Subquery(rows.order_by().values("city").annotate(_sum=what).values("_sum")[:1])
    return Coalesce(column, 0, output_field=BigIntegerField())


def _figure(each: Counted, now: Any, before: Any, currency: str) -> Figure:
    if each.people:
        now, before = _told(now), _told(before)
    return Figure(each.key, str(each.label), currency if each.unit == "money" else each.unit, now, before)


def _told(count: float | None) -> float | None:
    """A count of people, or None where it is so small that it could tell who they are."""
    return None if count is None or 0 < count < FEWEST else count


def _took_part(scope: Scope, window: tuple[datetime | None, datetime | None]) -> Any:
    """How many persons wrote, supported, spoke, came, made or signed, each counted once, as one column."""
    since, until = window
    parts: list[Rows] = []
    for rows, who, when, path in _traces(scope.city):
        narrowed = rows.filter(**{path: scope.pact}) if scope.pact is not None else rows
        if since is not None:
            narrowed = narrowed.filter(**{f"{when}__gte": since})
        if until is not None:
            narrowed = narrowed.filter(**{f"{when}__lt": until})
        parts.append(narrowed.order_by().values_list(who, flat=True))
    anyone = Person.objects.filter(reduce(or_, (Q(pk__in=part) for part in parts)))
    column = Subquery(anyone.order_by().values(_all=Value(1)).annotate(_sum=Count("pk")).values("_sum")[:1])
    return Coalesce(column, 0, output_field=BigIntegerField())


def _traces(city: City) -> list[tuple[Rows, str, str, str]]:
    """Where a person leaves a trace: the rows, who, when, and the way to the pact."""
    admitted = Participant.objects.in_city(city).filter(state=ParticipantState.ADMITTED)
    return [
        (admitted, "person", "joined_at", "room__pact"),
        (Authorship.objects.in_city(city), "person", "proposal__made_at", "proposal__pact"),
        (Support.objects.in_city(city), "person", "at", "proposal__pact"),
        (Post.objects.in_city(city).filter(state=PostState.VISIBLE), "by", "at", "thread__pact"),
        (Attendance.objects.in_city(city).filter(came=True), "person", "activity__starts_at", "activity__pact"),
        (Contribution.objects.in_city(city).exclude(person=None), "person", "output__made_at", "output__pact"),
        (Signature.objects.in_city(city), "by", "at", "version__pact"),
    ]


@dataclass(frozen=True)
class Month:
    first: datetime
    activities: int
    people: int


def by_month(scope: Scope, held: list[Session], months: int = 12) -> list[Month]:
    """Activities of the last months and how many people came."""
    since = scope.since or timezone.now() - timedelta(days=30 * months)
    found: dict[str, list[Session]] = {}
    for each in held:
        if each.starts_at >= since:
            found.setdefault(timezone.localtime(each.starts_at).strftime("%Y-%m"), []).append(each)
    return [
        Month(first, len(inside), sum(each.people for each in inside))
        for first in _months_since(since)
        for inside in [found.get(first.strftime("%Y-%m"), [])]
    ]


def _months_since(since: datetime) -> list[datetime]:
    here, month = (
        timezone.localtime(),
        timezone.localtime(since).replace(day=1, hour=0, minute=0, second=0, microsecond=0),
    )
    months = []
    while month <= here:
        months.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    return months


# -- What was measured ------------------------------------------------------------------------


@dataclass(frozen=True)
class Point:
    day: Any
    value: float
    n: int | None
    margin: float


@dataclass(frozen=True)
class Reading:
    """An indicator as a page tells it: its points, its baseline, where it stands now and the verdict."""

    indicator: Indicator
    before: tuple[Point, ...]
    since: tuple[Point, ...]
    baseline: Point | None
    latest: Point | None
    verdict: Verdict

    @property
    def change(self) -> float | None:
        return self.latest.value - self.baseline.value if self.latest and self.baseline else None


def point(indicator: Indicator, row: Measurement) -> Point:
    """A measurement with its margin: the one given, else that of a share of `n` people (95 %)."""
    margin = row.margin
    if margin is None:
        share = min(max(row.value / 100, 0.0), 1.0)
        known = indicator.unit == "%" and indicator.people and row.n
        margin = 196 * sqrt(share * (1 - share) / row.n) if known and row.n else 0.0
    return Point(row.day, row.value, row.n, margin)


def tellable(indicator: Indicator, row: Measurement) -> bool:
    """A value that stands on fewer than five people is kept to researchers."""
    return not (indicator.people and row.n is not None and 0 < row.n < FEWEST)


def reading(indicator: Indicator, rows: Iterable[Measurement]) -> Reading:
    """Where an indicator stood, where it stands, and what that says.

    Where a season was measured before, its mean is held against the mean of as many values since.
    A baseline of no cases (n = 0) is a start at zero, not a comparison.
    """
    told = [row for row in rows if tellable(indicator, row)]
    before = tuple(point(indicator, row) for row in told if row.is_baseline and row.n != 0)
    since = tuple(point(indicator, row) for row in told if not row.is_baseline)
    baseline, latest = _mean(before), _mean(since[-max(len(before), 1) :])
    return Reading(indicator, before, since, baseline, latest, verdict(indicator.better, baseline, latest))


def _mean(points: tuple[Point, ...]) -> Point | None:
    if len(points) <= 1:
        return points[0] if points else None
    weights = [each.n or 1 for each in points]
    value = sum(each.value * weight for each, weight in zip(points, weights, strict=True)) / sum(weights)
    return Point(points[-1].day, round(value, 2), sum(weights), max(each.margin for each in points))


def verdict(better: str, baseline: Point | None, latest: Point | None) -> Verdict:
    """Better or worse only where the margins leave no doubt."""
    if baseline is None or latest is None:
        return Verdict.NEW
    change = latest.value - baseline.value
    if change == 0 or abs(change) <= baseline.margin + latest.margin:
        return Verdict.UNCLEAR
    return Verdict.BETTER if (change > 0) == (better == Better.HIGHER) else Verdict.WORSE


def readings(scope: Scope) -> list[Reading]:
    """Every indicator of `scope` with its measurements: two statements."""
    rows = Indicator.objects.in_city(scope.city).about(scope.pact).prefetch_related("measurements")
    return [reading(each, each.measurements.all()) for each in rows]


def research_consents(city: City) -> tuple[int, int]:
    """Of the members of a city: how many agreed to research, and how many there are."""
    members = Person.objects.filter(memberships__city=city, is_active=True)
    agreed = Q(pk__in=Consent.objects.filter(purpose=Purpose.RESEARCH, withdrawn_at=None).values("person"))
    row = members.aggregate(all=Count("pk"), agreed=Count("pk", filter=agreed))
    return row["agreed"], row["all"]
