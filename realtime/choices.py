"""Closed vocabularies of rooms."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RoomState(models.TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


ROOM_STEPS: dict[str, set[str]] = {
    RoomState.OPEN: {RoomState.CLOSED},
    RoomState.CLOSED: {RoomState.OPEN},
}


class Access(models.TextChoices):
    PUBLIC = "public", _("Open to all, the code is on the city’s page")
    CODE = "code", _("With the code")
    INVITED = "invited", _("Only for who is invited")


class RoomRole(models.TextChoices):
    FACILITATOR = "facilitator", _("Facilitator")
    SCRIBE = "scribe", _("Scribe")
    PARTICIPANT = "participant", _("Participant")
    OBSERVER = "observer", _("Observer")


class ParticipantState(models.TextChoices):
    WAITING = "waiting", _("At the door")
    ADMITTED = "admitted", _("In the room")
    REMOVED = "removed", _("Removed")


PARTICIPANT_STEPS: dict[str, set[str]] = {
    ParticipantState.WAITING: {ParticipantState.ADMITTED, ParticipantState.REMOVED},
    ParticipantState.ADMITTED: {ParticipantState.REMOVED},
    ParticipantState.REMOVED: {ParticipantState.ADMITTED},
}


class Place(models.TextChoices):
    HALL = "hall", _("I am here in the hall")
    ELSEWHERE = "elsewhere", _("Somewhere else")
    PHONE = "phone", _("On the telephone")  # entered by the facilitator, who hears them
