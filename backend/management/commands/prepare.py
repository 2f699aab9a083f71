"""Everything between an empty data folder and an open door: tables, cities, demo, translations."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from backend.periodic import start_clock


@contextmanager
def _in_one_breath() -> Iterator[None]:
    """A database file that is not there yet is filled without waiting for the disk at each statement.

    Should the power fail meanwhile, nobody has written anything into it: delete the file and start again.
    """
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or Path(name).exists():
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class Command(BaseCommand):
    help = "Compiles the catalogues, migrates, loads the cities and, with DEMO=1 on an empty database, the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("Preparing translations, tables and cities …")
        call_command("messages_compile", quiet=True)
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        with _in_one_breath():
            self._fill()
        if not settings.WHITENOISE_USE_FINDERS:
            call_command("collectstatic", interactive=False, verbosity=0)

    def _fill(self) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_cities", verbosity=0, stdout=StringIO())
        start_clock()
        if settings.DEMO:
            self.stdout.write("Telling the demo, on first start only …")
            call_command("load_demo", stdout=self.stdout)
