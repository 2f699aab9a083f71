"""A gift: no price, nothing to pay."""

import pytest
from django.core.exceptions import ValidationError

from marketplace.models import ListingMode
from marketplace.modes import MODES

GIFT = MODES["gift"]


def test_it_costs_nothing():
    offer = ListingMode(mode="gift", stock=3)
    GIFT.check(offer)
    assert GIFT.amount(offer, 3) == 0
    assert GIFT.price_words(offer) == "Free"


def test_a_gift_with_a_price_is_none():
    with pytest.raises(ValidationError) as refused:
        GIFT.check(ListingMode(mode="gift", stock=3, price_minor=100))
    assert list(refused.value.error_dict) == ["price_minor"]


def test_it_asks_only_how_many():
    assert list(GIFT.form_fields("EUR")) == ["stock"]
    assert GIFT.promise()
    assert GIFT.button()
    assert GIFT.help()
