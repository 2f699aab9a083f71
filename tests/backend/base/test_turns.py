"""Turns: on SQLite writers of one process come one after the other, and nobody waits for themselves."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from backend.base.turns import in_turn

together: list[int] = []
met = threading.Event()


def stay(_number: int) -> int:
    """How many are inside at once."""
    try:
        with in_turn():
            together.append(1)
            inside = len(together)
            if inside > 1:
                met.set()
            met.wait(0.02 if connection.vendor == "sqlite" else 20)
            together.pop()
        return inside
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_one_after_the_other_where_the_database_takes_one_write_at_a_time_and_together_elsewhere() -> None:
    with ThreadPoolExecutor(4) as pool:
        most = max(pool.map(stay, range(8)))
    assert (most == 1) == (connection.vendor == "sqlite")


@pytest.mark.django_db(transaction=True)
def test_who_has_a_turn_may_take_another_one() -> None:
    with in_turn(), in_turn():
        pass


@pytest.mark.django_db(transaction=True)
def test_who_is_in_a_transaction_does_not_wait_for_those_who_wait_for_it() -> None:
    inside, over = threading.Event(), threading.Event()

    def hold() -> None:
        with in_turn():
            inside.set()
            over.wait(10)
        connection.close()

    other = threading.Thread(target=hold)
    with transaction.atomic():
        other.start()
        assert inside.wait(10)
        with in_turn():
            over.set()
    other.join(10)
    assert not other.is_alive()
