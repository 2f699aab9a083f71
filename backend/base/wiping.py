"""What was deleted is also overwritten: on SQLite in the file and its log, on PostgreSQL by a vacuum."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection

logger = logging.getLogger(__name__)


@contextmanager
def overwriting() -> Iterator[None]:
    """Inside, what SQLite deletes or replaces is overwritten with zeros; begin it outside of a transaction."""
    sqlite = connection.vendor == "sqlite"
    if sqlite:
        _pragma("secure_delete = ON")
    try:
        yield
    finally:
        if sqlite:
            _pragma("secure_delete = OFF")


def wipe(*tables: str) -> None:
    """Let go of what the database still keeps of rows that are gone; where it is busy, it does so later by itself."""
    if connection.in_atomic_block:
        return
    try:
        if connection.vendor == "sqlite":
            _pragma("wal_checkpoint(TRUNCATE)")
            return
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"VACUUM {connection.ops.quote_name(table)}")
    except DatabaseError:
        logger.warning("What was erased is overwritten later.", exc_info=True)


def _pragma(what: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {what}")
        cursor.fetchall()
