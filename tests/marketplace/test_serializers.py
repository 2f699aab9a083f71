"""The shapes of the market in JSON."""

import pytest

from marketplace import ledger
from marketplace.models import Transfer
from marketplace.serializers import ListingIn, ListingOut, OrderOut, entry
from tests.backend.activities.factories import Workshop
from tests.factories import make_city
from tests.marketplace.factories import SALE, Market

pytestmark = pytest.mark.django_db


def test_a_listing_is_offered_by_its_group_in_that_groups_name():
    market = Market(make_city())
    told = ListingOut(market.listing).data
    assert (told["by"], told["fund_share_bp"], told["distance_km"]) == ("Legno Vivo", 1500, None)
    near = ListingOut(market.listing, context={"near": (market.listing.lat, market.listing.lng)}).data
    assert near["distance_km"] == 0.0


def test_an_order_names_its_sides_but_tells_no_address():
    market = Market(make_city())
    told = OrderOut(market.order(contact="011 555")).data
    assert (told["giver"], told["taker"]) == ("Legno Vivo", "Amal")
    assert "@" not in str(told)
    assert "011 555" not in str(told)


def test_a_place_has_both_numbers_and_a_group_is_of_the_city():
    shop = Workshop(make_city())
    base = {"output": str(shop.output.pk), "modes": [SALE]}
    for change, field in (
        ({"lat": 45.0}, "lat"),
        ({"on_behalf_of": "nobody"}, "on_behalf_of"),
        ({"lat": 99, "lng": 0}, "lat"),
    ):
        shape = ListingIn(data=base | change)
        assert not shape.is_valid()
        assert field in shape.errors


def test_a_line_of_the_book_tells_what_it_did_to_the_fund():
    market = Market(make_city())
    market.done()
    transfer = Transfer.objects.in_city(market.city).for_list().get()
    told = entry(transfer, ledger.fund_of(market.pact, "EUR"), ledger.promised_to(market.pact, "EUR"))
    assert (told["amount"], told["promised"], told["order"], told["decision"]) == (0, 1800, "Taranto bench", None)
