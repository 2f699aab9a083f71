"""States, steps and closed vocabularies of the market and its ledger."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class ListingState(models.TextChoices):
    OPEN = "open", _("Offered")
    PAUSED = "paused", _("Paused")
    CLOSED = "closed", _("Taken off")
    HIDDEN = "hidden", _("Hidden, with a reason")


LISTING_STEPS: dict[str, set[str]] = {
    ListingState.OPEN: {ListingState.PAUSED, ListingState.CLOSED, ListingState.HIDDEN},
    ListingState.PAUSED: {ListingState.OPEN, ListingState.CLOSED, ListingState.HIDDEN},
    ListingState.HIDDEN: {ListingState.OPEN, ListingState.CLOSED},
}


class Mode(models.TextChoices):
    SALE = "sale", _("For sale")
    PWYC = "pwyc", _("Pay what you can")
    GIFT = "gift", _("Gift")
    SWAP = "swap", _("Swap")
    LOAN = "loan", _("To borrow")
    HOURS = "hours", _("For hours")


class OrderState(models.TextChoices):
    RESERVED = "reserved", _("Reserved")
    DONE = "done", _("Handed over")
    CANCELLED = "cancelled", _("Cancelled")


ORDER_STEPS: dict[str, set[str]] = {
    OrderState.RESERVED: {OrderState.DONE, OrderState.CANCELLED},
}


class OwnerKind(models.TextChoices):
    """Whose account it is. The outside is everyone who is not in the ledger: cash, banks."""

    PACT = "pact", _("Commons fund of a pact")
    PERSON = "person", _("Person")
    GROUP = "group", _("Group")
    OUTSIDE = "outside", _("Outside")


class AccountKind(models.TextChoices):
    FUND = "fund", _("Commons fund")
    PROMISED = "promised", _("Promised to the fund")
    OWED = "owed", _("Owed to the fund")
    OUTSIDE = "outside", _("Outside")


class TransferKind(models.TextChoices):
    SHARE_PROMISED = "share_promised", _("Share of a sale, promised")
    SHARE_ARRIVED = "share_arrived", _("Share of a sale, arrived")
    GIFT = "gift", _("Gift to the fund")
    SPENT = "spent", _("Spent from the fund")
    REVERSAL = "reversal", _("Taken back")


# The words of this app's notifications, by their kind.
NEWS: dict[str, Any] = {
    "order_reserved": _("Someone has reserved this from you."),
    "order_given": _("The maker says that you have it. Say so too."),
    "order_taken": _("The other side says that they have it. Say so too."),
    "order_done": _("Both sides say that it has changed hands."),
    "order_cancelled": _("The other side has cancelled this order."),
    "listing_asked": _("Someone asks about what you offer."),
    "listing_answered": _("Your question has an answer."),
    "listing_hidden": _("A moderator has hidden this. Read why."),
}
