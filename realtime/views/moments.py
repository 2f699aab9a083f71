"""A room's text at one moment as pages and the API show it: blocks with who wrote them, and shares."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from backend.base import prose
from realtime.document import Moment
from realtime.models import Participant, Room
from realtime.store import past
from realtime.store.past import Past, Voice

NOBODY = UUID(int=0)


class Shown(NamedTuple):
    """What the pages show of one moment."""

    number: int
    step: past.Step | None
    by: str
    blocks: list[dict[str, Any]]
    people: list[dict[str, Any]]

    @property
    def html(self) -> str:
        return "".join(block["html"] for block in self.blocks)


def moment_of(room: Room, held: Past, wanted: str | None) -> int:
    """The number of an update that exists, near the one that was asked for."""
    try:
        number = int(wanted or held.head)
    except ValueError:
        number = held.head
    return min(max(number, held.floor), held.head)


def show_moment(room: Room, held: Past, number: int, voices: Mapping[int, Voice] | None = None) -> Shown:
    voices = past.voices(room) if voices is None else voices
    moment = held.read(number)
    step = past.step(room, number)
    names = _names(voices)
    written = held.written() if number == held.head else {}
    return Shown(
        number=number,
        step=step,
        by=_writer(room, step),
        blocks=[
            {"html": prose.to_html({"type": "doc", "content": [node]}), "people": _credited(credit, voices, names)}
            for node, credit in zip(moment.content["content"], moment.credits, strict=True)
        ],
        people=people_of(moment, written, voices),
    )


def _names(voices: Mapping[int, Voice]) -> dict[UUID, Voice]:
    found = {voice.person: voice for voice in voices.values()}
    found[NOBODY] = Voice(NOBODY, _("Someone"), 1)
    return found


def _credited(
    credit: Mapping[int, int], voices: Mapping[int, Voice], names: Mapping[UUID, Voice]
) -> list[dict[str, Any]]:
    people = past.by_person(credit, voices)
    return sorted(
        ({"name": names[key].name, "colour": names[key].colour} for key in people), key=lambda each: each["name"]
    )


def people_of(moment: Moment, written: Mapping[int, int], voices: Mapping[int, Voice]) -> list[dict[str, Any]]:
    """Shares of the letters that stand and of all that were written: by the alphabet, never a ranking."""
    names = _names(voices)
    letters: dict[int, int] = {}
    for credit in moment.credits:
        for client, count in credit.items():
            letters[client] = letters.get(client, 0) + count
    now = past.shares(past.by_person(letters, voices))
    ever = past.shares(past.by_person(written, voices))
    rows = [
        {"name": names[key].name, "colour": names[key].colour, "now": now.get(key, 0), "ever": ever.get(key)}
        for key in {*now, *ever}
    ]
    return sorted(rows, key=lambda row: (row["name"].casefold(), -row["now"]))


def _writer(room: Room, step: past.Step | None) -> str:
    if step is None or step.participant is None:
        return ""
    rows = Participant.objects.in_city(room.city_id).select_related("person__merged_into")
    found = rows.filter(pk=step.participant).first()
    if found is None:
        return ""
    return (found.person.merged_into or found.person).shown_name


def sittings_of(room: Room, held: Past) -> list[dict[str, Any]]:
    """When people wrote together, the newest first."""
    rows = Participant.objects.in_city(room.city_id).filter(room=room).select_related("person")
    names = {row.pk.hex: row.person.shown_name for row in rows}
    return [
        {
            "first": each["first"],
            "last": each["last"],
            "start": parse_datetime(each["from"]),
            "end": parse_datetime(each["to"]),
            "long": each["from"][:16] != each["to"][:16],  # more than what one minute of the clock says
            "updates": each["updates"],
            "people": sorted({names[key] for key in each["who"] if key in names}),
        }
        for each in reversed(held.sittings)
    ]
