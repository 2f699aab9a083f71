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

# The words of a notification, by its kind; its reference says what it is about.
NEWS: dict[str, Any] = {
    "proposal_submitted": _("A new proposal waits to be read."),
    "proposal_published": _("Your proposal is public now."),
    "proposal_additions": _("The City asks you to add something."),
    "proposal_review": _("The City has begun its review."),
    "proposal_admitted": _("The City said yes. Now the pact is written together."),
    "proposal_rejected": _("The City said no, with its reasons."),
    "proposal_reformulate": _("The City says that another way fits better, with its reasons."),
    "proposal_official": _("The City has answered."),
    "proposal_appeal": _("Someone asks for a second look at a no."),
    "proposal_appeal_decided": _("The second look is done."),
    "proposal_withdrawn": _("Its authors took it back."),
    "proposal_archived": _("Nothing more happens with this proposal."),
    "proposal_comment": _("Someone wrote about your proposal."),
    "proposal_question": _("Someone asks you something."),
    "proposal_offer": _("Someone offers to help."),
    "proposal_idea": _("Someone has an idea for your proposal."),
    "proposal_join": _("Someone would like to join."),
    "proposal_objection": _("Someone objects, and waits for your answer."),
    "proposal_answer": _("Someone answered you."),
    "party_added": _("Your group was asked to be a party."),
    "pact_text_changed": _("The text has changed. Your yes no longer counts: read it again."),
    "signature_void": _("The text has changed, so your signature no longer counts."),
    "pact_agreed": _("All parties agree on the text."),
    "pact_to_sign": _("The text is fixed. Now it waits for your signature."),
    "pact_signed_by": _("Another party has signed."),
    "pact_active": _("All have signed. The pact is in force."),
    "pact_suspended": _("The pact rests for now."),
    "pact_resumed": _("The pact is in force again."),
    "pact_ended": _("The pact has ended."),
    "pact_abandoned": _("The talks ended without a pact."),
    "pact_restarted": _("The talks go on."),
    "report_handed_in": _("A report waits to be read."),
    "report_accepted": _("Your report was accepted."),
    "report_sent_back": _("Something is missing in your report."),
    "post_hidden": _("Something you wrote was hidden, with a reason."),
    "post_restored": _("Something you wrote is shown again."),
    "appeal_decided": _("The second look at your post is done."),
    "listing_asked": _("Someone asks about your offer."),
    "listing_answered": _("Your question was answered."),
    "listing_hidden": _("Your offer was hidden, with a reason."),
    "order_reserved": _("Someone would like to have this."),
    "order_given": _("The other side says that it was handed over. Say so too."),
    "order_taken": _("The other side says that they have it. Say so too."),
    "order_done": _("Both sides say that it was handed over."),
    "order_cancelled": _("The order was called off."),
    "output_credit": _("Someone names you as a maker. Say whether your name may stand there."),
}
