"""Limits: right with several at once, and not to be talked round with a header."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from backend.base.limits import (
    Counter,
    UsedUp,
    address_of,
    client_address,
    give_back,
    look_up,
    scope_address,
    spend,
    sweep,
)


@pytest.mark.django_db
def test_a_limit_lets_as_many_through_as_it_says() -> None:
    assert [spend("door", 3, 60) for _ in range(5)] == [True, True, True, False, False]
    assert spend("other door", 3, 60)


@pytest.mark.django_db
def test_a_use_that_is_given_back_is_free_again() -> None:
    assert spend("door", 1, 60)
    give_back("door")
    assert spend("door", 1, 60)
    assert not spend("door", 1, 60)
    give_back("never spent")


@pytest.mark.django_db
def test_what_is_found_costs_nothing_and_what_is_not_found_costs_one_of_each_limit() -> None:
    every = [("one address", 2), ("all", 3)]
    assert [look_up(every, 60, lambda: "the room") for _ in range(5)] == ["the room"] * 5
    assert [look_up(every, 60, lambda: None) for _ in range(2)] == [None, None]
    with pytest.raises(UsedUp, match="one address"):
        look_up(every, 60, lambda: pytest.fail("nothing is looked up any more"))
    assert look_up([("another address", 2), ("all", 3)], 60, lambda: None) is None
    with pytest.raises(UsedUp, match="all"):
        look_up([("a third address", 2), ("all", 3)], 60, lambda: "the room")


@pytest.mark.django_db(transaction=True)
def test_of_many_guesses_at_once_no_more_are_looked_up_than_the_limit_says() -> None:
    looked: list[int] = []

    def guess(number: int) -> None:
        try:
            look_up([("one address", 5)], 60, lambda: looked.append(number))
        except UsedUp:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(guess, range(20)))
    assert len(looked) == 5


@pytest.mark.django_db
def test_a_limit_of_nothing_lets_nobody_through() -> None:
    assert not spend("door", 0, 60)


@pytest.mark.django_db
def test_a_window_ends_and_the_next_one_counts_afresh(settings: Any) -> None:
    settings.REDIS_URL = ""
    assert spend("door", 1, 60)
    Counter.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    assert [spend("door", 2, 60) for _ in range(3)] == [True, True, False]


@pytest.mark.django_db
def test_old_counters_are_swept_and_tell_no_address(settings: Any) -> None:
    settings.REDIS_URL = ""
    spend("from 192.0.2.7", 1, 60)
    assert "192.0.2.7" not in str(list(Counter.objects.values()))
    assert sweep() == 0
    Counter.objects.update(ends_at=timezone.now() - timedelta(hours=2))
    assert sweep() == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_exactly_the_limit() -> None:
    def attempt(_: int) -> bool:
        try:
            return spend("crowd", 7, 60)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as crowd:
        assert sum(crowd.map(attempt, range(40))) == 7


def test_without_proxies_the_header_is_not_believed(settings: Any) -> None:
    settings.TRUSTED_PROXIES = 0
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR="198.51.100.1", REMOTE_ADDR="192.0.2.9")
    assert client_address(request) == "192.0.2.9"


@given(st.lists(st.ip_addresses(v=4).map(str), max_size=4))
def test_behind_one_proxy_what_the_caller_wrote_changes_nothing(written: list[str]) -> None:
    from django.test import override_settings

    with override_settings(TRUSTED_PROXIES=1):
        assert address_of("10.0.0.1", ", ".join([*written, "203.0.113.5"])) == "203.0.113.5"


def test_behind_two_proxies_the_outer_one_tells(settings: Any) -> None:
    settings.TRUSTED_PROXIES = 2
    assert address_of("10.0.0.1", "6.6.6.6, 203.0.113.5, 10.0.0.2") == "203.0.113.5"
    assert address_of("10.0.0.1", "10.0.0.2") == "10.0.0.2"
    assert address_of("10.0.0.1", "") == "10.0.0.1"


def test_one_household_of_ipv6_is_one_caller(settings: Any) -> None:
    settings.TRUSTED_PROXIES = 0
    assert address_of("2001:db8:1:2:3::4") == address_of("2001:db8:1:2:ffff::1") == "2001:db8:1:2::"
    assert address_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert address_of("unix:") == "unix:"


def test_sockets_are_counted_by_the_same_address(settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    scope = {"client": ("10.0.0.1", 5), "headers": [(b"x-forwarded-for", b"1.1.1.1, 203.0.113.5")]}
    assert scope_address(scope) == "203.0.113.5"
    assert scope_address({"client": None, "headers": []}) == ""
