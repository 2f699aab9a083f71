"""What the idea board keeps beside the shared document: ideas written in silence, photos, and which idea became which words."""

from django.core.files.storage import Storage, storages
from django.db import models
from django.utils import timezone

from backend.base.ids import uuid7
from backend.base.images import Picture
from backend.cities.models import CityScoped
from backend.cities.querysets import ScopedManager
from backend.people.models import Person
from realtime.models.log import Version
from realtime.models.rooms import Room


class NotePhoto(CityScoped):
    """The photo of a note: re-encoded, without metadata, in several widths, for those who may see the room.

    `gone_at` is when its note was found to be off the board; some days later the files go, too.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    room = models.ForeignKey(Room, models.CASCADE, related_name="photos")
    note = models.CharField(max_length=24)
    alt = models.CharField(max_length=500)
    path = models.CharField(max_length=200)  # folder of the protected storage: <width>.webp and <width>.jpg
    widths = models.JSONField(default=list)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    gone_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "note"], name="note_photo_once")]

    def __str__(self) -> str:
        return self.alt

    @property
    def picture(self) -> Picture:
        return Picture(self.path, tuple(self.widths), self.width, self.height, self.bytes)

    @staticmethod
    def storage() -> Storage:
        return storages["protected"]


class SilentNote(models.Model):
    """An idea written in silence: in the database alone until everyone's are shown."""

    id = models.BigAutoField(primary_key=True)
    room = models.ForeignKey(Room, models.CASCADE, related_name="silent_notes")
    person = models.ForeignKey(Person, models.PROTECT, related_name="silent_notes")
    key = models.CharField(max_length=24)  # what the note will be called on the board
    column = models.CharField(max_length=8)
    text = models.CharField(max_length=500)
    colour = models.PositiveSmallIntegerField(default=1)
    photo = models.OneToOneField(NotePhoto, models.CASCADE, null=True, blank=True, related_name="silent_note")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["room", "key"], name="silent_note_once")]

    def __str__(self) -> str:
        return f"{self.room_id} {self.key}"


class VersionIdea(models.Model):
    """In this version the block's words came from this idea of the board, which `person` had or added to."""

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(Version, models.CASCADE, related_name="ideas")
    block = models.CharField(max_length=64)
    note = models.CharField(max_length=64)
    text = models.CharField(max_length=500)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "block", "note", "person"], name="version_idea_once"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.block}"
