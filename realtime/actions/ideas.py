"""The thread from an idea on the board to the words that it became: kept with every version of the text."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from realtime import store
from realtime.document import Text
from realtime.models import Room, Version, VersionIdea


def ideas_in(node: Any) -> Iterator[tuple[str, str, str]]:
    """(block, note, words) of every paragraph of a text that came from the board."""
    attrs = node.get("attrs") or {}
    if node.get("type") == "paragraph" and isinstance(attrs.get("idea"), str):
        words = "".join(str(child.get("text", "")) for child in node.get("content", []))
        yield str(attrs.get("id", "")), attrs["idea"], words
    for child in node.get("content") or []:
        yield from ideas_in(child)


def people_of_ideas(room: Room, said: Text) -> dict[str, UUID]:
    """Note -> who had the idea, for those notes that are in the text; also for notes that are off the board since."""
    wanted = {note for _block, note, _words in ideas_in(said.content)}
    owners = store.owners(room.pk) if wanted else {}
    found = {note: owners.get(said.authors.get(note, -1)) for note in wanted}
    return {note: person for note, person in found.items() if person is not None}


def tie_ideas(version: Version, said: Text) -> None:
    """Keep with a version which ideas its paragraphs came from, in the ideas' own words."""
    people = people_of_ideas(version.room, said)
    rows = {
        (block, note): VersionIdea(
            version=version,
            block=block,
            note=note,
            text=str(said.board.get(note, {}).get("text") or words)[:500],
            person_id=people[note],
        )
        for block, note, words in ideas_in(version.content)
        if note in people
    }
    VersionIdea.objects.bulk_create(rows.values())
