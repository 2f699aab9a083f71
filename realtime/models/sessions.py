"""What facilitators keep for sessions to come, and what a volunteer writes down for those who cannot hear."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.base.ids import uuid7
from backend.cities.models import CityScoped
from backend.cities.querysets import ScopedQuerySet
from backend.people.models import Person
from realtime.models.rooms import Room


class SessionPlan(CityScoped):
    """An agenda that a facilitator saved under a name, for the next session."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    by = models.ForeignKey(Person, models.CASCADE, related_name="session_plans")
    name = models.CharField(_("name"), max_length=80)
    language = models.CharField(max_length=8)
    steps = models.JSONField(default=list)  # title, minutes, tool; of a template also its texts by language
    made_at = models.DateTimeField(default=timezone.now)

    objects = models.Manager.from_queryset(ScopedQuerySet)()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["city", "by", "name"], name="session_plan_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Caption(models.Model):
    """A line that a volunteer typed while somebody spoke. It goes when the notes end, unless the group keeps them."""

    id = models.BigAutoField(primary_key=True)
    room = models.ForeignKey(Room, models.CASCADE, related_name="captions")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    text = models.CharField(max_length=300)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["room", "-id"], name="caption_list")]

    def __str__(self) -> str:
        return f"{self.room_id} {self.at:%H:%M}"
