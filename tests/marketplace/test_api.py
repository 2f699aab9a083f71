"""The market by JSON: search by words, way and place, orders that can be sent twice, open funds."""

import uuid

import pytest
from rest_framework.test import APIClient

from backend.pacts.models import Decision
from marketplace import actions
from marketplace.models import Account, Listing, Order
from tests.backend.activities.factories import Workshop, make_output
from tests.factories import make_citizen, make_city, make_moderator, make_officer
from tests.marketplace.factories import GIFT, SALE, Market, make_listing, make_own_listing

pytestmark = pytest.mark.django_db

LISTINGS, ORDERS, FUNDS = "/api/v1/listings/", "/api/v1/orders/", "/api/v1/funds/"


@pytest.fixture
def city():
    return make_city("torino-test")


@pytest.fixture
def market(city):
    return Market(city)


@pytest.fixture
def api():
    return APIClient(headers={"accept-language": "en"})


def as_(person) -> APIClient:
    client = APIClient(headers={"accept-language": "en"})
    client.force_authenticate(person)
    return client


def titles(answer):
    assert answer.status_code == 200
    return [row["title"] for row in answer.json()["results"]]


def fund_of(market):
    return Account.objects.in_city(market.city).funds().get()


# -- Listings -------------------------------------------------------------------------------------


def test_listings_are_found_by_words_way_kind_and_city(city, api):
    make_own_listing(city, title="City bike")
    make_listing(make_output(city, title="Basil seeds", kind="plants"), modes=[GIFT])
    make_own_listing(make_city("gdansk-test"), title="Cargo bike")
    assert titles(api.get(LISTINGS)) == ["Cargo bike", "Basil seeds", "City bike"]
    assert titles(api.get(LISTINGS, {"city": "torino-test"})) == ["Basil seeds", "City bike"]
    assert titles(api.get(LISTINGS, {"q": "bike"})) == ["Cargo bike", "City bike"]
    assert titles(api.get(LISTINGS, {"mode": "gift"})) == ["Basil seeds"]
    assert titles(api.get(LISTINGS, {"mode": "loan"})) == []
    assert titles(api.get(LISTINGS, {"kind": "plants"})) == ["Basil seeds"]


def test_the_nearest_comes_first_with_its_distance(city, api):
    for title, lat, lng in (("Far", 45.20, 7.70), ("Near", 45.08, 7.69), ("Middle", 45.10, 7.70)):
        make_own_listing(city, title=title, lat=lat, lng=lng)
    make_own_listing(city, title="Nowhere")
    answer = api.get(LISTINGS, {"near": "45.08,7.69", "radius": "5"})
    assert titles(answer) == ["Near", "Middle"]
    assert [row["distance_km"] for row in answer.json()["results"]] == [0.0, 2.36]
    assert titles(api.get(LISTINGS, {"near": "45.08,7.69", "radius": "50"})) == ["Near", "Middle", "Far"]
    assert titles(api.get(LISTINGS, {"near": "45.08,7.69"})) == ["Near", "Middle"]


@pytest.mark.parametrize(
    "query",
    [
        {"near": "here"},
        {"near": "45"},
        {"near": "95,7"},
        {"near": "nan,nan"},
        {"near": "45,7", "radius": "-1"},
        {"near": "45,7", "radius": "x"},
        {"near": "45,7", "radius": "inf"},
    ],
)
def test_a_place_that_is_none_is_a_problem(api, query):
    answer = api.get(LISTINGS, query)
    assert answer.status_code == 400
    assert answer.json()["errors"]["near"][0]["code"] == "near"


def test_a_list_takes_the_same_few_queries(market, api, count_queries, max_queries):
    market.done()
    addresses = [LISTINGS, f"{LISTINGS}?near=45.0,7.7&radius=50", FUNDS, f"{FUNDS}{fund_of(market).pk}/"]
    before = [count_queries(lambda each=each: api.get(each)) for each in addresses]
    for number in range(3):
        make_listing(market.output, by=market.maker, title=f"Bench {number}")
        market.done()
        Market(market.city).done()
    for each, count in zip(addresses, before, strict=True):
        with max_queries(12):
            assert api.get(each).status_code == 200
        assert count_queries(lambda each=each: api.get(each)) == count


