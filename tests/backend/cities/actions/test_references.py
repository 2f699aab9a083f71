"""Numbers go up one by one, also for two at once."""

from functools import partial

import pytest

from backend.cities import actions
from tests.factories import make_city
from tests.together import at_once

pytestmark = pytest.mark.django_db


def test_numbers_of_references_go_up_one_by_one_per_series_and_city():
    one, two = make_city(), make_city()
    assert [actions.take_number(city=one, series="P") for _ in range(3)] == [1, 2, 3]
    assert actions.take_number(city=one, series="2026") == 1
    assert actions.take_number(city=two, series="P") == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_get_two_numbers():
    city = make_city()
    got = at_once(*[partial(actions.take_number, city=city, series="P")] * 4)
    assert sorted(got) == [1, 2, 3, 4]
