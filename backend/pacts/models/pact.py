"""Pacts: parties, clauses in frozen versions, signatures, commitments, reports, decisions."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.base.ids import uuid7
from backend.base.texts import Written
from backend.cities.models import CityScoped, Group, Regulation
from backend.cities.querysets import ScopedManager
from backend.commons.models import Commons
from backend.conversations.models import Thread
from backend.pacts.choices import (
    COMMITMENT_STEPS,
    IN_WRITING,
    PACT_STEPS,
    REGISTERED,
    REPORT_STEPS,
    CommitmentState,
    Origin,
    PactForm,
    PactState,
    PartyKind,
    ReportState,
    SignatureWay,
)
from backend.pacts.models.proposal import Proposal
from backend.pacts.querysets import PactQuerySet
from backend.people.models import Person


class Pact(Written, CityScoped):
    """An agreement between a city and civic subjects as equals."""

    steps = PACT_STEPS

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reference = models.CharField(max_length=24)  # TO-2026-018
    title = models.CharField(_("title"), max_length=160)
    state = models.CharField(max_length=12, choices=PactState, default=PactState.CO_DESIGN)
    form = models.CharField(max_length=24, choices=PactForm, default=PactForm.PACT)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.MADE_HERE)
    proposal = models.OneToOneField(Proposal, models.PROTECT, null=True, blank=True, related_name="pact")
    regulation = models.ForeignKey(Regulation, models.PROTECT, related_name="pacts")
    commons = models.ForeignKey(Commons, models.PROTECT, related_name="pacts", null=True, blank=True)
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="pact")
    fund_share_bp = models.PositiveIntegerField(default=0)  # basis points of what is sold
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    signed_at = models.DateTimeField(null=True, blank=True)
    years = models.PositiveSmallIntegerField(null=True, blank=True)  # from the day of the last signature
    due_on = models.DateField(null=True, blank=True)  # the day by which whoever must act now acts
    folded = models.TextField(default="", editable=False)  # reference, title and parties, for the search

    objects = PactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "reference"], name="pact_reference_once"),
            models.CheckConstraint(condition=models.Q(fund_share_bp__lte=10_000), name="pact_share_at_most_all"),
        ]
        indexes = [
            models.Index(fields=["city", "state", "-signed_at"], name="pact_register"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("pacts:pact", args=[self.city.slug, self.reference])

    @property
    def is_registered(self) -> bool:
        return self.state in REGISTERED

    @property
    def is_in_writing(self) -> bool:
        return self.state in IN_WRITING

    def latest(self) -> "PactVersion":
        """The newest text: what is being agreed, or what is signed."""
        return self.versions.order_by("-number")[0]


class PactVersion(CityScoped):
    """One text of a pact: never changed, since each edit makes the next. The frozen one is what is signed.

    `content` is what the hash covers: parties, terms and clauses as they stood.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pact = models.ForeignKey(Pact, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    language = models.CharField(max_length=8)  # the binding one
    content = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)  # of the canonical JSON of `content`
    reason = models.CharField(max_length=300, blank=True)  # why it differs from the one before
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    frozen_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["pact", "number"], name="pact_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pact_id} v{self.number}"


class Clause(CityScoped):
    """A clause of a version. `text` is an official text; `source` leads to where it came from."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(PactVersion, models.CASCADE, related_name="clauses")
    key = models.CharField(max_length=32)  # of the regulation's list of clauses
    order = models.PositiveIntegerField()
    text = models.JSONField(default=dict)
    article = models.CharField(max_length=16, blank=True)
    block_ids = models.JSONField(default=list)  # blocks of the proposal's text it came from
    source = models.JSONField(default=dict)  # Reference {kind: "proposalversion", …}

    objects = ScopedManager()

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="clause_once"),
            models.UniqueConstraint(fields=["version", "order"], name="clause_order_once"),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.key}"


class Party(CityScoped):
    """Who makes the pact: the city itself or a group. Always listed by alphabet, all alike."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pact = models.ForeignKey(Pact, models.CASCADE, related_name="parties")
    kind = models.CharField(max_length=8, choices=PartyKind)
    group = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, related_name="parties")
    name = models.CharField(max_length=160)
    agreed_version = models.PositiveIntegerField(null=True, blank=True)  # said yes to this text
    agreed_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "parties"
        constraints = [
            models.UniqueConstraint(fields=["pact"], condition=models.Q(kind="city"), name="party_one_city"),
            models.UniqueConstraint(
                fields=["pact", "group"], condition=models.Q(kind="group"), name="party_group_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="city", group=None) | models.Q(kind="group", group__isnull=False),
                name="party_group_has_group",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Signature(CityScoped):
    """A party's signature under exactly one text, by its hash. One per party and version."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(PactVersion, models.PROTECT, related_name="signatures")
    party = models.ForeignKey(Party, models.PROTECT, related_name="signatures")
    by = models.ForeignKey(Person, models.PROTECT, related_name="signatures")
    written_name = models.CharField(max_length=120)
    capacity = models.CharField(max_length=120)  # the role one signs in
    sha256 = models.CharField(max_length=64)
    way = models.CharField(max_length=10, choices=SignatureWay, default=SignatureWay.SIMPLE)
    evidence = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "party"], name="signature_once"),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.written_name}"


class Commitment(Written, CityScoped):
    """What one or more parties promised to do, by when."""

    steps = COMMITMENT_STEPS

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pact = models.ForeignKey(Pact, models.CASCADE, related_name="commitments")
    parties = models.ManyToManyField(Party, related_name="commitments")
    what = models.CharField(max_length=240)
    due = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=CommitmentState, default=CommitmentState.PLANNED)

    objects = ScopedManager()

    class Meta:
        ordering = ["due", "id"]

    def __str__(self) -> str:
        return self.what

    @property
    def days_late(self) -> int:
        """Days since it was due, in the city's own days; 0 before that."""
        return max(0, (timezone.localdate() - self.due).days) if self.due else 0


class Report(Written, CityScoped):
    """A report on a pact under the four headings, and on what did not work."""

    steps = REPORT_STEPS

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pact = models.ForeignKey(Pact, models.CASCADE, related_name="reports")
    by = models.ForeignKey(Person, models.PROTECT, related_name="reports")
    objectives = models.TextField(max_length=4000)
    actions = models.TextField(max_length=4000)
    results = models.TextField(max_length=4000)
    resources = models.TextField(max_length=4000)
    not_working = models.TextField(max_length=4000, blank=True)
    state = models.CharField(max_length=10, choices=ReportState, default=ReportState.DRAFT)
    at = models.DateTimeField(default=timezone.now)
    accepted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = ScopedManager()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.pact_id} {self.at:%Y-%m-%d}"


class Decision(CityScoped):
    """What a group decided on an exact text: its hash, the question, turnout and result."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pact = models.ForeignKey(Pact, models.PROTECT, null=True, blank=True, related_name="decisions")
    proposal = models.ForeignKey(Proposal, models.PROTECT, null=True, blank=True, related_name="decisions")
    question = models.CharField(max_length=400)
    text_sha256 = models.CharField(max_length=64, blank=True)
    turnout = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = ScopedManager()

    def __str__(self) -> str:
        return self.question
