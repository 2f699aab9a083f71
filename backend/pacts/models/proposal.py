"""Proposals: what a group asks of a city, in frozen versions, with all its authors."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.base.ids import uuid7
from backend.base.texts import Written
from backend.cities.models import CityScoped, Group
from backend.cities.querysets import ScopedManager
from backend.commons.models import Commons
from backend.conversations.models import Thread
from backend.pacts.choices import PROPOSAL_STEPS, PUBLIC_PROPOSALS, STAGES, ProposalState, Weight
from backend.pacts.querysets import ProposalQuerySet
from backend.people.models import Person


class Proposal(Written, CityScoped):
    """A proposal of civic subjects to a city. Its words stand in its latest version."""

    steps = PROPOSAL_STEPS

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reference = models.CharField(max_length=24)  # P-TO-0151
    title = models.CharField(_("title"), max_length=160)
    summary = models.TextField(_("summary"), max_length=600, blank=True)
    asks = models.TextField(_("what is asked of the city"), max_length=2000, blank=True)
    state = models.CharField(max_length=20, choices=ProposalState, default=ProposalState.DRAFT)
    weight = models.CharField(max_length=8, choices=Weight, default=Weight.ORDINARY)
    commons = models.ForeignKey(Commons, models.PROTECT, null=True, blank=True, related_name="proposals")
    group = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, related_name="proposals")
    submitted_by = models.ForeignKey(Person, models.PROTECT, related_name="submitted_proposals")
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="proposal")
    supports_needed = models.PositiveIntegerField(default=0)
    decision = models.TextField(blank=True)  # the city's answer, with its reasons
    answer_due = models.DateField(null=True, blank=True)  # the day by which the city answers
    due_on = models.DateField(null=True, blank=True)  # the day by which whoever must act now acts
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    folded = models.TextField(default="", editable=False)  # reference, title and summary, for the search

    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "reference"], name="proposal_reference_once"),
        ]
        indexes = [models.Index(fields=["city", "state", "-id"], name="proposal_list")]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("pacts:proposal", args=[self.city.slug, self.reference])

    @property
    def is_public(self) -> bool:
        return self.state in PUBLIC_PROPOSALS

    @property
    def stage(self) -> str:
        """Its place in the one-line thread: proposal, review or pact."""
        return STAGES.get(self.state, "proposal")


class ProposalVersion(CityScoped):
    """One frozen text of a proposal: never changed. `origin` names the room's version it came from."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()  # the ProseMirror document, canonical
    sha256 = models.CharField(max_length=64)  # of the canonical JSON of `content`
    language = models.CharField(max_length=8)
    origin = models.JSONField(default=dict)  # Reference {kind: "version", id, url, title}
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = ScopedManager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "number"], name="proposal_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} v{self.number}"


class Authorship(CityScoped):
    """A person who wrote in a proposal. Kept for ever; shown only with `credited`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="authorships")
    person = models.ForeignKey(Person, models.PROTECT, related_name="authorships")
    credited = models.BooleanField(default=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "person"], name="author_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.proposal_id}"


class Support(CityScoped):
    """A person's support for a proposal, and whether they offer to help."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="supports")
    person = models.ForeignKey(Person, models.PROTECT, related_name="supports")
    offers_help = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "person"], name="support_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.proposal_id}"
