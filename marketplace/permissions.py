"""Who may offer, order, confirm, cancel, and confirm or spend money of a fund."""

from typing import Any

from backend.activities.models import Output
from backend.activities.permissions import can_edit_output
from backend.cities.models import Group
from backend.cities.permissions import can_act_for, has_city_role
from backend.conversations.permissions import can_lead_moderation
from backend.pacts.choices import PartyKind
from backend.pacts.models import Pact
from backend.people.choices import Role
from backend.people.permissions import is_present
from marketplace.choices import ListingState, OrderState
from marketplace.models import Deal, Listing, Order
from marketplace.querysets import kept_groups


def can_list_output(person: Any, output: Output, on_behalf_of: Group | None = None) -> bool:
    """The owner; for what a group owns or made, its keepers in its name."""
    if not is_present(person) or not person.has_account:
        return False
    if on_behalf_of is None:
        return output.owner_id == person.pk
    if not can_act_for(person, on_behalf_of) or on_behalf_of.city_id != output.city_id:
        return False
    return output.owner_group_id == on_behalf_of.pk or can_edit_output(person, output)


def can_edit_listing(person: Any, listing: Listing) -> bool:
    """Pause, open again, close: who offered it, and the keepers of the group it was offered for."""
    if not is_present(person):
        return False
    if listing.by_id == person.pk:
        return True
    return listing.on_behalf_of is not None and can_act_for(person, listing.on_behalf_of)


def can_hide_listing(person: Any, listing: Listing) -> bool:
    """The city's moderators and administrators, but never what they offer themselves."""
    return can_lead_moderation(person, listing.city) and not can_edit_listing(person, listing)


def can_order(person: Any, listing: Listing) -> bool:
    """Anyone who is here, guests of a room too, but nobody from themselves."""
    return is_present(person) and listing.state == ListingState.OPEN and not can_edit_listing(person, listing)


def gives(person: Any, deal: Deal) -> bool:
    """Stands on the side that hands over."""
    if not is_present(person):
        return False
    return deal.giver_id == person.pk or (deal.giver_group is not None and can_act_for(person, deal.giver_group))


def takes(person: Any, deal: Deal) -> bool:
    """Stands on the side that receives."""
    if not is_present(person):
        return False
    return deal.taker_id == person.pk or (deal.taker_group is not None and can_act_for(person, deal.taker_group))


def can_see_order(person: Any, order: Order) -> bool:
    return takes(person, order.deal) or gives(person, order.deal)


def can_confirm_given(person: Any, order: Order) -> bool:
    return gives(person, order.deal) and order.state == OrderState.RESERVED and order.given_at is None


def can_confirm_taken(person: Any, order: Order) -> bool:
    return takes(person, order.deal) and order.state == OrderState.RESERVED and order.taken_at is None


def can_cancel_order(person: Any, order: Order) -> bool:
    return can_see_order(person, order) and order.state == OrderState.RESERVED


def keeps_fund(person: Any, pact: Pact) -> bool:
    """Officers of the city, and the keepers of the groups that are parties of the pact."""
    if has_city_role(person, pact.city, Role.OFFICER):
        return True
    groups = kept_groups(person) if is_present(person) else []
    return bool(groups) and bool(pact.parties.filter(kind=PartyKind.GROUP, group__in=groups).exists())


def can_settle_promise(person: Any, order: Order, *, keeps: bool | None = None) -> bool:
    """Whoever keeps the fund, but nobody confirms their own debt: unless the city's officer does.

    `keeps` is the answer of `keeps_fund`, where it was asked already.
    """
    if order.pact is None or order.state != OrderState.DONE:
        return False
    if has_city_role(person, order.city, Role.OFFICER):
        return order.deal.giver_id != person.pk
    keeps = keeps_fund(person, order.pact) if keeps is None else keeps
    return keeps and not gives(person, order.deal)


def listing_abilities(person: Any, listing: Listing) -> dict[str, bool]:
    """What `person` may do with `listing`, for page and API alike."""
    edits = can_edit_listing(person, listing)
    return {
        "order": can_order(person, listing),
        "edit": edits,
        "pause": edits and listing.state == ListingState.OPEN,
        "reopen": edits and listing.state == ListingState.PAUSED,
        "close": edits and listing.state in (ListingState.OPEN, ListingState.PAUSED),
        "hide": can_hide_listing(person, listing),
    }


def order_abilities(person: Any, order: Order) -> dict[str, bool]:
    """What `person` may do with `order`, for page and API alike."""
    return {
        "confirm_given": can_confirm_given(person, order),
        "confirm_taken": can_confirm_taken(person, order),
        "cancel": can_cancel_order(person, order),
    }
