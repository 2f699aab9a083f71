"""Closed vocabularies of conversations and their moderation."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class PostKind(models.TextChoices):
    COMMENT = "comment", _("Comment")
    QUESTION = "question", _("Question")
    ANSWER = "answer", _("Answer")
    OFFER = "offer", _("Offer")
    JOIN = "join", _("Asks to join")
    IDEA = "idea", _("Idea")
    OBJECTION = "objection", _("Objection")
    OFFICIAL = "official", _("Answer of the City")
    CHAT = "chat", _("Message")


class PostState(models.TextChoices):
    VISIBLE = "visible", _("Visible")
    HIDDEN = "hidden", _("Hidden, with a reason")
    ERASED = "erased", _("Erased")


POST_STEPS: dict[str, set[str]] = {
    PostState.VISIBLE: {PostState.HIDDEN, PostState.ERASED},
    PostState.HIDDEN: {PostState.VISIBLE, PostState.ERASED},
}


class FlagReason(models.TextChoices):
    INSULT = "insult", _("It insults someone")
    PRIVATE = "private", _("It tells something private")
    SPAM = "spam", _("It is advertising")
    FALSE = "false", _("It is not true")
    OTHER = "other", _("Something else")


class FlagState(models.TextChoices):
    OPEN = "open", _("Waiting")
    UPHELD = "upheld", _("Hidden")
    DISMISSED = "dismissed", _("Left as it is")


FLAG_STEPS: dict[str, set[str]] = {
    FlagState.OPEN: {FlagState.UPHELD, FlagState.DISMISSED},
}


class AppealState(models.TextChoices):
    OPEN = "open", _("Waiting")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")


APPEAL_STEPS: dict[str, set[str]] = {
    AppealState.OPEN: {AppealState.ACCEPTED, AppealState.REFUSED},
}

# What a person is told, by the kind of the notification.
NEWS: dict[str, Any] = {
    "post_hidden": _("What you wrote was hidden. Read why, and what you can do."),
    "post_restored": _("What you wrote is shown again."),
    "appeal_decided": _("Someone took a second look at what you wrote."),
}
