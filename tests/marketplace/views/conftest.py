"""A market in a city, and a reader of English."""

import pytest
from django.test import Client

from tests.factories import make_city
from tests.marketplace.factories import Market


@pytest.fixture
def city():
    return make_city("torino-test")


@pytest.fixture
def client():
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def market(city):
    return Market(city)
