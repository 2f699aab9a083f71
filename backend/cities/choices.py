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

# The spans of time of a regulation, in the order in which they come.
CLOCKS = {
    "public_window": _("A proposal is open for everyone’s voice"),
    "assessment": _("The City answers, with reasons"),
    "additions": _("To add what is missing"),
    "co_design": _("To write the pact together"),
    "signing": _("To sign"),
    "appeal": _("To appeal against a no"),
    "conciliation": _("To find a way out of a quarrel"),
    "report_period": _("Between two reports on a pact"),
    "renewal_notice": _("Before its end, renewal opens"),
    "withdrawal_notice": _("Notice when a party leaves"),
}
