"""Closed vocabularies of impact and research."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Better(models.TextChoices):
    HIGHER = "higher", _("Higher is better")
    LOWER = "lower", _("Lower is better")


class ObservationKind(models.TextChoices):
    OBSERVATION = "observation", _("Observation")
    STORY = "story", _("Story")


class ObservationConsent(models.TextChoices):
    """How far the words may go; said by who wrote them."""

    PRIVATE = "private", _("Only the people of this study")
    RESEARCH = "research", _("Research")
    PUBLIC = "public", _("On this page")
    BOTH = "research_and_public", _("Research and on this page")


ON_THE_PAGE = frozenset({ObservationConsent.PUBLIC, ObservationConsent.BOTH})
FOR_RESEARCH = frozenset({ObservationConsent.RESEARCH, ObservationConsent.BOTH})


class Verdict(models.TextChoices):
    """What a number says against its baseline. Not clear: the margins overlap."""

    BETTER = "better", _("Better")
    WORSE = "worse", _("Worse")
    UNCLEAR = "unclear", _("Not clear")
    NEW = "new", _("New")


class StudyState(models.TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


STUDY_STEPS: dict[str, set[str]] = {StudyState.OPEN: {StudyState.CLOSED}}


class ExportState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


EXPORT_STEPS: dict[str, set[str]] = {
    ExportState.WAITING: {ExportState.READY, ExportState.FAILED},
    ExportState.FAILED: {ExportState.WAITING},
}
