"""Collect the texts of the interface into the five catalogues; translations stay."""

from typing import Any

from django.core.management.base import BaseCommand

from backend.management import catalogues


class Command(BaseCommand):
    help = "Collects the texts of code and templates into backend/locale; existing translations stay."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        collected = catalogues.collect()
        for language in catalogues.languages():
            catalogue = catalogues.renew(language, collected)
            catalogues.write(language, catalogue)
            missing = sum(1 for message in catalogue if message.id and not message.string)
            self.stdout.write(f"{language}: {len(catalogue)} texts, {missing} without a translation")
