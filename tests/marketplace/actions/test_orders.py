"""Of two who want the last piece one gets it; both sides confirm; what is cancelled goes back."""

from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from backend.base.problems import Conflict
from marketplace import actions
from marketplace.models import Order, Transfer
from tests.backend.activities.factories import make_keeper
from tests.factories import (
    make_citizen,
    make_city,
    make_group,
    make_guest,
)
from tests.marketplace.factories import GIFT, SALE, Market, journalled, sums
from tests.together import at_once

pytestmark = pytest.mark.django_db


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
    told = at_once(*(partial(market.order, by=person) for person in people))
    assert [getattr(each, "code", "mine") for each in told].count("sold_out") == 13
    assert market.stock() == 0
    assert Order.objects.in_city(market.city).count() == 3


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
        at_once(
            partial(actions.confirm_given, order, by=market.maker),
            partial(actions.confirm_taken, order, by=market.buyer),
        )
        order.refresh_from_db()
        assert order.state == "done"
    assert sums(market.pact) == (0, 5400)
