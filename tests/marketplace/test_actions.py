"""Outputs are offered; of two who want the last piece one gets it; both sides confirm; the share is promised, then arrives."""

import threading
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from backend.base.journal import JournalEntry
from backend.base.problems import Conflict
from backend.pacts.models import Decision
from backend.people.choices import Role
from marketplace import actions, ledger
from marketplace.choices import NEWS
from marketplace.models import Listing, Order, Transfer
from tests.backend.activities.factories import Workshop, make_keeper, make_output
from tests.factories import (
    grant,
    make_citizen,
    make_city,
    make_group,
    make_guest,
    make_moderator,
    make_officer,
)
from tests.marketplace.factories import GIFT, SALE, Market, make_listing, make_own_listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return make_city()


@pytest.fixture
def market(city):
    return Market(city)


def journalled(thing) -> list[str]:
    return list(JournalEntry.objects.filter(subject_id=str(thing.pk)).order_by("id").values_list("verb", flat=True))


def sums(pact) -> tuple[int, int]:
    """In the fund, and promised to it."""
    unit = pact.city.currency
    return ledger.balance(ledger.fund_of(pact, unit)), ledger.balance(ledger.promised_to(pact, unit))


# -- Offering -------------------------------------------------------------------------------------


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


# -- Ordering -------------------------------------------------------------------------------------


def test_an_order_fixes_price_and_share_and_takes_from_the_stock(market):
    order = market.order(quantity=2, note="For the school.")
    assert (order.amount_minor, order.fund_minor, order.fund_share_bp) == (24000, 3600, 1500)
    assert (order.deal.giver, order.deal.giver_group, order.deal.taker) == (market.maker, market.makers, market.buyer)
    assert order.deal.reference == f"O-{market.city.reference_prefix}-0001"
    assert market.stock() == 3
    assert journalled(order) == ["order.reserve"]
    market.pact.fund_share_bp = 9000
    market.pact.save()
    order.refresh_from_db()
    assert order.fund_minor == 3600


def test_a_gift_costs_nothing_and_owes_nothing(city):
    market = Market(city, modes=[GIFT])
    order = market.done(mode="gift")
    assert (order.state, order.amount_minor, order.fund_minor, order.pact) == ("done", 0, 0, None)
    assert not Transfer.objects.in_city(city).exists()


def test_nobody_orders_from_themselves(market):
    for person in (market.maker, make_keeper(market.makers)):
        with pytest.raises(PermissionDenied):
            market.order(by=person)


def test_a_guest_orders_and_says_how_to_be_reached(market):
    guest = make_guest("Lina")
    with pytest.raises(ValidationError) as refused:
        market.order(by=guest)
    assert list(refused.value.error_dict) == ["contact"]
    assert market.stock() == 5
    assert market.order(by=guest, contact="011 555 123").deal.contact == "011 555 123"


@pytest.mark.parametrize(("quantity", "field"), [(0, "quantity"), (-1, "quantity"), (21, "quantity")])
def test_one_takes_from_one_to_twenty(market, quantity, field):
    with pytest.raises(ValidationError) as refused:
        market.order(quantity=quantity)
    assert list(refused.value.error_dict) == [field]


def test_what_is_not_offered_in_a_way_is_not_had_in_it(market):
    for mode in ("gift", "loan", "nonsense"):
        with pytest.raises(ValidationError):
            market.order(mode=mode)


def test_more_than_there_are_is_a_kind_no_with_the_number_left(market):
    with pytest.raises(Conflict, match="only 5 left") as refused:
        market.order(quantity=6)
    assert refused.value.code == "too_few"
    market.order(quantity=5)
    with pytest.raises(Conflict, match="Someone was faster") as refused:
        market.order(by=make_citizen(market.city))
    assert refused.value.code == "sold_out"


def test_nobody_empties_the_shelf_by_reserving(city):
    market = Market(city, modes=[{**GIFT, "stock": 50}])
    guest = make_guest()
    for _ in range(2):
        market.order(by=guest, mode="gift", contact="x")
    with pytest.raises(Conflict, match="enough for now"):
        market.order(by=guest, mode="gift", contact="x")
    for _ in range(10):
        market.order(mode="gift")
    with pytest.raises(Conflict):
        market.order(mode="gift")


def test_one_orders_for_a_group_only_as_its_keeper(market):
    group = make_group(market.city)
    with pytest.raises(PermissionDenied):
        market.order(on_behalf_of=group)
    keeper = make_keeper(group)
    order = market.order(by=keeper, on_behalf_of=group)
    other = make_keeper(group)
    actions.confirm_given(order, by=market.maker)
    assert actions.confirm_taken(order, by=other).state == "done"


