"""What looks back on a room's text: a cache that any moment is read from, and wishes to have words taken out."""

from django.db import models
from django.utils import timezone

from backend.base.ids import uuid7
from backend.cities.models import CityScoped
from backend.people.models import Person
from realtime.choices import ERASURE_STEPS, ErasureState
from realtime.models.rooms import Room
from realtime.querysets import ErasureQuerySet


class Timeline(models.Model):
    """A cache of everything that ever stood in a room's text, up to update `number`. May be deleted at any time."""

    room = models.OneToOneField(Room, models.CASCADE, primary_key=True, related_name="timeline")
    number = models.PositiveBigIntegerField()
    data = models.BinaryField()
    checksum = models.PositiveBigIntegerField()
    sittings = models.JSONField(default=list)  # when people wrote, who and how much
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.room_id} {self.number}"


class Erasure(CityScoped):
    """A wish that the words of `person` be taken out of a room for good, and what became of it.

    Once agreed it is work for later. `log` says that the words are out of the database; only `files` go after that.
    """

    steps = ERASURE_STEPS

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    room = models.ForeignKey(Room, models.CASCADE, related_name="erasures")
    person = models.ForeignKey(Person, models.PROTECT, related_name="erasures")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=400, blank=True)
    state = models.CharField(max_length=8, choices=ErasureState, default=ErasureState.ASKED)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    answer = models.CharField(max_length=400, blank=True)
    log = models.PositiveIntegerField(null=True)  # the room's log that began with it
    taken = models.JSONField(default=dict)  # how much it was, by kind
    files = models.JSONField(default=list)  # folders of photos that are still to be removed
    tries = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=16, blank=True)  # why it could not be done
    moved_at = models.DateTimeField(null=True)  # the last sign of life of the work
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(ErasureQuerySet)()

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["room", "person"], condition=models.Q(state="asked"), name="erasure_asked_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} from {self.room_id}"
