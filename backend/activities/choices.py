"""Closed vocabularies of activities and what they yield."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActivityState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    DONE = "done", _("Took place")
    CANCELLED = "cancelled", _("Cancelled")


ACTIVITY_STEPS: dict[str, set[str]] = {
    ActivityState.PLANNED: {ActivityState.DONE, ActivityState.CANCELLED},
}


class OutputKind(models.TextChoices):
    FURNITURE = "furniture", _("Furniture")
    FOOD = "food", _("Food")
    PLANTS = "plants", _("Plants and seeds")
    TEXTILE = "textile", _("Textile")
    PRINT = "print", _("Print")
    KNOWLEDGE = "knowledge", _("Plans and knowledge")
    SKILLS = "skills", _("Skills")
    TOOLS = "tools", _("Tools")
    BICYCLES = "bicycles", _("Bicycles")
    ELECTRONICS = "electronics", _("Electronics")
    EVENTS = "events", _("Events")
    SPACE = "space", _("Rooms and places")
    ACCESS = "access", _("Access")
    OTHER = "other", _("Other")


class Licence(models.TextChoices):
    """Under which rights an output may be copied. Empty: a single thing, nothing to copy."""

    NONE = "", _("Not for copying")
    CC0 = "CC0-1.0", _("No rights reserved (CC0 1.0)")
    CC_BY = "CC-BY-4.0", _("Copy it, name the makers (CC BY 4.0)")
    CC_BY_SA = "CC-BY-SA-4.0", _("Copy it, name the makers, share alike (CC BY-SA 4.0)")


class ContributorRole(models.TextChoices):
    MAKER = "maker", _("Maker")
    DESIGNER = "designer", _("Designer")
    IDEA = "idea", _("Had the idea")
    HELPER = "helper", _("Helper")


# The words of this app's notifications, by their kind.
NEWS: dict[str, Any] = {
    "activity_cancelled": _("This was called off. Read why."),
    "output_credit": _("You are counted among those who made this. May your name be shown?"),
}