@pytest.mark.django_db(transaction=True)
def test_of_many_who_order_the_last_pieces_at_once_exactly_as_many_get_one():
    market = Market(make_city(), modes=[{**SALE, "stock": 3}])
    people = [make_citizen(market.city) for _ in range(16)]
    told: list[str] = []
    gate = threading.Barrier(len(people))

    def try_it(person) -> None:
        gate.wait()
        try:
            market.order(by=person)
            told.append("mine")
        except Conflict as conflict:
            told.append(conflict.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (told.count("mine"), told.count("sold_out")) == (3, 13)
    assert market.stock() == 0
    assert Order.objects.in_city(market.city).count() == 3


# -- Handing over ---------------------------------------------------------------------------------


def test_the_second_word_completes_the_order_and_promises_the_share(market):
    order = market.order()
    order = actions.confirm_given(order, by=market.maker)
    assert (order.state, sums(market.pact)) == ("reserved", (0, 0))
    order = actions.confirm_taken(order, by=market.buyer)
    assert order.state == "done"
    assert order.done_at is not None
    assert sums(market.pact) == (0, 1800)
    assert journalled(order) == ["order.reserve", "order.given", "order.taken", "order.done", "fund.promised"]


def test_each_side_says_its_own_word_only(market):
    order = market.order()
    with pytest.raises(PermissionDenied):
        actions.confirm_given(order, by=market.buyer)
    with pytest.raises(PermissionDenied):
        actions.confirm_taken(order, by=market.maker)
    for act in (actions.confirm_given, actions.confirm_taken, actions.cancel_order):
        with pytest.raises(PermissionDenied):
            act(order, by=make_citizen(market.city))


def test_saying_it_twice_changes_nothing(market):
    order = market.done()
    at = order.done_at
    assert actions.confirm_taken(order, by=market.buyer).done_at == at
    assert actions.confirm_given(order, by=market.maker).done_at == at
    assert sums(market.pact) == (0, 1800)
    assert Transfer.objects.in_city(market.city).count() == 1


def test_a_cancelled_order_gives_its_pieces_back(market):
    order = market.order(quantity=2)
    actions.confirm_given(order, by=market.maker)
    order = actions.cancel_order(order, by=market.buyer, reason="It does not fit.")
    assert (order.state, order.cancelled_by, market.stock()) == ("cancelled", market.buyer, 5)
    with pytest.raises(Conflict):
        actions.cancel_order(order, by=market.maker)
    with pytest.raises(Conflict):
        actions.confirm_taken(order, by=market.buyer)
    assert market.stock() == 5


def test_what_is_done_can_not_be_cancelled(market):
    order = market.done()
    with pytest.raises(Conflict):
        actions.cancel_order(order, by=market.buyer)
    assert market.stock() == 4


@pytest.mark.django_db(transaction=True)
def test_both_words_at_the_same_moment_complete_it_once():
    market = Market(make_city())
    for _ in range(3):
        order = market.order()
        gate = threading.Barrier(2)

        def say(act, by, order=order, gate=gate) -> None:
            gate.wait()
            try:
                act(order, by=by)
            finally:
                connection.close()

        pair = [(actions.confirm_given, market.maker), (actions.confirm_taken, market.buyer)]
        threads = [threading.Thread(target=say, args=each) for each in pair]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        order.refresh_from_db()
        assert order.state == "done"
    assert sums(market.pact) == (0, 5400)


# -- The fund -------------------------------------------------------------------------------------


def test_a_share_that_arrived_is_promised_no_longer_and_the_maker_owes_nothing(market):
    order = market.done()
    owed = ledger.owed_by(market.city, "group", market.makers.pk, "EUR")
    assert ledger.balance(owed) == -1800
    actions.settle_promise(order, by=market.contact)
    assert sums(market.pact) == (1800, 0)
    assert ledger.balance(owed) == 0
    with pytest.raises(Conflict, match="already"):
        actions.settle_promise(order, by=make_officer(market.city))
    assert sums(market.pact) == (1800, 0)


def test_nobody_confirms_their_own_debt(market):
    order = market.done()
    for person in (market.maker, make_keeper(market.makers), market.buyer, make_citizen(market.city)):
        with pytest.raises(PermissionDenied):
            actions.settle_promise(order, by=person)
    grant(market.maker, Role.OFFICER, market.city)
    with pytest.raises(PermissionDenied):
        actions.settle_promise(order, by=market.maker)


def test_an_order_that_is_not_done_promised_nothing(market):
    with pytest.raises(PermissionDenied):
        actions.settle_promise(market.order(), by=make_officer(market.city))


def test_a_person_owes_for_what_they_sold_themselves(city):
    shop = Workshop(city)
    own = make_output(city, by=shop.maker, activity=shop.activity, owner=shop.maker)
    listing = make_listing(own, by=shop.maker)
    order = actions.order(listing, by=make_citizen(city), mode="sale")
    actions.confirm_given(order, by=shop.maker)
    actions.confirm_taken(order, by=order.deal.taker)
    assert ledger.balance(ledger.owed_by(city, "person", shop.maker.pk, "EUR")) == -1800


def test_a_gift_to_the_fund_counts_once_also_when_sent_twice(market):
    key = str(uuid.uuid4())
    for _ in range(2):
        actions.give_to_fund(market.pact, by=market.contact, amount_minor=25200, note="Sunday lunch", key=key)
    assert sums(market.pact) == (25200, 0)
    with pytest.raises(PermissionDenied):
        actions.give_to_fund(market.pact, by=market.buyer, amount_minor=1, note="x", key="other")
    for amount, note in ((0, "x"), (-5, "x"), (10**12, "x"), (5, " ")):
        with pytest.raises(ValidationError):
            actions.give_to_fund(market.pact, by=market.contact, amount_minor=amount, note=note, key="other")


def decision_of(market) -> Decision:
    return Decision.objects.create(
        city=market.city, pact=market.pact, question="New gloves?", by=market.contact, at=timezone.now()
    )


def test_money_is_spent_by_a_decision_and_never_more_than_there_is(market):
    actions.give_to_fund(market.pact, by=market.contact, amount_minor=5000, note="Coin box", key="1")
    decision = decision_of(market)
    spend = {"by": market.contact, "note": "Gloves", "decision": decision}
    with pytest.raises(ValidationError, match="not so much"):
        actions.spend_from_fund(market.pact, amount_minor=5001, key="a", **spend)
    actions.spend_from_fund(market.pact, amount_minor=4000, key="a", **spend)
    actions.spend_from_fund(market.pact, amount_minor=4000, key="a", **spend)
    assert sums(market.pact) == (1000, 0)
    with pytest.raises(PermissionDenied):
        actions.spend_from_fund(market.pact, amount_minor=1, key="b", **{**spend, "by": market.buyer})


def test_a_decision_of_another_pact_spends_nothing_here(market):
    other = Market(market.city)
    actions.give_to_fund(market.pact, by=market.contact, amount_minor=5000, note="Coin box", key="1")
    with pytest.raises(ValidationError) as refused:
        actions.spend_from_fund(
            market.pact, by=market.contact, amount_minor=1, note="x", key="a", decision=decision_of(other)
        )
    assert list(refused.value.error_dict) == ["decision"]


# -- Questions and news -----------------------------------------------------------------------------


def news(person) -> list[str]:
    return list(person.notifications.order_by("at", "id").values_list("kind", flat=True))


def test_each_side_learns_what_the_other_did(market):
    order = market.order()
    actions.confirm_given(order, by=market.maker)
    actions.confirm_taken(order, by=market.buyer)
    actions.cancel_order(market.order(), by=market.maker)
    assert news(market.maker) == ["order_reserved", "order_done", "order_reserved"]
    assert news(market.buyer) == ["order_given", "order_cancelled"]
    told = market.buyer.notifications.first().reference
    assert told["url"].endswith("/")
    assert "Taranto bench" in told["title"]


def test_a_question_is_answered_in_the_name_it_is_offered_in_and_both_learn_of_it(market):
    asked = actions.ask(market.listing, by=market.buyer, text="Does it fit?", language="en")
    answer = actions.ask(market.listing, by=market.maker, text="Yes.", language="en", parent=asked)
    assert (asked.kind, answer.kind, answer.on_behalf_of) == ("question", "answer", market.makers)
    assert (news(market.maker), news(market.buyer)) == (["listing_asked"], ["listing_answered"])


def test_what_is_hidden_is_told_with_its_reason_and_nothing_more_is_said_there(market):
    actions.hide_listing(market.listing, by=make_moderator(market.city), reason="It is not theirs.")
    assert (market.listing.hidden_reason, news(market.maker)) == ("It is not theirs.", ["listing_hidden"])
    with pytest.raises(PermissionDenied):
        actions.ask(market.listing, by=market.maker, text="Why?", language="en")


def test_every_kind_of_news_has_its_words():
    assert all(str(words).endswith((".", "?")) for words in NEWS.values())
