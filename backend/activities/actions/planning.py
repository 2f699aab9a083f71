"""Planning an activity, calling it off, and saying that it took place."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from backend.activities import permissions
from backend.activities.choices import ActivityState
from backend.activities.models import Activity
from backend.base import words
from backend.base.journal import move, record
from backend.base.rows import add_under_slug, check
from backend.cities.models import City, Group
from backend.commons.models import Commons
from backend.pacts.choices import REGISTERED
from backend.pacts.models import Pact
from backend.people.actions import notify
from backend.people.models import Person

LONGEST = timedelta(days=31)


@transaction.atomic
def plan_activity(
    *,
    by: Person,
    city: City,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    story: str = "",
    place: str = "",
    places: int | None = None,
    access: dict[str, Any] | None = None,
    repeats_days: int | None = None,
    commons: Commons | None = None,
    pact: Pact | None = None,
    group: Group | None = None,
    language: str = "",
) -> Activity:
    """Put an activity into the city's calendar. Under a pact it is at the pact's commons unless said otherwise."""
    if not permissions.can_plan_activity(by, city, group):
        raise PermissionDenied(_("Only people of this city can plan activities here, and for a group only its people."))
    _refuse_elsewhere(city, commons=commons, pact=pact, group=group)
    _refuse_times(starts_at, ends_at)
    activity = Activity(
        city=city,
        title=words.line(title, field="title", limit=160),
        story=words.prose(story, field="story", limit=4000, required=False),
        starts_at=starts_at,
        ends_at=ends_at,
        place=words.line(place, field="place", limit=160, required=False),
        places=places,
        access=access or {},
        repeats_days=repeats_days,
        commons=commons or (pact.commons if pact else None),
        pact=pact,
        group=group,
        host=by,
        language=language or by.language,
    )
    check(activity)
    add_under_slug(activity, Activity.objects.in_city(city), title)
    record(by=by, verb="activity.plan", subject=activity, after=ActivityState.PLANNED)
    return activity


def _refuse_elsewhere(city: City, **things: Any) -> None:
    for field, thing in things.items():
        if thing is not None and thing.city_id != city.pk:
            raise ValidationError({field: ValidationError(_("This belongs to another city."), code="other_city")})
    pact = things.get("pact")
    if pact is not None and pact.state not in REGISTERED:
        raise ValidationError({"pact": ValidationError(_("This pact is not signed yet."), code="not_signed")})


def _refuse_times(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise ValidationError({"ends_at": ValidationError(_("It ends before it starts."), code="order")})
    if ends_at - starts_at > LONGEST:
        raise ValidationError(
            {"ends_at": ValidationError(_("That is longer than a month. Plan each part by itself."), code="long")}
        )


@transaction.atomic
def cancel_activity(activity: Activity, *, by: Person, reason: str) -> Activity:
    """Call it off. Who wanted to come sees the reason; calendars that follow the city learn of it."""
    if not permissions.can_edit_activity(by, activity):
        raise PermissionDenied(_("Only its hosts can call this off."))
    reason = words.line(reason, field="reason", limit=400)
    move(activity, ActivityState.CANCELLED, by=by, reason=reason, cancelled_reason=reason)
    for row in activity.attendances.select_related("person").exclude(person=by):
        notify(person=row.person, kind="activity_cancelled", reference=activity.reference)
    return activity


@transaction.atomic
def mark_done(activity: Activity, *, by: Person, people_count: int | None = None) -> Activity:
    """It took place, with about so many people."""
    if not permissions.can_edit_activity(by, activity):
        raise PermissionDenied(_("Only its hosts can say that this took place."))
    if not activity.has_begun:
        raise ValidationError(_("It has not begun yet."), code="early")
    move(activity, ActivityState.DONE, by=by, people_count=people_count)
    return activity
