"""Closed vocabularies of the commons."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CommonsKind(models.TextChoices):
    GARDEN = "garden", _("Garden")
    SQUARE = "square", _("Square")
    STREET = "street", _("Street")
    COURTYARD = "courtyard", _("Courtyard")
    BUILDING = "building", _("Building")
    NEIGHBOURHOOD_HOUSE = "neighbourhood_house", _("Neighbourhood house")
    PARK = "park", _("Park")
    PATH = "path", _("Path")
    RIVERSIDE = "riverside", _("Riverside")
    FIELD = "field", _("Field")
    HALL = "hall", _("Hall")
    MARKET = "market", _("Market")
    SHOP = "shop", _("Shop unit")
    SCHOOL = "school", _("School")
    OTHER = "other", _("Other")


class CommonsState(models.TextChoices):
    MAPPED = "mapped", _("On the map")
    LOOKING = "looking_for_people", _("Looking for people")
    PROPOSAL_OPEN = "proposal_open", _("Proposal open")
    PACT_IN_FORCE = "pact_in_force", _("Pact in force")


COMMONS_STEPS: dict[str, set[str]] = {
    state: {other for other in CommonsState if other != state} for state in CommonsState
}
