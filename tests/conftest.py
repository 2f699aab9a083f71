"""What every test may use: freshness between tests, counted queries, the profile of the property tests."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.cache import caches
from django.db import connection, connections
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests import template

hypothesis_settings.register_profile(
    "house",
    max_examples=60,
    deadline=None,  # two busy cores are no fault of the code
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
hypothesis_settings.load_profile("house")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the journeys by their place, and leave out, aloud and without a skip, what the other of the two runs has:
    on SQLite what needs real servers, and on those what says the same whatever the database is."""
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.e2e)
    left = [item for item in items if (_said_before(item) if settings.SERVERS else item.get_closest_marker("servers"))]
    if left:
        config.hook.pytest_deselected(items=left)
        gone = set(left)
        items[:] = [item for item in items if item not in gone]


def _said_before(item: pytest.Item) -> bool:
    """In the run on SQLite: marked so, or without any question to a database."""
    if item.get_closest_marker("servers") or item.get_closest_marker("e2e"):
        return False
    if issubclass(getattr(item, "cls", None) or object, TestCase):
        return False
    asks = item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("once") is not None or not asks


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    if connection.vendor == "sqlite":
        template.use(connection.settings_dict["TEST"]["NAME"])


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """Nothing that lives outside the database leaks from one test into the next."""
    for cache in caches.all(initialized_only=True):
        cache.clear()
    with translation.override("en"):
        yield


_guards: list[str] = []


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Tests with real transactions end by deleting all rows, which append-only tables refuse on
    SQLite (PostgreSQL truncates): their guards against DELETE are taken down; `guards` puts them up."""
    if connection.vendor == "sqlite":
        template.keep(connection.settings_dict["NAME"])
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%\\_no\\_delete' ESCAPE '\\'"
            )
            for trigger, sql in cursor.fetchall():
                _guards.append(sql)
                cursor.execute(f"DROP TRIGGER {trigger}")
    yield
    if connection.vendor == "postgresql":
        # What a killed server or an ended thread still holds would keep the database from being dropped.
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture
def guards(db: None) -> None:
    """The append-only tables as they are outside the tests."""
    with connection.cursor() as cursor:
        for sql in _guards:
            cursor.execute(sql)


@pytest.fixture
async def hub(transactional_db: None) -> AsyncIterator[Any]:
    """The rooms that are alive during this test, ended with it."""
    from realtime import hub as hubs

    running = hubs.here()
    yield running
    await running.close()
    # The thread that ran this test's own questions keeps its connection otherwise.
    await sync_to_async(connections.close_all)()


@pytest.fixture
def max_queries() -> Callable[[int], AbstractContextManager[CaptureQueriesContext]]:
    """`with max_queries(12): client.get(…)` fails with the statements when more were asked."""

    @contextmanager
    def at_most(limit: int) -> Iterator[CaptureQueriesContext]:
        with CaptureQueriesContext(connection) as captured:
            yield captured
        asked = [q["sql"] for q in captured.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
        if len(asked) > limit:
            lines = "\n".join(f"{n:3} {sql[:300]}" for n, sql in enumerate(asked, 1))
            pytest.fail(f"{len(asked)} queries, at most {limit} are allowed:\n{lines}")

    return at_most


@pytest.fixture
def count_queries() -> Callable[[Callable[[], object]], int]:
    """`count_queries(lambda: client.get(…))` tells how many statements that took."""

    def count(call: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as captured:
            call()
        return len([q for q in captured.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    return count
