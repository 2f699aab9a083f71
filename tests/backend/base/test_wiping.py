"""What was deleted is overwritten where the database keeps its rows."""

import pytest
from django.db import connection, transaction

from backend.base.idempotency import Once
from backend.base.wiping import overwriting, wipe
from tests import onfile

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "Nobody should read this afterwards."


def test_a_deleted_row_is_overwritten() -> None:
    for number in range(50):
        Once.objects.create(owner="x", key=str(number), digest="d", result=SECRET * 100)
    wipe("base_once")
    assert connection.vendor != "sqlite" or SECRET.encode() in onfile.database()
    with overwriting():
        Once.objects.all().delete()
    wipe("base_once")
    assert SECRET.encode() not in onfile.database()


def test_inside_a_transaction_nothing_is_wiped() -> None:
    """A vacuum cannot run there, and the rows are not gone yet."""
    with transaction.atomic():
        wipe("no_such_table")
