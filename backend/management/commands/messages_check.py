"""Check that every text has its translation in all five languages, with the same placeholders."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.management import catalogues


class Command(BaseCommand):
    help = "Fails when a text is missing, untranslated, left over, or has other placeholders in some language."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        collected = catalogues.collect()
        found = [fault for language in catalogues.languages() for fault in catalogues.faults(language, collected)]
        for fault in found[:60]:
            self.stderr.write(str(fault))
        if found:
            raise CommandError(f"{len(found)} faults in the catalogues.")
        self.stdout.write(f"{len(collected)} texts, complete in {', '.join(catalogues.languages())}.")
