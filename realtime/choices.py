"""Closed vocabularies of rooms."""

from typing import Any

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


class PollKind(models.TextChoices):
    SINGLE = "single", _("One answer")
    MULTIPLE = "multiple", _("Several answers")
    RANKING = "ranking", _("Put in order")
    SCALE = "scale", _("A scale")
    TEMPERATURE = "temperature", _("Temperature")
    DOTS = "dots", _("Dots")


class Eligible(models.TextChoices):
    """Who may vote."""

    TAKING_PART = "taking_part", _("Everyone who takes part; observers only look on")
    EVERYONE = "everyone", _("Everyone in the room, observers too")
    HALL = "hall", _("Only people in the hall")
    GROUP = "group", _("Only members of the group")


class VoteState(models.TextChoices):
    """The life of a poll and of a consent check. What is closed stays closed: a new round is a new one."""

    DRAFT = "draft", _("Being prepared")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


VOTE_STEPS: dict[str, set[str]] = {
    VoteState.DRAFT: {VoteState.OPEN},
    VoteState.OPEN: {VoteState.CLOSED},
    VoteState.CLOSED: set(),
}


class Consent(models.TextChoices):
    AGREE = "agree", _("I agree")
    CONCERN = "concern", _("I have concerns")
    BLOCK = "block", _("I block")


class Outcome(models.TextChoices):
    """What a consent check came to, by the rule of the room."""

    AGREED = "agreed", _("Agreed")
    CONCERNS = "concerns", _("Agreed, with concerns to resolve")
    BLOCKED = "blocked", _("Not agreed: someone blocks")
    TOO_FEW = "too_few", _("Not decided: too few people answered")


class ConcernState(models.TextChoices):
    OPEN = "open", _("To resolve")
    RESOLVED = "resolved", _("Resolved")


CONCERN_STEPS: dict[str, set[str]] = {
    ConcernState.OPEN: {ConcernState.RESOLVED},
    ConcernState.RESOLVED: set(),
}


class MinutesState(models.TextChoices):
    DRAFT = "draft", _("Being written")
    PROPOSED = "proposed", _("Before the group")
    PUBLISHED = "published", _("Published")


MINUTES_STEPS: dict[str, set[str]] = {
    MinutesState.DRAFT: {MinutesState.PROPOSED},
    MinutesState.PROPOSED: {MinutesState.DRAFT, MinutesState.PUBLISHED},
    MinutesState.PUBLISHED: set(),
}


class Audience(models.TextChoices):
    ROOM = "room", _("The people of the room")
    PUBLIC = "public", _("Everyone")


class MinutesRule(models.TextChoices):
    NOBODY = "nobody", _("Nobody objects")
    MOST = "most", _("More people agree than object")


class ReactionKind(models.TextChoices):
    """The few signs that a message can get, and the raised hand for a question."""

    AGREE = "agree", _("I agree")
    THANKS = "thanks", _("Thank you")
    LAUGH = "laugh", _("That made me laugh")
    UNSURE = "unsure", _("I am not sure")
    ASK = "ask", _("I ask this too")


class BreakoutState(models.TextChoices):
    PLANNED = "planned", _("Being made")
    OPEN = "open", _("Working in groups")
    BACK = "back", _("Called back")
    DONE = "done", _("Over")
    DROPPED = "dropped", _("Given up")


BREAKOUT_STEPS: dict[str, set[str]] = {
    BreakoutState.PLANNED: {BreakoutState.OPEN, BreakoutState.DROPPED},
    BreakoutState.OPEN: {BreakoutState.BACK},
    BreakoutState.BACK: {BreakoutState.OPEN, BreakoutState.DONE},
}


class Choosing(models.TextChoices):
    """How people come into a group."""

    MIXED = "mixed", _("By lot, people in the hall and online mixed")
    APART = "apart", _("By lot, people in the hall sit together")
    HAND = "hand", _("I choose")
    FREE = "free", _("Everyone chooses")


class LateComers(models.TextChoices):
    SMALLEST = "smallest", _("They go into the smallest group")
    WAIT = "wait", _("They wait in the main room")


# What a person is told, by the kind of the notification.
NEWS: dict[str, Any] = {
    "room_act": _("The facilitator decided something about you in a room. Read why, and what you can do."),
    "room_appeal_decided": _("Someone took a second look at a decision in a room."),
    "room_without_lead": _("Nobody leads a room now. You can step in."),
}


class ErasureState(models.TextChoices):
    ASKED = "asked", _("Asked for")
    AGREED = "agreed", _("Agreed, waits for its turn")
    WORKING = "working", _("The words are being taken out")
    DONE = "done", _("Taken out")
    FAILED = "failed", _("Could not be done")
    REFUSED = "refused", _("Refused")


ERASURE_STEPS: dict[str, set[str]] = {
    ErasureState.ASKED: {ErasureState.AGREED, ErasureState.REFUSED},
    ErasureState.AGREED: {ErasureState.WORKING},
    ErasureState.WORKING: {ErasureState.DONE, ErasureState.FAILED},
    ErasureState.FAILED: {ErasureState.AGREED},
}


class PassageKind(models.TextChoices):
    COMMENT = "comment", _("Comment")
    SUGGESTION = "suggestion", _("Suggestion")


class PassageState(models.TextChoices):
    OPEN = "open", _("Open")
    RESOLVED = "resolved", _("Settled")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Not accepted")


PASSAGE_STEPS: dict[str, set[str]] = {
    PassageState.OPEN: {PassageState.RESOLVED, PassageState.ACCEPTED, PassageState.REJECTED},
    PassageState.RESOLVED: {PassageState.OPEN},
    PassageState.REJECTED: {PassageState.OPEN},  # its author took it back, and then undid that
}


class Deciders(models.TextChoices):
    """Who accepts what is proposed in a room's text."""

    SCRIBES = "scribes", _("The facilitator and the scribes")
    WRITERS = "writers", _("Everyone who may write")
