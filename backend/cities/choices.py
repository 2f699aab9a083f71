"""Closed vocabularies of cities and groups."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MemberKind(models.TextChoices):
    CITIZEN = "citizen", _("Neighbour")
    MAKER = "maker", _("Maker")


class GroupKind(models.TextChoices):
    INFORMAL = "informal", _("Informal group")
    ASSOCIATION = "association", _("Association")
    COOPERATIVE = "cooperative", _("Cooperative")
    SCHOOL = "school", _("School")
    COMPANY = "company", _("Company")
    FOUNDATION = "foundation", _("Foundation")
    OFFICE = "office", _("City office")


# A city's slug is the first part of its addresses, so these words can not be one.
RESERVED_SLUGS = frozenset(
    {
        "account",
        "accessibility",
        "admin",
        "api",
        "healthz",
        "how",
        "join",
        "language",
        "media",
        "metrics",
        "ogc",
        "privacy",
        "readyz",
        "robots.txt",
        "site",
        "static",
        "ws",
    }
)
