"""Tables whose rows the database itself refuses to change or delete."""

import re

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from backend.base.append_only import append_only, statements
from backend.base.journal import JournalEntry, record
from tests.factories import make_person


def test_a_column_that_fills_once_is_guarded_from_then_on() -> None:
    for vendor in ("sqlite", "postgresql"):
        update = next(sql for sql in statements(vendor, "t", ["a"], "n", ["n", "h"]) if "_no_update" in sql)
        assert 'OLD."n" IS NOT NULL AND' in update
        assert 'OLD."a" IS' in update


@pytest.mark.django_db
@pytest.mark.usefixtures("guards")
@pytest.mark.parametrize(
    "table", ["base_journalentry", "marketplace_ledgerentry", "marketplace_transfer", "realtime_update"]
)
def test_the_tables_that_are_evidence_are_guarded(table: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table])
        found = {name for (name,) in cursor.fetchall()}
    assert {f"{table}_no_update", f"{table}_no_delete"} <= found


GUARDED = {
    "base.JournalEntry": {"number", "previous_hash", "hash"},  # these are filled once
    "marketplace.LedgerEntry": set(),
    "marketplace.Transfer": set(),
    "realtime.Update": set(),
}


@pytest.mark.django_db
@pytest.mark.parametrize("label", GUARDED)
def test_every_column_of_evidence_is_guarded_also_one_that_came_later(label: str) -> None:
    meta = apps.get_model(label)._meta
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [f"{meta.db_table}_no_update"])
        else:
            cursor.execute(
                "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = %s", [f"{meta.db_table}_no_update"]
            )
        guard = re.sub(r'["()]|::text', "", cursor.fetchone()[0].lower())
    columns = {field.column for field in meta.concrete_fields if field.name not in GUARDED[label]}
    assert {name for name in columns if f"old.{name} is " not in guard} == set()


class Editor:
    """Runs the statements of an operation at once."""

    connection = connection

    @staticmethod
    def execute(sql: str, params: None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.mark.django_db
def test_a_guard_is_taken_down_and_put_up_by_its_migration() -> None:
    operation = append_only("base", "JournalEntry", until="number", fills=("number", "previous_hash", "hash"))
    person = make_person()
    entry = record(by=person, verb="x", subject=person)

    def change(words: str) -> int:
        return JournalEntry.objects.filter(pk=entry.pk).update(reason=words)

    operation.reverse_code(apps, Editor)
    assert change("other") == 1
    operation.code(apps, Editor)
    with pytest.raises(IntegrityError), transaction.atomic():
        change("third")
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.delete()
    operation.reverse_code(apps, Editor)
