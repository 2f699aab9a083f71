"""Checks that nothing in the journal was changed, taken out or put in between."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.base.journal import JournalEntry, first_broken, link_all, scopes


class Command(BaseCommand):
    help = "Verifies the chain of the journal in every scope; fails with the first line that does not fit."

    def handle(self, *args: Any, **options: Any) -> None:
        link_all()
        broken = {}
        for scope in scopes():
            if (number := first_broken(scope)) is not None:
                broken[scope] = number
                continue
            last = JournalEntry.objects.filter(scope=scope).exclude(number=None).order_by("-number").first()
            state = f"{last.number} lines, ends with {last.hash}" if last else "nothing is chained yet"
            self.stdout.write(f"{scope}: holds; {state}")
        if broken:
            lines = ", ".join(f"{scope} at line {number}" for scope, number in broken.items())
            raise CommandError(f"The journal does not hold: {lines}.")
