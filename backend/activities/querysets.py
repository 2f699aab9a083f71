"""How activities, outputs and their makers are read."""

from datetime import timedelta
from typing import Any, Self

from django.apps import apps
from django.db.models import Prefetch, Q
from django.utils import timezone

from backend.activities.choices import ActivityState
from backend.base.rows import counted
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
        rows = self.with_city("commons").select_related("group", "host")
        return rows.annotate(coming=counted(self.model, "attendances", Q(came=None) | Q(came=True)))


class OutputQuerySet(ScopedQuerySet):
    def newest(self) -> Self:
        return self.order_by("-made_at", "-id")

    def for_list(self) -> Self:
        return self.with_city().select_related("activity", "pact", "owner", "owner_group").prefetch_related("photos")

    @staticmethod
    def makers(path: str = "contributions") -> Prefetch[str]:
        """Contributions with who made them, in one query."""
        rows = ContributionQuerySet(apps.get_model("activities", "Contribution"))
        rows = rows.across_cities().select_related("person", "group__city").order_by("id")
        return Prefetch(path, queryset=rows)

    def for_page(self) -> Self:
        """With its makers, what it came of and its pictures."""
        return self.select_related(
            "activity__commons", "activity__group", "pact__proposal", "owner", "owner_group", "city", "by"
        ).prefetch_related("photos", self.makers())


class ContributionQuerySet(ScopedQuerySet):
    def of(self, person: Any) -> Self:
        return self.filter(person=person)
