"""Everything that changes what is offered, ordered, handed over and booked."""

from marketplace.actions.funds import give_to_fund, settle_promise, spend_from_fund
from marketplace.actions.listings import (
    Offer,
    close_listing,
    hide_listing,
    list_output,
    parts_of_price,
    pause_listing,
    reopen_listing,
)
from marketplace.actions.orders import cancel_order, confirm_given, confirm_taken, order
from marketplace.actions.questions import ask

__all__ = [
    "Offer",
    "ask",
    "cancel_order",
    "close_listing",
    "confirm_given",
    "confirm_taken",
    "give_to_fund",
    "hide_listing",
    "list_output",
    "order",
    "parts_of_price",
    "pause_listing",
    "reopen_listing",
    "settle_promise",
    "spend_from_fund",
]
