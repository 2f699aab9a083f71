"""Read the cities' folders into the database: once at the start, and again whenever they change."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from backend.cities.actions import CITIES, load_city


class Command(BaseCommand):
    help = "Read cities/data/ into the database; safe at any time again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("cities", nargs="*", metavar="city", help="default: all that there are")

    def handle(self, *args: Any, **options: Any) -> None:
        for slug in options["cities"] or CITIES:
            city = load_city(slug=slug)
            self.stdout.write(f"{city.slug}: {city.regulation_rows.count()} version(s) of the regulation")
