"""A city for activities."""

import pytest

from tests.factories import make_city


@pytest.fixture
def city():
    return make_city()
