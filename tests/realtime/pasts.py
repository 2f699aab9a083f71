"""A room's text: written, as it stands and whose words they are, and with somebody's words taken out."""

from uuid import UUID

from backend.base import prose
from backend.people.models import Person
from realtime import document, store
from realtime.actions import agree_erasure, write_turns
from realtime.actions.erasing import take_words_out
from realtime.models import Erasure, Room
from realtime.store import past
from tests.realtime.factories import join


def said(room: Room) -> list[str]:
    return [piece.text for piece in prose.blocks(document.read(store.updates_of(room.pk)[0]).content)]


def first_rows(room: UUID, number: int) -> list[bytes]:
    """The bytes of the first `number` updates: the text as it was then."""
    return [row.data for row in store.rows_after(room, 0) if row.number <= number]


def fresh(room: Room) -> Room:
    return Room.objects.in_city(room.city_id).select_related("city", "proposal", "thread", "group").get(pk=room.pk)


def agree(erasure: Erasure, by: Person, reason: str = "Of course.") -> None:
    """Agreed, and done by the worker."""
    agree_erasure(erasure=erasure, by=by, reason=reason)
    take_words_out.call(str(erasure.pk))
    erasure.refresh_from_db()


def wrote(room: Room) -> Person:
    """Somebody came, and wrote a heading and a paragraph."""
    amal = join(room).person
    write_turns(room=room, turns=[(amal, "heading", "What we want"), (amal, "paragraph", "Six benches with backs.")])
    return amal


def credited(room: Room) -> list[set[UUID]]:
    """Whose words stand in each block."""
    voices = past.voices(room)
    return [set(past.by_person(credit, voices)) for credit in past.past(room).read(room.head).credits]
