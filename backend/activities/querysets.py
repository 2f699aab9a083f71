"""How activities, outputs and their makers are read."""

from datetime import timedelta
from typing import Any, Self

from django.db.models import Count, Q
from django.utils import timezone

from backend.activities.choices import ActivityState
from backend.cities.querysets import ScopedQuerySet


class ActivityQuerySet(ScopedQuerySet):
    def upcoming(self) -> Self:
        """What is to come or goes on now, the nearest first."""
        return self.filter(ends_at__gte=timezone.now(), state=ActivityState.PLANNED).order_by("starts_at", "id")

    def past(self) -> Self:
        """What took place or should have, the latest first."""
        over = Q(ends_at__lt=timezone.now()) | Q(state=ActivityState.DONE)
        return self.filter(over).exclude(state=ActivityState.CANCELLED).order_by("-starts_at", "-id")

    def announced(self) -> Self:
        """For calendars: from a month ago on, the cancelled too, so that a calendar learns of it."""
        return self.filter(ends_at__gte=timezone.now() - timedelta(days=31)).order_by("starts_at", "id")

    def for_list(self) -> Self:
        """With what a row of a list shows, in one query."""
        return self.select_related("commons__city", "group", "host", "city").annotate(
            coming=Count("attendances", filter=~Q(attendances__came=False), distinct=True)
        )


class OutputQuerySet(ScopedQuerySet):
    def newest(self) -> Self:
        return self.order_by("-made_at", "-id")

    def for_list(self) -> Self:
        return self.select_related("activity", "pact", "owner", "owner_group", "city").prefetch_related("photos")

    def for_page(self) -> Self:
        """With its makers, what it came of and its pictures."""
        return self.select_related(
            "activity__commons__city", "activity__group", "activity__city", "pact", "owner", "owner_group", "city", "by"
        ).prefetch_related("photos", "contributions__person", "contributions__group")


class ContributionQuerySet(ScopedQuerySet):
    def of(self, person: Any) -> Self:
        return self.filter(person=person)
