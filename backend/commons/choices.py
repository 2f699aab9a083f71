"""Closed vocabularies of the commons."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CommonsKind(models.TextChoices):
    GARDEN = "garden", _("Garden")
    PARK = "park", _("Park")
    SQUARE = "square", _("Square")
    STREET = "street", _("Street")
    PATH = "path", _("Path")
    COURTYARD = "courtyard", _("Courtyard")
    FIELD = "field", _("Field")
    RIVERSIDE = "riverside", _("Water and banks")
    BUILDING = "building", _("Building")
    NEIGHBOURHOOD_HOUSE = "neighbourhood_house", _("Neighbourhood house")
    HALL = "hall", _("Hall")
    MARKET = "market", _("Market")
    SHOP = "shop", _("Shop unit")
    SCHOOL = "school", _("School")
    SPORT = "sport", _("Sports ground")
    OTHER = "other", _("Other")


class Owner(models.TextChoices):
    CITY = "city", _("The City")
    DISTRICT = "district", _("The district")
    HOUSING_COMMUNITY = "housing_community", _("The housing community")
    STATE = "state", _("The State")
    STATE_FOREST = "state_forest", _("The state forest")
    TRANSPORT_COMPANY = "transport_company", _("The transport company")
    WATER_AUTHORITY = "water_authority", _("The water authority")
    PRIVATE = "private", _("A private owner")
    UNKNOWN = "unknown", _("Not known yet")


class CommonsState(models.TextChoices):
    MAPPED = "mapped", _("On the map")
    LOOKING = "looking", _("Looking for people")
    PROPOSAL_OPEN = "proposal_open", _("Proposal open")
    PACT_IN_FORCE = "pact_in_force", _("Pact in force")
    RESTING = "resting", _("Resting")


_C = CommonsState
COMMONS_STEPS: dict[str, set[str]] = {
    _C.MAPPED: {_C.LOOKING, _C.PROPOSAL_OPEN, _C.PACT_IN_FORCE, _C.RESTING},
    _C.LOOKING: {_C.PROPOSAL_OPEN, _C.PACT_IN_FORCE, _C.RESTING, _C.MAPPED},
    _C.PROPOSAL_OPEN: {_C.LOOKING, _C.PACT_IN_FORCE, _C.RESTING},
    _C.PACT_IN_FORCE: {_C.LOOKING, _C.PROPOSAL_OPEN, _C.RESTING},
    _C.RESTING: {_C.MAPPED, _C.LOOKING, _C.PROPOSAL_OPEN},
}

# What a place may offer to whoever comes; each is yes or no, in `Commons.access`.
ACCESS = {
    "step_free": _("Step-free"),
    "toilet": _("Accessible toilet"),
    "seats": _("Seats"),
    "water": _("Drinking water"),
}
