"""Rooms, and who is in them."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.activities.models import Activity
from backend.base.ids import uuid7
from backend.base.texts import Written
from backend.cities.models import CityScoped, Group
from backend.commons.models import Commons
from backend.conversations.models import Thread
from backend.pacts.models import Pact, Proposal
from backend.people.models import Person
from realtime.choices import (
    PARTICIPANT_STEPS,
    ROOM_STEPS,
    Access,
    ParticipantState,
    Place,
    RoomRole,
    RoomState,
)
from realtime.querysets import ParticipantQuerySet, RoomQuerySet, stays


class Room(Written, CityScoped):
    """A live co-design room. `head` is the number of the last stored update of its text.

    `epoch` grows whenever anybody's rights here change; sockets compare it on every frame. `log` grows
    when words are erased for good: the rows of an older log are gone, see store.begin_anew.
    """

    steps = ROOM_STEPS

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80)
    title = models.CharField(_("title"), max_length=160)
    question = models.CharField(_("question"), max_length=300, blank=True)
    state = models.CharField(max_length=8, choices=RoomState, default=RoomState.OPEN)
    access = models.CharField(max_length=8, choices=Access, default=Access.CODE)
    code = models.CharField(max_length=8, unique=True)  # Crockford base 32: 40 bits name the room
    short_code = models.CharField(max_length=6, unique=True, null=True, blank=True)
    token_digest = models.CharField(max_length=64, unique=True, null=True, blank=True)  # the QR's
    asks_before_admitting = models.BooleanField(default=False)
    most = models.PositiveSmallIntegerField(default=150)  # people who take part at once; who watches is not counted
    lets_watch = models.BooleanField(default=True)  # at the door one may choose to watch only
    place = models.CharField(_("place"), max_length=160, blank=True)
    commons = models.ForeignKey(Commons, models.PROTECT, null=True, blank=True, related_name="rooms")
    group = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, related_name="rooms")
    activity = models.ForeignKey(Activity, models.PROTECT, null=True, blank=True, related_name="rooms")
    proposal = models.ForeignKey(Proposal, models.PROTECT, null=True, blank=True, related_name="rooms")
    pact = models.ForeignKey(Pact, models.PROTECT, null=True, blank=True, related_name="rooms")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")  # of a group
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="room")  # its chat
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    head = models.PositiveBigIntegerField(default=0)
    epoch = models.PositiveIntegerField(default=1)
    log = models.PositiveIntegerField(default=1)
    log_after = models.PositiveBigIntegerField(default=0)  # the number before the first of the present log
    told = models.PositiveBigIntegerField(default=0)  # grows with each change of a tool: a lost hint is noticed
    pin_digest = models.CharField(max_length=64, blank=True)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    objects = models.Manager.from_queryset(RoomQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "slug"], name="room_slug_once"),
        ]
        indexes = [models.Index(fields=["city", "state", "-starts_at"], name="room_list")]

    def __str__(self) -> str:
        return self.title


class Participant(CityScoped):
    """A person in a room. `epoch` is written into tickets: a higher one here voids them."""

    steps = PARTICIPANT_STEPS

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    room = models.ForeignKey(Room, models.CASCADE, related_name="participants")
    person = models.ForeignKey(Person, models.PROTECT, related_name="participations")
    role = models.CharField(max_length=12, choices=RoomRole, default=RoomRole.PARTICIPANT)
    state = models.CharField(max_length=8, choices=ParticipantState, default=ParticipantState.ADMITTED)
    place = models.CharField(max_length=10, choices=Place, default=Place.ELSEWHERE)
    colour = models.PositiveSmallIntegerField(default=1)  # 1 to 6: --p1 … --p6
    epoch = models.PositiveIntegerField(default=1)
    chat_muted = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)  # went by themselves, or home; back again where seen later
    wrote_at = models.DateTimeField(null=True, blank=True)  # the last message, for the slow mode
    dismissed = models.CharField(max_length=36, blank=True)  # the last message to all that they put away

    objects = models.Manager.from_queryset(ParticipantQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "person"], name="participant_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.room_id}"

    @property
    def name(self) -> str:
        """What the room calls them."""
        return self.person.name

    @property
    def stays(self) -> bool:
        """Did not go, or came back."""
        return stays(self.seen_at, self.left_at)
