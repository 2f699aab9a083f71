"""How rooms, those in them and their versions are read."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.utils import timezone

from backend.base.rows import counted
from backend.cities.querysets import ScopedQuerySet
from backend.people.choices import PersonKind
from realtime.choices import Access, ConcernState, ParticipantState, RoomRole, RoomState, VoteState

# A socket says that it lives at least this often (see hub); after that its person counts as gone.
PRESENT = timedelta(seconds=60)
# Who came in and never opened the room keeps their place this long: as long as a ticket holds.
COMING = timedelta(hours=12)


def stays(seen_at: datetime, left_at: datetime | None) -> bool:
    """Did not go, or was seen since. Who sleeps or lost the line stays; `ParticipantQuerySet.staying` says the same."""
    return left_at is None or seen_at > left_at


class RoomQuerySet(ScopedQuerySet):
    def open(self) -> Self:
        return self.filter(state=RoomState.OPEN)

    def visible_to(self, person: Any) -> Self:
        """Public rooms, and those that the person is in or made; rooms of groups are reached from their main room."""
        public = models.Q(access=Access.PUBLIC)
        rows = self.filter(parent=None)
        if person is None:
            return rows.filter(public)
        inside = models.Exists(_inside(person).filter(room=models.OuterRef("pk")))
        return rows.filter(public | models.Q(made_by=person.pk) | inside)

    def for_list(self) -> Self:
        """With what a card shows: how many are in it."""
        people = counted(self.model, "participants", models.Q(state=ParticipantState.ADMITTED))
        rows = self.with_city("commons").select_related("group", "proposal")
        return rows.annotate(people=people).order_by("-starts_at", "-id")


def _inside(person: Any) -> Any:
    rows = ParticipantQuerySet.of(person)
    return rows.filter(state=ParticipantState.ADMITTED)


class ParticipantQuerySet(ScopedQuerySet):
    @staticmethod
    def of(person: Any) -> Any:
        """Every participation of a person, wherever."""
        return person.participations.across_cities()

    def admitted(self) -> Self:
        return self.filter(state=ParticipantState.ADMITTED)

    def waiting(self) -> Self:
        return self.filter(state=ParticipantState.WAITING)

    def online(self) -> Self:
        return self.filter(seen_at__gte=timezone.now() - PRESENT)

    def staying(self) -> Self:
        """Those who did not go; a line that is cut, or a phone that sleeps, is no going."""
        return self.filter(models.Q(left_at=None) | models.Q(seen_at__gt=models.F("left_at")))

    def here(self) -> Self:
        """Seen a moment ago; or without a device, and not gone home."""
        seen = models.Q(seen_at__gt=timezone.now() - PRESENT) | models.Q(person__kind=PersonKind.ASSISTED)
        return self.staying().filter(seen)

    def taking_places(self) -> Self:
        """Those whom a room's limit counts: they take part and are here, or have a place and are on their way."""
        now = timezone.now()
        here = models.Q(seen_at__gte=now - PRESENT) | models.Q(person__kind=PersonKind.ASSISTED)
        coming = models.Q(seen_at__lte=models.F("joined_at"), joined_at__gte=now - COMING)
        return self.admitted().staying().exclude(role=RoomRole.OBSERVER).filter(here | coming)


class VersionQuerySet(ScopedQuerySet):
    def for_list(self) -> Self:
        """Without the text itself."""
        return self.select_related("by").defer("content").order_by("-number")


class PollQuerySet(ScopedQuerySet):
    def closed(self) -> Self:
        return self.filter(state=VoteState.CLOSED)

    def for_room(self, drafts: bool) -> Self:
        """As the room lists them; what is being prepared is its facilitator's business."""
        rows = self if drafts else self.exclude(state=VoteState.DRAFT)
        return rows.order_by("-number")


class CheckQuerySet(PollQuerySet):
    pass


class ConcernQuerySet(ScopedQuerySet):
    def to_resolve(self) -> Self:
        return self.filter(state=ConcernState.OPEN)


class ErasureQuerySet(ScopedQuerySet):
    def for_list(self) -> Self:
        return self.select_related("person", "asked_by", "answered_by")
