"""Checks that the log of a room, or of every room, is whole and readable."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from realtime import store
from realtime.models import Room


class Command(BaseCommand):
    help = (
        "Verifies the logs of rooms: numbers, checksums, every update past the guard, head, clocks, snapshot, versions."
        " Fails where one does not hold."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("rooms", nargs="*", help="ids, codes or slugs; without any: all rooms")

    def handle(self, *args: Any, **options: Any) -> None:
        rooms = [found for name in options["rooms"] for found in named(name)] if options["rooms"] else list(all_rooms())
        broken = 0
        for room in rooms:
            found = store.verify(room.pk)
            state = "broken" if found.faults else "holds"
            self.stdout.write(f"{room.pk} {room.slug}: {state}; {found.updates} updates, {found.bytes} bytes")
            if found.again:
                self.stdout.write(f"    damaged, and brought again by others since: {', '.join(map(str, found.again))}")
            for fault in found.faults:
                self.stdout.write(f"    {fault}")
            broken += bool(found.faults)
        if broken:
            raise CommandError(f"{broken} of {len(rooms)} rooms do not hold.")


def all_rooms() -> Any:
    return Room.objects.across_cities().order_by("pk")


def named(name: str) -> list[Room]:
    """The room with this id or code, or the rooms (one a city) with this slug."""
    rooms = all_rooms()
    found = rooms.filter(code=name.upper()) | rooms.filter(slug=name)
    bare = name.replace("-", "").lower()
    if len(bare) == 32 and set(bare) <= set("0123456789abcdef"):
        found = rooms.filter(pk=bare)
    if not found:
        raise CommandError(f"There is no room {name}.")
    return list(found)
