"""Outputs are offered by who owns them, at prices that can be paid; hidden and closed with a reason."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from backend.base.problems import Conflict
from backend.people.choices import Role
from marketplace import actions
from marketplace.models import Listing
from tests.backend.activities.factories import Workshop, make_keeper, make_output
from tests.factories import (
    grant,
    make_citizen,
    make_city,
    make_moderator,
    make_officer,
)
from tests.marketplace.factories import GIFT, SALE, Market, journalled, make_listing, make_own_listing

pytestmark = pytest.mark.django_db


def test_a_maker_offers_for_the_group_and_it_stands_where_the_activity_was(market):
    listing = market.listing
    assert (listing.on_behalf_of, listing.slug) == (market.makers, "taranto-bench")
    assert (listing.lat, listing.lng) == (market.commons.lat, market.commons.lng)
    assert listing.share_bp == 1500
    assert journalled(listing) == ["listing.open"]


def test_a_thing_can_be_had_in_two_ways(city):
    listing = Market(city, modes=[SALE, GIFT]).listing
    assert {offer.mode: (offer.price_minor, offer.currency, offer.stock) for offer in listing.modes.all()} == {
        "sale": (12000, "EUR", 5),
        "gift": (None, "", 3),
    }


def test_only_the_owner_offers(city):
    shop = Workshop(city)
    member = make_citizen(city)
    grant(member, Role.MEMBER, shop.makers)
    for by, group in (
        (make_citizen(city), None),
        (shop.maker, None),
        (member, shop.makers),
        (shop.contact, shop.neighbours),
    ):
        with pytest.raises(PermissionDenied):
            make_listing(shop.output, by=by, on_behalf_of=group)
    own = make_output(city)
    with pytest.raises(PermissionDenied):
        make_listing(own, by=make_citizen(city))


@pytest.mark.parametrize(
    ("price", "code"),
    [(-1, "negative"), (None, "required"), (0, "required"), (10**12, "large")],
)
def test_a_price_that_can_not_be_is_refused_at_its_field(city, price, code):
    output = make_output(city)
    with pytest.raises(ValidationError) as refused:
        make_listing(output, modes=[{"mode": "sale", "price_minor": price, "stock": 1}])
    assert refused.value.error_dict["sale_price_minor"][0].code == code
    assert not Listing.objects.in_city(city).exists()


def test_a_price_in_forints_is_whole():
    city = make_city(currency="HUF", languages=["hu", "en"])
    with pytest.raises(ValidationError) as refused:
        make_listing(make_output(city), modes=[{"mode": "sale", "price_minor": 190050, "stock": 1}])
    assert refused.value.error_dict["sale_price_minor"][0].code == "fraction"


@pytest.mark.parametrize(
    ("modes", "field"),
    [
        ([], "modes"),
        ([{"mode": "barter", "stock": 1}], "modes"),
        ([SALE, SALE], "modes"),
        ([{**SALE, "stock": 0}], "sale_stock"),
        ([{**GIFT, "stock": 10_001}], "gift_stock"),
        ([{**GIFT, "price_minor": 5}], "gift_price_minor"),
    ],
)
def test_ways_that_make_no_sense_are_refused(city, modes, field):
    with pytest.raises(ValidationError) as refused:
        make_listing(make_output(city), modes=modes)
    assert list(refused.value.error_dict) == [field]


def test_the_parts_of_a_price_add_up_to_it(city):
    shop = Workshop(city)
    parts = [{"what": {"en": "wood"}, "minor": 5400}, {"what": {"en": "work"}, "minor": 4800}]
    with pytest.raises(ValidationError, match="do not add up"):
        make_listing(shop.output, by=shop.maker, split=parts)
    parts.append({"what": {"en": "fund"}, "minor": 1800})
    listing = make_listing(shop.output, by=shop.maker, split=parts)
    assert [part["minor"] for part in actions.parts_of_price(listing, listing.modes.get())] == [5400, 4800, 1800]


def test_without_a_list_of_parts_the_price_is_told_as_fund_and_rest(market):
    parts = actions.parts_of_price(market.listing, market.listing.modes.get())
    assert [(part["minor"], part["fund"]) for part in parts] == [(10200, False), (1800, True)]


def test_a_share_needs_a_fund_and_is_at_most_all(city):
    with pytest.raises(ValidationError, match="no fund"):
        make_own_listing(city, fund_share_bp=1500)
    for bp in (-1, 10_001):
        with pytest.raises(ValidationError) as refused:
            make_own_listing(city, fund_share_bp=bp)
        assert list(refused.value.error_dict) == ["fund_share_bp"]


def test_a_listings_own_share_goes_before_the_pacts(city):
    assert Market(city, fund_share_bp=3000).order().fund_minor == 3600


def test_a_listing_is_paused_opened_again_and_closed_by_its_side_only(market):
    stranger = make_citizen(market.city)
    for act in (actions.pause_listing, actions.reopen_listing, actions.close_listing):
        with pytest.raises(PermissionDenied):
            act(market.listing, by=stranger)
    actions.pause_listing(market.listing, by=make_keeper(market.makers))
    with pytest.raises(PermissionDenied):
        market.order()
    actions.reopen_listing(market.listing, by=market.maker)
    actions.close_listing(market.listing, by=market.maker)
    with pytest.raises(Conflict):
        actions.reopen_listing(market.listing, by=market.maker)
    assert journalled(market.listing) == ["listing.open", "listing.paused", "listing.open", "listing.closed"]


def test_a_moderator_hides_with_a_reason_and_only_a_moderator_shows_it_again(market):
    moderator = make_moderator(market.city)
    with pytest.raises(PermissionDenied):
        actions.hide_listing(market.listing, by=make_officer(market.city), reason="No.")
    with pytest.raises(ValidationError):
        actions.hide_listing(market.listing, by=moderator, reason="")
    actions.hide_listing(market.listing, by=moderator, reason="It is not theirs.")
    with pytest.raises(PermissionDenied):
        actions.reopen_listing(market.listing, by=market.maker)
    actions.reopen_listing(market.listing, by=moderator)
    assert market.listing.state == "open"
