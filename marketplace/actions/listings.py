"""Offering an output, pausing the offer, taking it off, hiding it with a reason."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypedDict

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.activities.models import Output
from backend.base import words
from backend.base.journal import move, record
from backend.base.money import share
from backend.base.rows import add_under_slug, check
from backend.cities.models import Group
from backend.conversations.actions import open_thread
from backend.people.actions import notify
from backend.people.models import Person
from marketplace import permissions
from marketplace.choices import ListingState
from marketplace.models import Listing, ListingMode
from marketplace.modes import MODES
from marketplace.search import index


class Offer(TypedDict, total=False):
    """One way in which the listing can be had."""

    mode: str
    stock: int
    price_minor: int | None
    terms: dict[str, Any]


@transaction.atomic
def list_output(
    output: Output,
    *,
    by: Person,
    modes: Sequence[Offer],
    on_behalf_of: Group | None = None,
    title: str = "",
    text: str = "",
    pickup: str = "",
    lat: float | None = None,
    lng: float | None = None,
    split: Iterable[dict[str, Any]] = (),
    fund_share_bp: int | None = None,
    language: str = "",
    translations: dict[str, Any] | None = None,
    expires_at: datetime | None = None,
    made_at: datetime | None = None,
) -> Listing:
    """Offer an output in one or more ways. The pact's share goes to its fund unless `fund_share_bp`
    says another one; without a place of its own the listing stands where its activity was."""
    if not permissions.can_list_output(by, output, on_behalf_of):
        raise PermissionDenied(_("Only its owner can offer this."))
    commons = output.activity.commons
    if lat is None and commons is not None:
        lat, lng = commons.lat, commons.lng
    listing = Listing(
        city=output.city,
        output=output,
        by=by,
        on_behalf_of=on_behalf_of,
        title=words.line(title or output.title, field="title", limit=160),
        text=words.prose(text, field="text", limit=4000, required=False),
        pickup=words.line(pickup, field="pickup", limit=200, required=False),
        lat=lat,
        lng=lng,
        split=list(split),
        fund_share_bp=fund_share_bp,
        language=language or (by.language if title else output.language),
        translations=translations or ({} if title else output.translations),
        expires_at=expires_at,
        made_at=made_at or timezone.now(),
    )
    check(listing)
    _refuse_share(listing)
    offers = _offers(listing, modes)
    listing.thread = open_thread(city=output.city)
    add_under_slug(listing, Listing.objects.in_city(output.city), listing.title)
    for offer in offers:
        offer.save(force_insert=True)
    index(listing, output.title, output.story, listing.pickup)
    record(by=by, verb="listing.open", subject=listing, after=ListingState.OPEN)
    return listing


def _offers(listing: Listing, modes: Sequence[Offer]) -> list[ListingMode]:
    """The rows of its ways, each checked by the way's own rule; errors stand at "<mode>_<field>"."""
    if not modes:
        raise ValidationError({"modes": ValidationError(_("Choose how people can have it."), code="required")})
    errors: dict[str, list[ValidationError]] = {}
    rows: dict[str, ListingMode] = {}
    for offer in modes:
        name = offer.get("mode", "")
        if name not in MODES or name in rows:
            raise ValidationError({"modes": ValidationError(_("Choose each way once, from the list."), code="mode")})
        rows[name] = _row(listing, offer)
        try:
            MODES[name].check(rows[name])
        except ValidationError as error:
            errors |= {f"{name}_{field}": list(found) for field, found in error.error_dict.items()}
    if errors:
        raise ValidationError(errors)
    _refuse_split(listing, list(rows.values()))
    return list(rows.values())


def _row(listing: Listing, offer: Offer) -> ListingMode:
    return ListingMode(
        city=listing.city,
        listing=listing,
        mode=offer["mode"],
        price_minor=offer.get("price_minor"),
        currency=listing.city.currency if MODES[offer["mode"]].priced else "",
        stock=offer.get("stock", 1),
        terms=offer.get("terms") or {},
    )


def _refuse_share(listing: Listing) -> None:
    bp = listing.fund_share_bp
    if bp is None:
        return
    if not 0 <= bp <= 10_000:
        sentence = _("The share for the fund is between nothing and all of it.")
        raise ValidationError({"fund_share_bp": ValidationError(sentence, code="range")})
    if bp and listing.output.pact is None:
        sentence = _("There is no pact here, so there is no fund.")
        raise ValidationError({"fund_share_bp": ValidationError(sentence, code="no_pact")})


def _refuse_split(listing: Listing, offers: list[ListingMode]) -> None:
    """Where the price goes must add up to the price."""
    if not listing.split:
        return
    prices = {offer.price_minor for offer in offers if offer.price_minor is not None}
    if {sum(part["minor"] for part in listing.split)} != prices:
        sentence = _("The parts of the price do not add up to the price.")
        raise ValidationError({"split": ValidationError(sentence, code="sum")})


def parts_of_price(listing: Listing, offer: ListingMode) -> list[dict[str, Any]]:
    """Where the price of one goes: the maker's own list, or what goes to the fund and what stays."""
    if not offer.price_minor:
        return []
    fund = share(offer.price_minor, listing.share_bp, offer.currency)
    if listing.split:
        last = len(listing.split) - 1  # makers name the fund last
        return [
            {"what": part["what"], "minor": part["minor"], "fund": number == last and part["minor"] == fund}
            for number, part in enumerate(listing.split)
        ]
    parts = [{"what": None, "minor": offer.price_minor - fund, "fund": False}]
    return [*parts, {"what": None, "minor": fund, "fund": True}] if fund else parts


@transaction.atomic
def pause_listing(listing: Listing, *, by: Person) -> Listing:
    """Out of the lists for a while; who has reserved keeps it."""
    _refuse_editor(listing, by)
    move(listing, ListingState.PAUSED, by=by)
    return listing


@transaction.atomic
def reopen_listing(listing: Listing, *, by: Person) -> Listing:
    """Offered again after a pause. What a moderator hid, only a moderator opens."""
    allowed = permissions.can_hide_listing if listing.state == ListingState.HIDDEN else permissions.can_edit_listing
    if not allowed(by, listing):
        raise PermissionDenied(_("Only who offered this can open it again."))
    move(listing, ListingState.OPEN, by=by, hidden_reason="")
    return listing


@transaction.atomic
def close_listing(listing: Listing, *, by: Person) -> Listing:
    """Taken off for good."""
    _refuse_editor(listing, by)
    move(listing, ListingState.CLOSED, by=by)
    return listing


@transaction.atomic
def hide_listing(listing: Listing, *, by: Person, reason: str) -> Listing:
    """Hidden from everyone but who offered it, who sees the reason."""
    if not permissions.can_hide_listing(by, listing):
        raise PermissionDenied(_("Only a moderator can hide this."))
    reason = words.prose(reason, field="reason", limit=1000)
    move(listing, ListingState.HIDDEN, by=by, reason=reason, hidden_reason=reason)
    notify(person=listing.by, kind="listing_hidden", reference=listing.reference)
    return listing


def _refuse_editor(listing: Listing, by: Person) -> None:
    if not permissions.can_edit_listing(by, listing):
        raise PermissionDenied(_("Only who offered this can change it."))
