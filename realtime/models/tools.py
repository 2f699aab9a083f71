"""What the tools of a room keep."""

from django.db import models
from django.utils import timezone

from backend.base.ids import uuid7
from backend.people.models import Person
from realtime.models.rooms import Room


class ToolState(models.Model):
    """What a tool of a room keeps. `revision` guards against two writers at once."""

    id = models.BigAutoField(primary_key=True)
    room = models.ForeignKey(Room, models.CASCADE, related_name="tool_states")
    tool = models.CharField(max_length=16)
    state = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "tool"], name="tool_state_once"),
        ]

    def __str__(self) -> str:
        return f"{self.room_id} {self.tool}"


class Ballot(models.Model):
    """One person's vote on one item of a tool; a hall vote is a ballot of an assisted person.

    `cast` is the item's own count at the time, `entered_by` who wrote it down for somebody without a device. When an
    anonymous poll closes, `value`, `cast` and the time go: the row then only says that somebody voted.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    room = models.ForeignKey(Room, models.CASCADE, related_name="ballots")
    tool = models.CharField(max_length=16)
    item = models.CharField(max_length=64)
    person = models.ForeignKey(Person, models.PROTECT, related_name="ballots")
    value = models.JSONField(null=True)
    cast = models.PositiveIntegerField(default=0)
    entered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "tool", "item", "person"], name="ballot_once"),
        ]

    def __str__(self) -> str:
        return f"{self.tool} {self.item}"
