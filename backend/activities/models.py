"""Activities, who came, and what they made: outputs with makers, rights and photos."""

from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.activities.choices import (
    ACTIVITY_STEPS,
    ActivityState,
    ContributorRole,
    Licence,
    OutputKind,
)
from backend.activities.querysets import ActivityQuerySet, ContributionQuerySet, OutputQuerySet
from backend.base.ids import uuid7
from backend.base.images import Picture
from backend.base.texts import Written
from backend.cities.models import CityScoped, Group
from backend.cities.querysets import ScopedManager
from backend.commons.models import Commons
from backend.pacts.models import Pact
from backend.people.models import Person


class Activity(Written, CityScoped):
    """Something people do together at a time and place, told in the wall time of its city.

    `people_count` is what the host counted or guessed afterwards.
    """

    steps = ACTIVITY_STEPS

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80)
    title = models.CharField(_("title"), max_length=160)
    story = models.TextField(_("what happens"), max_length=4000, blank=True)
    state = models.CharField(max_length=10, choices=ActivityState, default=ActivityState.PLANNED)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=160, blank=True)
    places = models.PositiveIntegerField(_("how many can come"), null=True, blank=True)
    people_count = models.PositiveIntegerField(_("how many came"), null=True, blank=True)
    cancelled_reason = models.CharField(max_length=400, blank=True)
    access = models.JSONField(default=dict, blank=True)  # as Commons.access, and languages: [codes]
    repeats_days = models.PositiveIntegerField(null=True, blank=True)  # comes again after so many days
    commons = models.ForeignKey(Commons, models.PROTECT, null=True, blank=True, related_name="activities")
    pact = models.ForeignKey(Pact, models.PROTECT, null=True, blank=True, related_name="activities")
    group = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, related_name="activities")
    host = models.ForeignKey(Person, models.PROTECT, related_name="hosted_activities")
    made_at = models.DateTimeField(default=timezone.now)

    coming: int  # by for_list()

    objects = models.Manager.from_queryset(ActivityQuerySet)()

    class Meta:
        verbose_name_plural = "activities"
        constraints = [
            models.UniqueConstraint(fields=["city", "slug"], name="activity_slug_once"),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="activity_ends_later"),
        ]
        indexes = [models.Index(fields=["city", "starts_at"], name="activity_when")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("activities:activity", args=[self.city.slug, self.slug])

    @property
    def reference(self) -> dict[str, str]:
        """How other rows point at it."""
        return {"kind": "activity", "id": str(self.pk), "url": self.get_absolute_url(), "title": self.title}

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def has_ended(self) -> bool:
        return self.ends_at < timezone.now()

    @property
    def local_start(self) -> datetime:
        """The start as the clock on the city's wall shows it."""
        return self.starts_at.astimezone(self.city.zone)


class Attendance(CityScoped):
    """Someone who said they will come, or who came."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    activity = models.ForeignKey(Activity, models.CASCADE, related_name="attendances")
    person = models.ForeignKey(Person, models.CASCADE, related_name="attendances")
    came = models.BooleanField(null=True)
    at = models.DateTimeField(default=timezone.now)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "person"], name="attendance_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.activity_id}"


class Output(Written, CityScoped):
    """What an activity made. Owner and licence follow the pact unless said otherwise."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80)
    title = models.CharField(_("title"), max_length=160)
    story = models.TextField(_("its story"), max_length=4000, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=OutputKind, default=OutputKind.OTHER)
    licence = models.CharField(_("licence"), max_length=16, choices=Licence, blank=True)
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="outputs")
    pact = models.ForeignKey(Pact, models.PROTECT, null=True, blank=True, related_name="outputs")
    owner_group = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, related_name="outputs")
    owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="outputs")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = models.Manager.from_queryset(OutputQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "slug"], name="output_slug_once"),
            models.CheckConstraint(
                condition=models.Q(owner__isnull=False) ^ models.Q(owner_group__isnull=False),
                name="output_one_owner",
            ),
        ]
        indexes = [models.Index(fields=["city", "-made_at"], name="output_when")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("activities:output", args=[self.city.slug, self.slug])

    @property
    def reference(self) -> dict[str, str]:
        """How other rows point at it."""
        return {"kind": "output", "id": str(self.pk), "url": self.get_absolute_url(), "title": self.title}

    @property
    def owned_by(self) -> Group | Person | None:
        return self.owner_group or self.owner


class Contribution(Written, CityScoped):
    """A maker's part in an output. Without consent they are counted, not named."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    output = models.ForeignKey(Output, models.CASCADE, related_name="contributions")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="contributions")
    group = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, related_name="contributions")
    role = models.CharField(max_length=10, choices=ContributorRole, default=ContributorRole.MAKER)
    credit = models.CharField(max_length=160, blank=True)  # "drawing and cutting"
    consented = models.BooleanField(default=False)
    consented_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(ContributionQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["output", "person"],
                condition=models.Q(person__isnull=False),
                name="contribution_person_once",
            ),
            models.UniqueConstraint(
                fields=["output", "group"],
                condition=models.Q(group__isnull=False),
                name="contribution_group_once",
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False) ^ models.Q(group__isnull=False),
                name="contribution_one_maker",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.output_id} {self.role}"

    @property
    def maker(self) -> Group | Person | None:
        return self.group or self.person


class Photo(CityScoped):
    """A picture of an output: re-encoded, without metadata, in several widths under `path`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    output = models.ForeignKey(Output, models.CASCADE, related_name="photos")
    alt = models.CharField(_("what the picture shows"), max_length=240)
    path = models.CharField(max_length=200)  # storage folder; files are <width>.webp and <width>.jpg
    widths = models.JSONField(default=list)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveIntegerField(default=0)
    order = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = ScopedManager()

    class Meta:
        ordering = ["order", "id"]
        indexes = [models.Index(fields=["output", "order"], name="photo_order")]

    def __str__(self) -> str:
        return self.alt

    @property
    def picture(self) -> Picture:
        return Picture(self.path, tuple(self.widths), self.width, self.height, self.bytes)

    @property
    def url(self) -> str:
        """The file for browsers without WebP, of a middling width."""
        return self.picture.url(800, "jpg")
