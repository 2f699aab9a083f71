"""Writes a room's log, its text and its versions into a folder or a zip, readable without Copact."""

import json
import zipfile
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from backend.base import prose
from backend.management.commands.room_verify import named
from realtime import document, store
from realtime.models import ClientClock, Room, Update, Version

README: Final = """Room {slug} ({id})

updates/NUMBER.bin   every stored change of the text in order: Yjs updates, format v1, as they came
updates/index.json   for each: when, its checksum (CRC-32), the participant whose connection it came from (an id)
merged.bin           all of them as one Yjs update: Y.applyUpdate(new Y.Doc(), bytes) gives the text and the board.
                     The text is the XmlFragment "document", the board the Map "board".
text.*               the text as it stands, as ProseMirror JSON, HTML, Markdown and plain text
board.json           the ideas on the board
versions/            the frozen versions in the same forms, and what is known of each
contributors.json    Yjs client id -> person (an id), and how many characters they typed

People stand here by id alone. Updates that are damaged are left out and named in updates/index.json.
"""


class Command(BaseCommand):
    help = "Exports a room's log, text and versions into a folder, or a zip where TO ends with .zip."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("room", help="id, code or slug")
        parser.add_argument("to", type=Path, help="a folder that does not exist yet, or a name ending with .zip")

    def handle(self, *args: Any, **options: Any) -> None:
        rooms, to = named(options["room"]), options["to"]
        if len(rooms) > 1:
            raise CommandError(
                "Several rooms have this name; give the id: " + ", ".join(str(room.pk) for room in rooms)
            )
        if to.exists():
            raise CommandError(f"{to} exists already.")
        files = parts(rooms[0])
        count = _zip(to, files) if to.suffix == ".zip" else _folder(to, files)
        self.stdout.write(f"{count} files in {to}")


def parts(room: Room) -> Iterator[tuple[str, bytes]]:
    """Names and contents of all files."""
    rows = list(store.rows_of(room.pk, after=room.log_after))
    sound = [row for row in rows if isinstance(row, store.Row)]
    updates = [row.data for row in sound]
    said = document.read(updates)
    yield "README.txt", README.format(slug=room.slug, id=room.pk).encode()
    yield "merged.bin", document.merge(updates)
    yield "board.json", _json(said.board)
    yield from _forms("text", said.content)
    yield "contributors.json", _json(_contributors(room, said.written))
    for row in sound:
        yield f"updates/{row.number:09}.bin", row.data
    yield "updates/index.json", _json(_index(room, [row for row in rows if not isinstance(row, store.Row)]))
    for version in Version.objects.across_cities().filter(room=room).order_by("number"):
        name = f"versions/{version.number:04}"
        yield f"{name}.about.json", _json(_about(version))
        yield from _forms(name, version.content)


def _forms(name: str, content: Any) -> Iterator[tuple[str, bytes]]:
    yield f"{name}.json", _json(content)
    yield f"{name}.html", str(prose.to_html(content)).encode()
    yield f"{name}.md", prose.to_markdown(content).encode()
    yield f"{name}.txt", prose.to_text(content).encode()


def _contributors(room: Room, written: dict[int, int]) -> dict[str, Any]:
    clocks = ClientClock.objects.filter(room=room, log=room.log).order_by("client")
    found = clocks.values_list("client", "person_id")
    return {str(client): {"person": person, "characters": written.get(client, 0)} for client, person in found}


def _index(room: Room, damaged: list[int]) -> dict[str, Any]:
    rows = Update.objects.filter(room=room, log=room.log).exclude(number__in=damaged).order_by("number")
    said = rows.values("number", "at", "checksum", "participant_id")
    return {"log": room.log, "head": room.head, "damaged": damaged, "updates": list(said)}


def _about(version: Version) -> dict[str, Any]:
    names = ("number", "update_number", "title", "reason", "sha256", "by_id", "at")
    return {name: getattr(version, name) for name in names}


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n").encode()


def _folder(to: Path, files: Iterator[tuple[str, bytes]]) -> int:
    count = 0
    for name, data in files:
        path = to / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        count += 1
    return count


def _zip(to: Path, files: Iterator[tuple[str, bytes]]) -> int:
    to.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with zipfile.ZipFile(to, "x", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
            count += 1
    return count
