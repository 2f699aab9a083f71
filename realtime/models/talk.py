"""What people say to a message without words."""

from django.db import models
from django.utils import timezone

from backend.base.ids import uuid7
from backend.conversations.models import Post
from backend.people.models import Person
from realtime.choices import ReactionKind
from realtime.models.rooms import Room


class Reaction(models.Model):
    """One person's sign at one message; for a question, that they ask it too."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    room = models.ForeignKey(Room, models.CASCADE, related_name="reactions")
    post = models.ForeignKey(Post, models.CASCADE, related_name="reactions")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=ReactionKind)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "person", "kind"], name="reaction_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.post_id}"
