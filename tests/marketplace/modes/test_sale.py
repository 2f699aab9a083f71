"""For sale: a price that can be paid, times how many."""

import pytest
from django.core.exceptions import ValidationError

from marketplace.models import ListingMode
from marketplace.modes import MODES

SALE = MODES["sale"]


def offer(price=12000, stock=5, currency="EUR"):
    return ListingMode(mode="sale", price_minor=price, stock=stock, currency=currency)


def test_an_order_costs_the_price_of_each():
    assert SALE.amount(offer(), 3) == 36000


def test_the_price_is_told_in_the_readers_language():
    assert SALE.price_words(offer()) == "€120"


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"price": None}, "price_minor", "required"),
        ({"price": 0}, "price_minor", "required"),
        ({"price": -1}, "price_minor", "negative"),
        ({"price": 10**12}, "price_minor", "large"),
        ({"price": 150, "currency": "HUF"}, "price_minor", "fraction"),
        ({"stock": 0}, "stock", "stock"),
        ({"stock": 10_001}, "stock", "stock"),
    ],
)
def test_an_offer_that_can_not_be_made_says_why_at_its_field(given, field, code):
    with pytest.raises(ValidationError) as refused:
        SALE.check(offer(**given))
    assert refused.value.error_dict[field][0].code == code


@pytest.mark.parametrize(
    ("typed", "code"), [("-1", "negative"), ("0.001", "fraction"), ("1000000000000", "large"), ("ten", "number")]
)
def test_a_price_typed_wrongly_is_told_kindly(typed, code):
    field = SALE.form_fields("EUR")["price_minor"]
    with pytest.raises(ValidationError) as refused:
        field.clean(typed)
    assert refused.value.code == code
    assert refused.value.message.endswith(".")


def test_a_price_is_read_in_the_citys_currency():
    assert SALE.form_fields("EUR")["price_minor"].clean("12,50") == 1250
    assert SALE.form_fields("HUF")["price_minor"].clean("1 900 Ft") == 190000
    assert SALE.form_fields("EUR")["price_minor"].clean("") is None


def test_it_says_when_one_pays():
    assert SALE.promise() == "You pay when you collect it."
    assert SALE.button()
    assert SALE.help()
