"""What the database itself refuses in the market."""

import pytest

from marketplace import ledger
from marketplace.models import Account, LedgerEntry, Listing, ListingMode, Order
from tests.factories import make_city
from tests.marketplace.factories import Market, make_own_listing
from tests.refusing import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def market():
    return Market(make_city())


def test_stock_is_never_below_nothing(market):
    refused(lambda: ListingMode.objects.in_city(market.city).update(stock=-1))


def test_a_price_is_in_range(market):
    rows = ListingMode.objects.in_city(market.city)
    refused(lambda: rows.update(price_minor=-1))
    refused(lambda: rows.update(price_minor=10**12))


def test_a_way_stands_once_in_a_listing(market):
    refused(lambda: ListingMode.objects.create(city=market.city, listing=market.listing, mode="sale", stock=1))


def test_an_owner_has_one_account_of_a_kind_and_currency(market):
    facts = {"city": market.city, "kind": "fund", "owner_kind": "pact", "owner_id": market.city.pk, "unit": "EUR"}
    Account.objects.create(**facts)
    refused(lambda: Account.objects.create(**facts))
    Account.objects.create(**{**facts, "unit": "HUF"})


def test_the_share_is_at_most_all(market):
    refused(lambda: Listing.objects.in_city(market.city).update(fund_share_bp=10_001))


def test_an_order_is_of_some_and_its_share_no_more_than_its_price(market):
    market.order()
    rows = Order.objects.in_city(market.city)
    refused(lambda: rows.update(quantity=0))
    refused(lambda: rows.update(fund_minor=12001))
    refused(lambda: rows.update(amount_minor=-1))


def test_an_entry_of_nothing_is_none(market):
    market.done()
    entry = LedgerEntry.objects.in_city(market.city).first()
    refused(
        lambda: LedgerEntry.objects.create(city=market.city, transfer=entry.transfer, account=entry.account, amount=0)
    )


def test_an_owner_has_one_account_of_a_kind_and_unit(market):
    outside = ledger.outside(market.city, "EUR")
    same = {name: getattr(outside, name) for name in ("city", "kind", "owner_kind", "owner_id", "unit")}
    refused(lambda: Account.objects.create(**same))


def test_a_listing_without_a_pact_shares_nothing():
    assert make_own_listing(make_city()).share_bp == 0


def test_names_of_things(market):
    order = market.order()
    assert str(market.listing) == "Taranto bench"
    assert str(order.deal) == order.deal.reference
    assert (str(order.amount), str(order.fund_share)) == ("€120", "€18")
    assert str(ledger.outside(market.city, "EUR")).startswith("outside")
