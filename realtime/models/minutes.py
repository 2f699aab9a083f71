"""The minutes of a session: their revisions, what the group answered, and who agreed to be named."""

from typing import Any

from django.db import models
from django.utils import timezone

from backend.base.ids import uuid7
from backend.cities.models import CityScoped
from backend.cities.querysets import ScopedManager
from backend.people.models import Person
from realtime.choices import MINUTES_STEPS, Audience, MinutesRule, MinutesState
from realtime.models.rooms import Room


class Minutes(CityScoped):
    """One session's minutes. Their words are in the revisions; `proposed` is the one that the group was asked about."""

    steps = MINUTES_STEPS

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    room = models.OneToOneField(Room, models.CASCADE, related_name="minutes")
    state = models.CharField(max_length=10, choices=MinutesState, default=MinutesState.DRAFT)
    language = models.CharField(max_length=8)
    audience = models.CharField(max_length=8, choices=Audience, default=Audience.ROOM)
    rule = models.CharField(max_length=10, choices=MinutesRule, default=MinutesRule.NOBODY)
    proposed = models.ForeignKey("MinutesRevision", models.PROTECT, null=True, blank=True, related_name="+")
    closes_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    agreed = models.BooleanField(null=True, blank=True)  # once published: whether the rule was met
    unanswered_at = models.DateTimeField(null=True, blank=True)  # the time was up and nobody had said anything
    pdf = models.BinaryField(null=True, blank=True)  # once published: the paper, made once

    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["state", "closes_at"], name="minutes_due")]

    def __str__(self) -> str:
        return f"{self.room_id} {self.state}"


class MinutesRevision(models.Model):
    """The minutes after one change: what the facilitator added and left out, and once proposed the facts as well."""

    id = models.BigAutoField(primary_key=True)
    minutes = models.ForeignKey(Minutes, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    content = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["minutes", "number"], name="minutes_revision_once")]

    def __str__(self) -> str:
        return f"{self.minutes_id} r{self.number}"

    @property
    def added(self) -> dict[str, str]:
        """Section -> the facilitator's words."""
        words: dict[str, str] = self.content.get("added", {})
        return words

    @property
    def left_out(self) -> list[str]:
        sections: list[str] = self.content.get("left_out", [])
        return sections

    @property
    def facts(self) -> dict[str, Any] | None:
        """What the session itself told, frozen when the minutes were proposed."""
        facts: dict[str, Any] | None = self.content.get("facts")
        return facts


class MinutesAnswer(models.Model):
    """One person's answer to the minutes as they were proposed; an objection has words."""

    id = models.BigAutoField(primary_key=True)
    revision = models.ForeignKey(MinutesRevision, models.CASCADE, related_name="answers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="minutes_answers")
    agrees = models.BooleanField()
    words = models.CharField(max_length=1000, blank=True)
    entered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")  # for who has no device
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["revision", "person"], name="minutes_answer_once")]

    def __str__(self) -> str:
        return f"{self.revision_id} {self.agrees}"


class MinutesName(models.Model):
    """Somebody agreed to stand in the minutes by name."""

    id = models.BigAutoField(primary_key=True)
    minutes = models.ForeignKey(Minutes, models.CASCADE, related_name="names")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["minutes", "person"], name="minutes_name_once")]

    def __str__(self) -> str:
        return f"{self.minutes_id} {self.person_id}"
