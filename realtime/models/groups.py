"""Break-out rooms: a round of groups, who is in which, and what came back of their texts."""

from django.db import models
from django.utils import timezone

from backend.base.ids import uuid7
from backend.people.models import Person
from realtime.choices import BREAKOUT_STEPS, BreakoutState, Choosing, LateComers
from realtime.models.rooms import Participant, Room


class Breakout(models.Model):
    """A round in which the people of a room work in groups; at most one is under way in a room."""

    steps = BREAKOUT_STEPS

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    room = models.ForeignKey(Room, models.CASCADE, related_name="breakouts")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=BreakoutState, default=BreakoutState.PLANNED)
    choosing = models.CharField(max_length=8, choices=Choosing, default=Choosing.MIXED)
    late = models.CharField(max_length=8, choices=LateComers, default=LateComers.SMALLEST)
    question = models.CharField(max_length=300, blank=True)
    minutes = models.PositiveSmallIntegerField(default=15)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "number"], name="breakout_number_once"),
            models.UniqueConstraint(
                fields=["room"], condition=~models.Q(state__in=["done", "dropped"]), name="breakout_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.room_id} groups {self.number}"


class BreakoutGroup(models.Model):
    """One group of a round; its room is made when the groups begin."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    breakout = models.ForeignKey(Breakout, models.CASCADE, related_name="groups")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)
    room = models.OneToOneField(Room, models.CASCADE, null=True, blank=True, related_name="group_seat")
    seed = models.PositiveBigIntegerField(null=True, blank=True)  # the client that wrote the heading into its text
    asks_help = models.BooleanField(default=False)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["breakout", "number"], name="breakout_group_once"),
        ]

    def __str__(self) -> str:
        return self.title


class BreakoutSeat(models.Model):
    """Which group someone is in: one in each round. `participant` is their place in the main room."""

    id = models.BigAutoField(primary_key=True)
    breakout = models.ForeignKey(Breakout, models.CASCADE, related_name="seats")
    group = models.ForeignKey(BreakoutGroup, models.CASCADE, related_name="seats")
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="seats")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["breakout", "participant"], name="breakout_seat_once"),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} in {self.group_id}"


class Brought(models.Model):
    """A group's text that was put into the main text. `blocks`: block of the main text -> block it came from."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    room = models.ForeignKey(Room, models.CASCADE, related_name="brought")
    group = models.ForeignKey(BreakoutGroup, models.CASCADE, related_name="brought")
    blocks = models.JSONField(default=dict)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.group_id} into {self.room_id}"


class GroupAuthor(models.Model):
    """Someone whose words came into the main text out of a group: an author of it like those who wrote there."""

    id = models.BigAutoField(primary_key=True)
    room = models.ForeignKey(Room, models.CASCADE, related_name="group_authors")
    group = models.ForeignKey(BreakoutGroup, models.CASCADE, related_name="authors")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "person"], name="group_author_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} of {self.group_id}"
