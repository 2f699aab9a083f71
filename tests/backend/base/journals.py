"""Lines of a journal, and one that somebody changed past all guards."""

from django.db import connection

from backend.base.journal import JournalEntry, record
from tests.factories import make_person


def write(count: int, scope: str = "torino") -> list[JournalEntry]:
    person = make_person()
    return [record(by=person, verb=f"test.{n}", subject=person, reason=f"r{n}", scope=scope) for n in range(count)]


def tamper(entry: JournalEntry, **changes: object) -> None:
    """Change a line as someone could who went round the site and its triggers."""
    table = "base_journalentry"
    lite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {table}_no_update" if lite else f"ALTER TABLE {table} DISABLE TRIGGER USER")
    JournalEntry.objects.filter(pk=entry.pk).update(**changes)
