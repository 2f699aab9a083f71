"""What was deleted is overwritten where the database keeps its rows."""

import time

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from backend.base import wiping
from backend.base.idempotency import Once
from backend.base.journal import JournalEntry
from backend.base.wiping import overwriting, wipe
from tests import onfile

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "Nobody should read this afterwards."


def test_a_deleted_row_is_overwritten() -> None:
    for number in range(50):
        Once.objects.create(owner="x", key=str(number), digest="d", result=f"{number} {SECRET}")
    wipe(Once)
    assert SECRET.encode() in onfile.database() or not onfile.readable()
    with overwriting():
        Once.objects.all().delete()
    assert gone_after_wiping()


def gone_after_wiping() -> bool:
    """Who reads meanwhile, as PostgreSQL's own statistics do at their leisure, keeps old rows in sight: then once more."""
    for _try in range(200):
        wipe(Once)
        if SECRET.encode() not in onfile.database():
            return True
        time.sleep(0.2)
    return False


def test_inside_a_transaction_nothing_is_wiped() -> None:
    """A vacuum cannot run there, and the rows are not gone yet."""
    with transaction.atomic():
        wipe(Once)


@pytest.mark.servers
def test_a_large_table_of_postgresql_lets_go_without_keeping_anybody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiping, "SMALL", 0)
    for number in range(50):
        Once.objects.create(owner="x", key=str(number), digest="d", result=f"{number} {SECRET}")
    Once.objects.exclude(key="49").delete()
    with CaptureQueriesContext(connection) as asked:
        wipe(Once)
    assert [query["sql"] for query in asked if "VACUUM" in query["sql"]] == ['VACUUM "base_once"']
    for number in range(100, 149):  # their place is free, and taken by what comes next
        Once.objects.create(owner="x", key=str(number), digest="d", result=f"{number} {SECRET[::-1]}")
    assert onfile.database().count(SECRET.encode()) <= 2


@pytest.mark.servers
def test_where_a_table_is_in_use_nobody_waits_long_and_the_others_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiping, "PATIENCE", "100ms")
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT * FROM base_once")
            with CaptureQueriesContext(connection) as asked:
                wipe(Once, JournalEntry)
    finally:
        other.close()
    assert [query["sql"] for query in asked if "VACUUM" in query["sql"]][-1] == 'VACUUM (FULL) "base_journalentry"'
