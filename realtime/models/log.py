"""The log of a room's shared text, its cache and its named versions."""

from django.db import models
from django.utils import timezone

from backend.base.ids import uuid7
from backend.cities.models import CityScoped
from backend.people.models import Person
from realtime.models.rooms import Participant, Room
from realtime.querysets import VersionQuerySet


class Update(models.Model):
    """One accepted update of a room's text: the raw bytes as they came, numbered without gaps.

    The database refuses to change a row, and to delete one of the room's present log.
    """

    id = models.BigAutoField(primary_key=True)
    # Neither has an index of its own: the constraint begins with the room, and a page more in each
    # commit of each letter is what storing costs.
    room = models.ForeignKey(Room, models.CASCADE, related_name="updates", db_index=False)
    log = models.PositiveIntegerField(default=1)
    number = models.PositiveBigIntegerField()
    data = models.BinaryField()
    checksum = models.PositiveBigIntegerField()  # CRC-32 of `data`
    seal = models.BinaryField(null=True)  # by which its words are known again, see document/sealing.py
    participant = models.ForeignKey(Participant, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "number"], name="update_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.room_id} {self.number}"


class ClientClock(models.Model):
    """Which person a Yjs client id of a room belongs to, and the next clock it may use.

    Clients of an older log than the room's stay, so that nobody brings erased words back with them.
    """

    id = models.BigAutoField(primary_key=True)
    room = models.ForeignKey(Room, models.CASCADE, related_name="clocks", db_index=False)
    client = models.PositiveBigIntegerField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    clock = models.PositiveBigIntegerField(default=0)
    log = models.PositiveIntegerField(default=1)
    # The server's hand that put words there which others had written: a group's, an idea's, an old version's.
    carried = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "client"], name="client_once"),
        ]

    def __str__(self) -> str:
        return f"{self.room_id} {self.client}"


class Snapshot(models.Model):
    """A cache of the first `number` updates of a room, merged. May be deleted at any time."""

    room = models.OneToOneField(Room, models.CASCADE, primary_key=True, related_name="snapshot")
    number = models.PositiveBigIntegerField()
    data = models.BinaryField()
    checksum = models.PositiveBigIntegerField()
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.room_id} {self.number}"


class Version(CityScoped):
    """A named, frozen state of a room's text: what its first `update_number` updates say.

    Where words were taken out since, `first_sha256` is the seal it was kept, and decided, under.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    room = models.ForeignKey(Room, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    update_number = models.PositiveBigIntegerField()
    title = models.CharField(max_length=160)
    reason = models.CharField(max_length=400, blank=True)
    content = models.JSONField()  # the ProseMirror document, canonical
    sha256 = models.CharField(max_length=64)
    first_sha256 = models.CharField(max_length=64, blank=True)
    taken_at = models.DateTimeField(null=True)
    undecided = models.PositiveIntegerField(default=0)  # changes that were proposed and are not in it
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = models.Manager.from_queryset(VersionQuerySet)()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["room", "number"], name="version_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.room_id} v{self.number}"
