"""The open book of a fund."""

import pytest

from marketplace import ledger
from tests.factories import make_city
from tests.marketplace.visits import fund_of, page, text

pytestmark = pytest.mark.django_db


def test_the_book_of_a_fund_is_open_to_all(market, client):
    order = market.done()
    fund = fund_of(market)
    shown = text(client.get(page("fund", market.city, fund.pk)))
    assert "Share of a sale, promised" in shown
    assert "Owed by Legno Vivo" in shown
    assert "Amal" not in shown
    assert "It has arrived" not in shown
    client.force_login(market.contact)
    assert "It has arrived" in text(client.get(page("fund", market.city, fund.pk)))
    client.post(page("settle", market.city, fund.pk, order.pk))
    assert ledger.balance(fund) == 1800
    again = client.post(page("settle", market.city, fund.pk, order.pk), follow=True)
    assert "arrived already" in text(again)
    assert ledger.balance(fund) == 1800


def test_the_makers_do_not_settle_their_own_debt(market, client):
    order = market.done()
    client.force_login(market.maker)
    assert client.post(page("settle", market.city, fund_of(market).pk, order.pk)).status_code == 403


def test_a_gift_is_written_in_once_also_when_sent_twice(market, client):
    market.done()
    fund = fund_of(market)
    book = page("book", market.city, fund.pk)
    form = {"key": "0198c0de-0000-7000-8000-000000000001", "amount_minor": "252", "note": "Sunday lunch"}
    assert client.post(book, form).status_code == 302
    client.force_login(market.buyer)
    assert client.post(book, form).status_code == 403
    client.force_login(market.contact)
    for _ in range(2):
        client.post(book, form)
    assert ledger.balance(fund) == 25200
    wrong = client.post(book, {**form, "amount_minor": "-5", "note": "Kept words"})
    assert wrong.status_code == 422
    assert "Kept words" in text(wrong)


def test_there_is_no_fund_elsewhere(market, client):
    market.done()
    fund = fund_of(market)
    assert client.get(page("fund", make_city(), fund.pk)).status_code == 404
    promised = ledger.promised_to(market.pact, "EUR")
    assert client.get(page("fund", market.city, promised.pk)).status_code == 404
