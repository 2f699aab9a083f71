"""Consent checks on versions of a room's text, and the concerns that come out of them."""

from django.db import models
from django.utils import timezone

from backend.base.ids import uuid7
from backend.base.texts import Written
from backend.cities.models import CityScoped
from backend.pacts.models import Decision
from backend.people.models import Person
from realtime.choices import CONCERN_STEPS, VOTE_STEPS, ConcernState, Consent, Eligible, Outcome, VoteState
from realtime.models.log import Version
from realtime.models.rooms import Room
from realtime.querysets import CheckQuerySet, ConcernQuerySet


class ConsentCheck(Written, CityScoped):
    """One question to a room about one text: a whole version, or the passage of `blocks` in it.

    `text_sha256` is the seal of what is asked about: the version's own, or that of the passage. The same words are
    asked about once, and again where too few answered. Answers are ballots with `tool="consent"`.
    """

    steps = VOTE_STEPS

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    room = models.ForeignKey(Room, models.CASCADE, related_name="checks")
    number = models.PositiveIntegerField()
    version = models.ForeignKey(Version, models.PROTECT, related_name="checks")
    blocks = models.JSONField(default=list)  # ids; none: the whole text
    passage = models.TextField(blank=True)  # its words, of a whole text the first ones
    text_sha256 = models.CharField(max_length=64)
    question = models.CharField(max_length=300)
    state = models.CharField(max_length=8, choices=VoteState, default=VoteState.DRAFT)
    eligible = models.CharField(max_length=12, choices=Eligible, default=Eligible.TAKING_PART)
    quorum = models.PositiveSmallIntegerField(default=0)
    casts = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    turnout = models.JSONField(default=dict)
    decision = models.OneToOneField(Decision, models.PROTECT, null=True, related_name="consent_check")
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(CheckQuerySet)()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["room", "number"], name="check_number_once"),
            models.UniqueConstraint(
                fields=["room", "text_sha256"], condition=~models.Q(outcome=Outcome.TOO_FEW), name="check_text_once"
            ),
            models.UniqueConstraint(fields=["room"], condition=models.Q(state=VoteState.OPEN), name="check_open_once"),
        ]

    def __str__(self) -> str:
        return self.question


class Concern(CityScoped):
    """Words of somebody who has concerns or blocks: an item to resolve.

    The facilitator reads it at once; the room when it is `shown`, at the latest at the close, and never with a name.
    The minutes name its writer only where they wished it (`named`).
    """

    steps = CONCERN_STEPS

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    check_of = models.ForeignKey(ConsentCheck, models.CASCADE, related_name="concerns")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Consent)
    text = models.CharField(max_length=1000)
    state = models.CharField(max_length=8, choices=ConcernState, default=ConcernState.OPEN)
    shown = models.BooleanField(default=False)
    named = models.BooleanField(default=False)
    how = models.CharField(max_length=1000, blank=True)  # it was resolved
    resolved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)
    resolved_in = models.ForeignKey(Version, models.PROTECT, null=True, related_name="+")  # the version that meets it
    at = models.DateTimeField(default=timezone.now)

    objects = models.Manager.from_queryset(ConcernQuerySet)()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["check_of", "person"], condition=models.Q(state=ConcernState.OPEN), name="concern_open_once"
            ),
        ]

    def __str__(self) -> str:
        return self.text
