"""Compile the catalogues, so that Django can read them; without the gettext programs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from backend.management import catalogues


class Command(BaseCommand):
    help = "Compiles backend/locale/*/LC_MESSAGES/django.po where the .mo is missing or older."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="say nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        for language in catalogues.languages():
            if catalogues.compile_one(language) and not options["quiet"]:
                self.stdout.write(f"{language}: compiled")