def test_a_listing_tells_its_ways_share_makers_and_pact(market, api):
    told = api.get(f"{LISTINGS}{market.listing.pk}/").json()
    assert told["modes"] == [{"mode": "sale", "price_minor": 12000, "currency": "EUR", "stock": 5, "terms": {}}]
    assert (told["fund_share_bp"], told["pact"], told["by"]) == (1500, market.pact.reference, "Legno Vivo")
    assert told["output"]["title"] == "Taranto bench"


def test_a_listing_is_offered_paused_opened_and_closed(city):
    shop = Workshop(city)
    given = {"output": str(shop.output.pk), "on_behalf_of": shop.makers.slug, "modes": [SALE, GIFT], "pickup": "Bagni"}
    assert as_(make_citizen(city)).post(LISTINGS, given).status_code == 403
    made = as_(shop.maker).post(LISTINGS, given)
    assert made.status_code == 201
    address = f"{LISTINGS}{made.json()['id']}/"
    for verb, state in (("pause", "paused"), ("reopen", "open"), ("close", "closed")):
        assert as_(make_citizen(city)).post(f"{address}{verb}/").status_code == 403
        assert as_(shop.maker).post(f"{address}{verb}/").json()["state"] == state
    again = as_(shop.maker).post(f"{address}pause/")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


@pytest.mark.parametrize(
    ("price", "code"), [(-1, "negative"), (10**12, "large"), (None, "required"), (0.001, "invalid"), ("x", "invalid")]
)
def test_a_bad_price_is_a_problem(city, price, code):
    output = make_output(city)
    given = {"output": str(output.pk), "modes": [{"mode": "sale", "stock": 1, "price_minor": price}]}
    answer = as_(output.by).post(LISTINGS, given)
    assert answer.status_code == 400
    assert code in str(answer.json()["errors"])
    assert not Listing.objects.in_city(city).exists()


def test_a_moderator_hides_and_it_is_gone_for_others(market, api):
    address = f"{LISTINGS}{market.listing.pk}/"
    assert as_(market.buyer).post(f"{address}hide/", {"reason": "x"}).status_code == 403
    assert as_(make_moderator(market.city)).post(f"{address}hide/", {"reason": "Not theirs."}).status_code == 204
    assert api.get(address).status_code == 404
    assert as_(market.maker).get(address).json()["state"] == "hidden"


def test_questions_are_asked_and_answered(market, api):
    address = f"{LISTINGS}{market.listing.pk}/questions/"
    assert api.post(address, {"text": "Hello?"}).status_code in (401, 403)
    asked = as_(market.buyer).post(address, {"text": "Does it fit?"}).json()
    as_(market.maker).post(address, {"text": "Yes.", "parent": asked["id"]})
    assert [(row["kind"], row["by"], row["text"]) for row in api.get(address).json()] == [
        ("question", "Amal", "Does it fit?"),
        ("answer", "Legno Vivo", "Yes."),
    ]


# -- Orders ---------------------------------------------------------------------------------------


def test_an_order_goes_through_both_hands(market, api):
    address = f"{LISTINGS}{market.listing.pk}/order/"
    assert api.post(address, {"mode": "sale"}).status_code in (401, 403)
    made = as_(market.buyer).post(address, {"mode": "sale", "quantity": 2})
    assert made.status_code == 201
    told = made.json()
    assert (told["amount_minor"], told["fund_minor"], told["state"]) == (24000, 3600, "reserved")
    order = f"{ORDERS}{told['id']}/"
    assert as_(market.buyer).post(f"{order}given/").status_code == 403
    assert as_(market.maker).post(f"{order}given/").json()["state"] == "reserved"
    assert as_(market.buyer).post(f"{order}taken/").json()["state"] == "done"
    late = as_(market.buyer).post(f"{order}cancel/", {})
    assert (late.status_code, late.json()["code"]) == (409, "wrong_state")


