"""Questions that a room votes on."""

from django.db import models
from django.utils import timezone

from backend.base.ids import uuid7
from backend.base.texts import Written
from backend.cities.models import CityScoped
from backend.people.models import Person
from realtime.choices import VOTE_STEPS, Eligible, PollKind, VoteState
from realtime.models.rooms import Room
from realtime.querysets import PollQuerySet


class Poll(Written, CityScoped):
    """One question. Its votes are ballots with `tool="polls"` and `item=str(pk)`.

    Every vote adds one to `casts` in its own transaction while the poll is open, so a vote and the close take
    turns on this row. `shown` is what an anonymous poll with live results has shown so far, as of `shown_casts`.
    After the close `result` holds; the ballots of an anonymous poll then no longer say what a person chose.
    """

    steps = VOTE_STEPS

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    room = models.ForeignKey(Room, models.CASCADE, related_name="polls")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=PollKind)
    question = models.CharField(max_length=300)
    options = models.JSONField(default=list)  # [{"id", "text", "note"?}]
    state = models.CharField(max_length=8, choices=VoteState, default=VoteState.DRAFT)
    anonymous = models.BooleanField(default=True)
    live = models.BooleanField(default=False)  # results are seen while it is open
    eligible = models.CharField(max_length=12, choices=Eligible, default=Eligible.TAKING_PART)
    quorum = models.PositiveSmallIntegerField(default=0)  # so many must vote; 0: no such rule
    budget = models.PositiveSmallIntegerField(default=0)  # dots each
    most = models.PositiveSmallIntegerField(default=0)  # answers at most, of several; 0: as many as there are
    casts = models.PositiveIntegerField(default=0)
    shown = models.JSONField(null=True)
    shown_casts = models.PositiveIntegerField(default=0)
    result = models.JSONField(null=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(PollQuerySet)()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["room", "number"], name="poll_number_once"),
        ]

    def __str__(self) -> str:
        return self.question
