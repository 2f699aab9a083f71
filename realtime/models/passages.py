"""What hangs on passages of a room's text: comments, and changes that somebody proposes."""

from django.db import models
from django.utils import timezone

from backend.base.ids import uuid7
from backend.cities.models import CityScoped
from backend.cities.querysets import ScopedManager
from backend.conversations.models import Thread
from backend.people.models import Person
from realtime.choices import PASSAGE_STEPS, PassageKind, PassageState
from realtime.models.rooms import Room


class Passage(CityScoped):
    """A comment or a proposed change with its talk. `key` is the id of its marks in the text.

    The text itself holds the marks; the words here are what they stood on when they were last heard of,
    so that what hangs on nothing any more can still be understood.
    """

    steps = PASSAGE_STEPS

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    room = models.ForeignKey(Room, models.CASCADE, related_name="passages")
    key = models.CharField(max_length=24)
    kind = models.CharField(max_length=10, choices=PassageKind)
    state = models.CharField(max_length=8, choices=PassageState, default=PassageState.OPEN)
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="passage")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="passages")  # null: nobody has said it
    quote = models.CharField(max_length=600, blank=True)  # the words it stands on, or that should go
    words = models.CharField(max_length=600, blank=True)  # the words that should come
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=timezone.now)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "key"], name="passage_key_once"),
        ]
        indexes = [models.Index(fields=["room", "state", "id"], name="passage_list")]

    def __str__(self) -> str:
        return f"{self.room_id} {self.kind} {self.key}"
