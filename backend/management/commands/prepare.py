"""Everything between an empty data folder and an open door: tables, cities, demo, translations."""

from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from backend.periodic import start_clock


class Command(BaseCommand):
    help = "Compiles the catalogues, migrates, loads the cities and, with DEMO=1 on an empty database, the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("Preparing translations, tables and cities …")
        call_command("messages_compile", quiet=True)
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_cities", verbosity=0, stdout=StringIO())
        if not settings.WHITENOISE_USE_FINDERS:
            call_command("collectstatic", interactive=False, verbosity=0)
        start_clock()
        if settings.DEMO:
            self.stdout.write("Telling the demo, on first start only …")
            call_command("load_demo", stdout=self.stdout)
