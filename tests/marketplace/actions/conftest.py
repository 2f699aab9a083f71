"""A city, and a market in it."""

import pytest

from tests.factories import make_city
from tests.marketplace.factories import Market


@pytest.fixture
def city():
    return make_city()


@pytest.fixture
def market(city):
    return Market(city)