def test_an_order_sent_twice_with_one_key_is_one_order(market):
    client, address = as_(market.buyer), f"{LISTINGS}{market.listing.pk}/order/"
    key = {"Idempotency-Key": "abc"}
    first = client.post(address, {"mode": "sale"}, headers=key)
    assert client.post(address, {"mode": "sale"}, headers=key).json()["id"] == first.json()["id"]
    assert Order.objects.in_city(market.city).count() == 1
    other = client.post(address, {"mode": "sale", "quantity": 2}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")


def test_too_many_and_sold_out_have_codes_of_their_own(market):
    address = f"{LISTINGS}{market.listing.pk}/order/"
    few = as_(market.buyer).post(address, {"mode": "sale", "quantity": 6})
    assert (few.status_code, few.json()["code"]) == (409, "too_few")
    market.order(quantity=5)
    gone = as_(make_citizen(market.city)).post(address, {"mode": "sale"})
    assert (gone.status_code, gone.json()["code"]) == (409, "sold_out")
    assert as_(market.buyer).post(address, {"mode": "sale", "quantity": 0}).status_code == 400
    assert as_(market.buyer).post(address, {"mode": "gift"}).status_code == 400


def test_nobody_sees_the_order_of_someone_else(market, api):
    order = market.order()
    assert api.get(ORDERS).status_code in (401, 403)
    for person, count in ((market.buyer, 1), (market.maker, 1), (market.contact, 0), (make_officer(market.city), 0)):
        assert as_(person).get(ORDERS).json()["count"] == count
        assert as_(person).get(f"{ORDERS}{order.pk}/").status_code == (200 if count else 404)
    assert as_(market.contact).post(f"{ORDERS}{order.pk}/cancel/", {}).status_code == 404
    assert as_(market.buyer).post(f"{ORDERS}{order.pk}/cancel/", {"reason": "Sorry."}).json()["state"] == "cancelled"


# -- Funds ----------------------------------------------------------------------------------------


def test_a_fund_is_public_with_every_entry(market, api):
    order = market.done()
    fund = fund_of(market)
    told = api.get(f"{FUNDS}{fund.pk}/").json()
    assert (told["balance"], told["promised"], told["currency"], told["pact"]) == (
        0,
        1800,
        "EUR",
        market.pact.reference,
    )
    assert [(row["kind"], row["amount"], row["promised"]) for row in told["entries"]] == [("share_promised", 0, 1800)]
    assert "Amal" not in str(told)
    settle = f"{FUNDS}{fund.pk}/settle/"
    assert as_(market.maker).post(settle, {"order": str(order.pk)}).status_code == 403
    told = as_(market.contact).post(settle, {"order": str(order.pk)}).json()
    assert (told["balance"], told["promised"]) == (1800, 0)
    again = as_(market.contact).post(settle, {"order": str(order.pk)})
    assert (again.status_code, again.json()["code"]) == (409, "arrived_already")
    assert [row["balance"] for row in api.get(FUNDS, {"city": market.city.slug}).json()["results"]] == [1800]


def test_gifts_and_spendings_are_written_once(market):
    market.done()
    book = f"{FUNDS}{fund_of(market).pk}/book/"
    gift = {"key": str(uuid.uuid4()), "amount_minor": 5000, "note": "Coin box"}
    assert as_(market.buyer).post(book, gift).status_code == 403
    for _ in range(2):
        told = as_(market.contact).post(book, gift).json()
    assert told["balance"] == 5000
    decision = Decision.objects.create(city=market.city, pact=market.pact, question="Gloves?", by=market.contact)
    spent = {"key": str(uuid.uuid4()), "amount_minor": 2000, "note": "Gloves", "decision": str(decision.pk)}
    told = as_(market.contact).post(book, spent).json()
    assert told["balance"] == 3000
    assert told["entries"][0]["decision"] == "Gloves?"
    too_much = as_(market.contact).post(book, spent | {"key": str(uuid.uuid4()), "amount_minor": 3001})
    assert too_much.status_code == 400
    assert "amount_minor" in too_much.json()["errors"]


def test_what_is_not_a_fund_or_of_a_closed_city_is_not_there(market, api):
    market.done()
    fund = fund_of(market)
    assert api.get(f"{FUNDS}{uuid.uuid4()}/").status_code == 404
    assert api.get(f"{FUNDS}{market.pact.pk}/").status_code == 404
    market.city.is_open = False
    market.city.save()
    assert api.get(f"{FUNDS}{fund.pk}/").status_code == 404
    assert titles(api.get(LISTINGS)) == []


def test_a_listing_that_is_paused_can_not_be_ordered(market):
    actions.pause_listing(market.listing, by=market.maker)
    answer = as_(market.buyer).post(f"{LISTINGS}{market.listing.pk}/order/", {"mode": "sale"})
    assert answer.status_code == 403
