"""Studies, what they measure, and what people observed."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.base.ids import uuid7
from backend.base.texts import Written
from backend.cities.models import CityScoped
from backend.cities.querysets import ScopedManager
from backend.commons.models import Commons
from backend.impact.choices import (
    EXPORT_STEPS,
    STUDY_STEPS,
    Better,
    ExportState,
    ObservationConsent,
    ObservationKind,
    StudyState,
)
from backend.impact.querysets import IndicatorQuerySet, ObservationQuerySet, StudyQuerySet
from backend.pacts.models import Pact
from backend.people.models import Person


class Study(Written, CityScoped):
    """A question that researchers and participants look into together.

    `finding` is the answer so far, in a sentence or two; it stands before every number.
    """

    steps = STUDY_STEPS

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80)
    title = models.CharField(_("title"), max_length=160)
    question = models.CharField(_("question"), max_length=200, blank=True)
    finding = models.TextField(_("the answer so far"), max_length=600, blank=True)
    pact = models.ForeignKey(Pact, models.PROTECT, null=True, blank=True, related_name="studies")
    state = models.CharField(max_length=8, choices=StudyState, default=StudyState.OPEN)
    by = models.ForeignKey(Person, models.PROTECT, related_name="studies")
    made_at = models.DateTimeField(default=timezone.now)

    objects = models.Manager.from_queryset(StudyQuerySet)()

    class Meta:
        verbose_name_plural = "studies"
        constraints = [
            models.UniqueConstraint(fields=["city", "slug"], name="study_slug_once"),
        ]

    def __str__(self) -> str:
        return self.title


class Instrument(CityScoped):
    """A version of a questionnaire or of a way to count; `items` carry their texts as maps."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    study = models.ForeignKey(Study, models.CASCADE, related_name="instruments")
    key = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)
    items = models.JSONField(default=list)
    made_at = models.DateTimeField(default=timezone.now)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "key", "version"], name="instrument_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"


class Indicator(Written, CityScoped):
    """A number that is followed: its meaning, unit, method and which way is better.

    `people`: its cases are persons, so a value from fewer than five of them is not shown.
    `finding` is what a researcher reads in it, as the title of its chart.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=64)
    name = models.CharField(_("name"), max_length=160)
    method = models.TextField(_("how it is measured"), max_length=1000, blank=True)
    finding = models.CharField(_("what it says"), max_length=160, blank=True)
    unit = models.CharField(_("unit"), max_length=16, blank=True)
    people = models.BooleanField(default=False)
    order = models.PositiveIntegerField(default=0)
    better = models.CharField(max_length=8, choices=Better, default=Better.HIGHER)
    study = models.ForeignKey(Study, models.CASCADE, null=True, blank=True, related_name="indicators")
    pact = models.ForeignKey(Pact, models.CASCADE, null=True, blank=True, related_name="indicators")

    objects = models.Manager.from_queryset(IndicatorQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["city", "key"], condition=models.Q(pact=None), name="indicator_of_city_once"
            ),
            models.UniqueConstraint(
                fields=["pact", "key"], condition=models.Q(pact__isnull=False), name="indicator_of_pact_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Measurement(CityScoped):
    """A value of an indicator at a day; `n` is the number of cases, `margin` its half width."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="measurements")
    day = models.DateField()
    value = models.FloatField()
    n = models.PositiveIntegerField(null=True, blank=True)
    margin = models.FloatField(null=True, blank=True)
    is_baseline = models.BooleanField(default=False)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "day"], name="measurement_once"),
            models.CheckConstraint(
                condition=models.Q(margin=None) | models.Q(margin__gte=0), name="margin_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.day} {self.value}"


class Observation(Written, CityScoped):
    """What somebody saw or tells, with how far it may go."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=12, choices=ObservationKind)
    text = models.TextField(_("what you saw"), max_length=4000)
    by = models.ForeignKey(Person, models.PROTECT, related_name="observations")
    study = models.ForeignKey(Study, models.SET_NULL, null=True, blank=True, related_name="observations")
    commons = models.ForeignKey(Commons, models.PROTECT, null=True, blank=True, related_name="observations")
    pact = models.ForeignKey(Pact, models.PROTECT, null=True, blank=True, related_name="observations")
    tags = models.JSONField(default=list)
    consent = models.CharField(max_length=20, choices=ObservationConsent, default=ObservationConsent.PRIVATE)
    seen_at = models.DateTimeField(default=timezone.now)
    at = models.DateTimeField(default=timezone.now)

    objects = models.Manager.from_queryset(ObservationQuerySet)()

    class Meta:
        indexes = [models.Index(fields=["city", "-seen_at"], name="observation_when")]

    def __str__(self) -> str:
        return self.text[:40]


class Export(CityScoped):
    """A data package made for a researcher, from what people agreed to share."""

    steps = EXPORT_STEPS

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    study = models.ForeignKey(Study, models.CASCADE, related_name="exports")
    by = models.ForeignKey(Person, models.PROTECT, related_name="exports")
    state = models.CharField(max_length=8, choices=ExportState, default=ExportState.WAITING)
    file = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)

    objects = ScopedManager()

    def __str__(self) -> str:
        return f"{self.study_id} {self.state}"
