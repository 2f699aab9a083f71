"""How listings, orders and funds are read."""

import pytest

from backend.cities.querysets import Unscoped
from marketplace import actions
from marketplace.models import Account, LedgerEntry, Listing, Order, Transfer
from marketplace.querysets import kept_groups
from tests.backend.activities.factories import make_keeper
from tests.factories import make_citizen, make_city, make_group, make_guest, make_moderator
from tests.marketplace.factories import GIFT, SALE, Market, make_own_listing

pytestmark = pytest.mark.django_db


def test_a_query_without_a_city_is_refused():
    for model in (Listing, Order, Account, Transfer, LedgerEntry):
        with pytest.raises(Unscoped):
            list(model.objects.all())


def test_a_listing_in_two_ways_is_one_row():
    city = make_city()
    Market(city, modes=[SALE, GIFT])
    assert Listing.objects.in_city(city).offered_as("sale").count() == 1
    assert Listing.objects.in_city(city).offered_as("gift").count() == 1
    assert Listing.objects.in_city(city).offered_as("loan").count() == 0


def test_what_is_hidden_is_seen_by_its_own_side_only():
    city = make_city()
    market = Market(city)
    actions.hide_listing(market.listing, by=make_moderator(city), reason="No.")
    rows = Listing.objects.in_city(city)
    for person, count in (
        (None, 0),
        (market.buyer, 0),
        (market.contact, 0),
        (market.maker, 1),
        (make_keeper(market.makers), 1),
    ):
        assert rows.visible_to(person).count() == count


def test_the_box_around_a_place():
    city = make_city()
    make_own_listing(city, lat=45.0, lng=7.0)
    rows = Listing.objects.in_city(city)
    assert rows.near(45.01, 7.01, 5).count() == 1
    assert rows.near(46.0, 7.0, 5).count() == 0


def test_a_fund_knows_its_sum_and_its_companions():
    market = Market(make_city())
    actions.settle_promise(market.done(), by=market.contact)
    market.done()
    fund = Account.objects.in_city(market.city).funds().with_balance().get()
    assert fund.balance == 1800
    rows = Account.objects.in_city(market.city).of_the_owner_of(fund.pk).with_balance()
    assert {row.kind: row.balance for row in rows} == {"fund": 1800, "promised": 1800}


def test_orders_are_told_to_their_two_sides():
    market = Market(make_city())
    market.order()
    rows = Order.objects.in_city(market.city)
    assert rows.reserved().count() == 1
    assert rows.done().count() == 0
    seen = {person: rows.visible_to(person).count() for person in (market.buyer, market.maker, market.contact, None)}
    assert seen == {market.buyer: 1, market.maker: 1, market.contact: 0, None: 0}


def test_groups_one_may_speak_for():
    city = make_city()
    group = make_group(city)
    assert kept_groups(make_keeper(group)) == [str(group.pk)]
    assert kept_groups(make_citizen(city)) == kept_groups(make_guest()) == kept_groups(None) == []
