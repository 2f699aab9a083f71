"""Ordering, handing over, cancelling: the stock and both sides' word are guarded in the database."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base import words
from backend.base.journal import move, record
from backend.base.money import share
from backend.base.problems import Conflict
from backend.cities.actions import take_number
from backend.cities.models import Group
from backend.cities.permissions import can_act_for
from backend.people.actions import notify
from backend.people.models import Person
from marketplace import permissions
from marketplace.actions.funds import book_promise
from marketplace.choices import OrderState
from marketplace.models import Deal, Listing, ListingMode, Order
from marketplace.modes import MODES
from marketplace.modes.base import MOST_AT_ONCE

# How much one person may hold back at a time, so that nobody empties a shelf by reserving.
MOST_OPEN, MOST_OPEN_OF_GUEST = 10, 2


@transaction.atomic
def order(
    listing: Listing,
    *,
    by: Person,
    mode: str,
    quantity: int = 1,
    on_behalf_of: Group | None = None,
    note: str = "",
    contact: str = "",
    at: datetime | None = None,
) -> Order:
    """Reserve so many. Price and share for the fund are fixed now, and the pieces leave the stock in
    the same statement that checks that they are there: of two who want the last, one gets it."""
    if not permissions.can_order(by, listing):
        raise PermissionDenied(_("This can not be ordered by you now."))
    if on_behalf_of is not None and not can_act_for(by, on_behalf_of):
        raise PermissionDenied(_("You can not order for this group."))
    offer = listing.modes.filter(mode=mode).first()
    if offer is None or mode not in MODES:
        raise ValidationError({"mode": ValidationError(_("It is not offered in this way."), code="mode")})
    _refuse_quantity(quantity)
    contact = words.line(contact, field="contact", limit=160, required=False)
    if not contact and not by.email:
        sentence = _("Leave a telephone number or an address, so that the maker can reach you.")
        raise ValidationError({"contact": ValidationError(sentence, code="required")})
    _refuse_hoarding(by)
    _take_from_stock(offer, quantity)
    amount = MODES[mode].amount(offer, quantity)
    pact = listing.output.pact if amount else None
    deal = Deal.objects.create(
        city=listing.city,
        reference=f"O-{listing.city.reference_prefix}-{take_number(city=listing.city, series='O'):04}",
        listing=listing,
        mode=mode,
        taker=by,
        taker_group=on_behalf_of,
        giver=listing.by,
        giver_group=listing.on_behalf_of,
        note=words.prose(note, field="note", limit=1000, required=False),
        contact=contact,
        at=at or timezone.now(),
    )
    made = Order.objects.create(
        city=listing.city,
        deal=deal,
        listing_mode=offer,
        quantity=quantity,
        amount_minor=amount,
        currency=offer.currency or listing.city.currency,
        fund_share_bp=listing.share_bp if amount else 0,
        fund_minor=share(amount, listing.share_bp, offer.currency) if amount else 0,
        pact=pact,
    )
    record(by=by, verb="order.reserve", subject=made, after=OrderState.RESERVED)
    notify(person=deal.giver, kind="order_reserved", reference=made.reference)
    return made


def _refuse_quantity(quantity: int) -> None:
    if not 1 <= quantity <= MOST_AT_ONCE:
        sentence = _("Take from 1 to %(most)s at a time.") % {"most": MOST_AT_ONCE}
        raise ValidationError({"quantity": ValidationError(sentence, code="quantity")})


def _refuse_hoarding(by: Person) -> None:
    most = MOST_OPEN if by.has_account else MOST_OPEN_OF_GUEST
    if Order.objects.across_cities().reserved().filter(deal__taker=by).count() >= most:
        raise Conflict("too_many_open", _("You have reserved enough for now. Collect or cancel something first."))


def _take_from_stock(offer: ListingMode, quantity: int) -> None:
    rows = ListingMode.objects.in_city(offer.city_id).filter(pk=offer.pk, stock__gte=quantity)
    if rows.update(stock=F("stock") - quantity):
        return
    left = ListingMode.objects.in_city(offer.city_id).values_list("stock", flat=True).get(pk=offer.pk)
    if left:
        raise Conflict("too_few", _("There are only %(left)s left. Take fewer.") % {"left": left})
    raise Conflict("sold_out", _("Someone was faster: the last one is gone. Ask the maker whether there will be more."))


def _locked(order: Order) -> Order:
    """The order as it is now, held until the transaction ends."""
    rows = Order.objects.in_city(order.city_id).select_related("city", "pact", "deal__giver_group__city")
    rows = rows.select_related("deal__taker_group__city", "deal__listing", "listing_mode")
    locked: Order = rows.select_for_update(of=("self",)).get(pk=order.pk)
    return locked


@transaction.atomic
def confirm_given(order: Order, *, by: Person, at: datetime | None = None) -> Order:
    """The maker's side says that it was handed over (and paid for, where it costs something)."""
    locked = _locked(order)
    if not permissions.gives(by, locked.deal):
        raise PermissionDenied(_("Only who gives it can say that it was handed over."))
    return _confirm(locked, "given_at", by, at)


@transaction.atomic
def confirm_taken(order: Order, *, by: Person, at: datetime | None = None) -> Order:
    """The other side says that they have it."""
    locked = _locked(order)
    if not permissions.takes(by, locked.deal):
        raise PermissionDenied(_("Only who receives it can say that they have it."))
    return _confirm(locked, "taken_at", by, at)


def _confirm(order: Order, field: str, by: Person, at: datetime | None) -> Order:
    """One side's word; the second one completes the order and books the share for the fund."""
    if getattr(order, field) is not None:
        return order
    if order.state != OrderState.RESERVED:
        raise Conflict("wrong_state", _("This order is closed."))
    now = at or timezone.now()
    setattr(order, field, now)
    order.save(update_fields=[field])
    record(by=by, verb=f"order.{field.removesuffix('_at')}", subject=order)
    if order.given_at and order.taken_at:
        move(order, OrderState.DONE, by=by, done_at=now)
        book_promise(order, by=by, at=now)
    _tell_other(order, "done" if order.state == OrderState.DONE else field.removesuffix("_at"), by)
    return order


def _tell_other(order: Order, kind: str, by: Person) -> None:
    """The side that did not act learns of it."""
    other = order.deal.giver if permissions.takes(by, order.deal) else order.deal.taker
    notify(person=other, kind=f"order_{kind}", reference=order.reference)


@transaction.atomic
def cancel_order(order: Order, *, by: Person, reason: str = "") -> Order:
    """Either side calls it off before it is done; the pieces go back into the stock."""
    locked = _locked(order)
    if not permissions.can_see_order(by, locked):
        raise PermissionDenied(_("Only the two sides can cancel an order."))
    reason = words.line(reason, field="reason", limit=400, required=False)
    move(locked, OrderState.CANCELLED, by=by, reason=reason, cancelled_by=by, cancelled_reason=reason)
    offers = ListingMode.objects.in_city(locked.city_id).filter(pk=locked.listing_mode_id)
    offers.update(stock=F("stock") + locked.quantity)
    _tell_other(locked, "cancelled", by)
    return locked
