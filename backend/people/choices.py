"""Closed vocabularies of people, their roles and consents."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class PersonKind(models.TextChoices):
    ACCOUNT = "account", _("Account")
    GUEST = "guest", _("Guest")
    ASSISTED = "assisted", _("Assisted")


class Scope(models.TextChoices):
    SITE = "site", _("Site")
    CITY = "city", _("City")
    DISTRICT = "district", _("District")
    GROUP = "group", _("Group")
    ROOM = "room", _("Room")


class Role(models.TextChoices):
    """Roles that need a grant. A citizen or maker has a Membership of a city instead."""

    OFFICER = "officer", _("Officer")
    TECHNICAL = "technical", _("Technical office")
    DECIDER = "decider", _("Decider")
    FACILITATOR = "facilitator", _("Facilitator")
    RESEARCHER = "researcher", _("Researcher")
    MODERATOR = "moderator", _("Moderator")
    ADMIN = "admin", _("Administrator")
    STEWARD = "steward", _("Steward")
    MEMBER = "member", _("Member")
    CONTACT = "contact", _("Contact person")


CITY_ROLES = frozenset(
    {
        Role.OFFICER,
        Role.TECHNICAL,
        Role.DECIDER,
        Role.FACILITATOR,
        Role.RESEARCHER,
        Role.MODERATOR,
        Role.ADMIN,
    }
)
GROUP_ROLES = frozenset({Role.STEWARD, Role.MEMBER, Role.CONTACT})


class Purpose(models.TextChoices):
    """What a person may consent to, each by itself."""

    RESEARCH = "research", _("Research about this work")
    PICTURES = "pictures", _("Pictures in which I can be seen")
    NEWS = "news", _("News by e-mail")


class Theme(models.TextChoices):
    SYSTEM = "system", _("As my device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class TextSize(models.TextChoices):
    NORMAL = "normal", _("Normal")
    LARGE = "large", _("Large")
    LARGER = "larger", _("Larger")


# How a visitor without an account wants to see the site.
THEME_COOKIE = "copact_theme"
TEXT_COOKIE = "copact_text"
EASY_COOKIE = "copact_easy"

# The words of a notification, by its kind; its reference says what it is about. Each app adds its
# own when it is loaded (its apps.py), since it alone knows what happens there.
NEWS: dict[str, Any] = {}
