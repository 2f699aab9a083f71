"""Ordering, handing over, and calling it off."""

import pytest

from marketplace.models import Order
from tests.factories import make_citizen, make_officer, make_person
from tests.marketplace.factories import SALE, Market
from tests.marketplace.visits import of, order_page, page, text

pytestmark = pytest.mark.django_db


def test_a_neighbour_orders_and_both_say_it_changed_hands(market, client):
    client.force_login(market.buyer)
    assert "You pay when you collect it." in text(client.get(of("listing", market.listing)))
    answer = client.post(of("place_order", market.listing), {"mode": "sale", "quantity": "1"}, follow=True)
    order = Order.objects.in_city(market.city).get()
    assert "It is kept for you." in text(answer)
    client.post(order_page("taken", order))
    client.force_login(market.maker)
    assert "I have handed it over and got the money" in text(client.get(order_page("order", order)))
    assert "has not said so yet" not in text(client.get(order_page("order", order)))
    shown = text(client.post(order_page("given", order), follow=True))
    assert "It has changed hands." in shown
    assert "Promised. The maker passes it on." in shown
    order.refresh_from_db()
    assert order.state == "done"


def test_the_last_piece_ordered_by_two_is_a_kind_no_for_the_second(city, client):
    market = Market(city, modes=[{**SALE, "stock": 1}])
    client.force_login(market.buyer)
    client.get(of("listing", market.listing))
    market.order(by=make_citizen(city))
    answer = client.post(of("place_order", market.listing), {"mode": "sale", "quantity": "1", "note": "Kept"})
    assert answer.status_code == 422
    assert "Someone was faster: the last one is gone." in text(answer)
    assert "None left now" in text(answer)
    assert market.stock() == 0


def test_too_many_at_once_is_told_at_the_form_and_the_words_stay(market, client):
    client.force_login(market.buyer)
    answer = client.post(of("place_order", market.listing), {"mode": "sale", "quantity": "9", "note": "Kept words"})
    assert answer.status_code == 422
    assert "There are only 5 left." in text(answer)
    assert "Kept words" in text(answer)
    for quantity in ("0", "-1", "99", "x", ""):
        assert client.post(of("place_order", market.listing), {"mode": "sale", "quantity": quantity}).status_code == 422
    assert market.stock() == 5


def test_nobody_sees_the_order_of_someone_else(market, client):
    order = market.order()
    for stranger in (make_citizen(market.city), make_officer(market.city), make_person()):
        client.force_login(stranger)
        assert client.get(order_page("order", order)).status_code == 404
        assert client.post(order_page("cancel", order)).status_code == 404
        assert order.deal.reference not in text(client.get(page("orders", market.city)))
    client.force_login(market.contact)
    assert client.get(order_page("order", order)).status_code == 404


def test_each_side_finds_the_order_and_may_cancel_it(market, client):
    order = market.order(note="On Saturday.")
    for person in (market.maker, market.buyer):
        client.force_login(person)
        assert "Taranto bench" in text(client.get(page("orders", market.city)))
        assert "On Saturday." in text(client.get(order_page("order", order)))
    client.post(order_page("cancel", order), {"reason": "It does not fit."})
    assert "It does not fit." in text(client.get(order_page("order", order)))
    assert market.stock() == 5
    assert "it has moved on" in text(client.post(order_page("cancel", order), {}, follow=True))


def test_one_side_does_not_press_the_others_button(market, client):
    order = market.order()
    client.force_login(market.buyer)
    assert client.post(order_page("given", order)).status_code == 403
