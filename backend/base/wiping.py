"""What was deleted also leaves the files of the database: on SQLite it is overwritten, on PostgreSQL small tables are
written anew; of large ones its place is free, and what is written next overwrites it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import DatabaseError, connection, models

logger = logging.getLogger(__name__)

SMALL: Final = (
    16 * 1024 * 1024
)  # bytes of a table that is written anew in a fraction of a second; nobody writes meanwhile
PATIENCE: Final = "2s"  # how long others may have to wait behind us for such a table


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


def wipe(*held: type[models.Model]) -> None:
    """Let go of what the database still keeps of rows that are gone; where it is busy, it does so later by itself."""
    if connection.in_atomic_block:
        return
    if connection.vendor == "sqlite":
        try:
            _pragma("wal_checkpoint(TRUNCATE)")
        except DatabaseError:
            logger.warning("What was erased is overwritten later.", exc_info=True)
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [PATIENCE])
        try:
            for model in held:
                _vacuum(cursor, model._meta.db_table)
        finally:
            cursor.execute("RESET lock_timeout")


def _vacuum(cursor: Any, table: str) -> None:
    try:
        cursor.execute("SELECT pg_total_relation_size(%s::regclass)", [table])
        anew = "(FULL) " if cursor.fetchone()[0] <= SMALL else ""
        cursor.execute(f"VACUUM {anew}{connection.ops.quote_name(table)}")
    except DatabaseError:
        logger.warning("What was erased from %s is overwritten later.", table, exc_info=True)


def _pragma(what: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {what}")
        cursor.fetchall()
