"""Silent brainstorming: what people write stays with the server alone until the facilitator shows everyone's at once."""

from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from backend.base import images, words
from backend.people.models import Person
from realtime.actions.board import NOTE, Fresh, gone, place_in, put_notes
from realtime.actions.text import new_block_id
from realtime.document.board import COLOURS
from realtime.models import NotePhoto, Room, SilentNote, ToolState

MOST: Final = 40  # ideas of one person in one silence


def _is_silent(room: Room) -> bool:
    """Whether all write in silence, and stay so until this transaction ends: nothing slips in behind a reveal."""
    row = ToolState.objects.select_for_update().filter(room=room, tool="board").first()
    return row is not None and bool(row.state.get("silent"))


def write_silently(
    *, room: Room, by: Person, column: str, text: str, colour: int = 0, photo: NotePhoto | None = None
) -> None:
    """Keep an idea that nobody else sees yet; where the silence has just ended it goes onto the board."""
    seat = place_in(room, by)
    said = words.prose(text, field="text", limit=NOTE)
    colour = colour or min(seat.colour, COLOURS)
    key = photo.note if photo else new_block_id()
    with transaction.atomic():
        if not _is_silent(room):
            put_notes(room=room, notes=[Fresh(by, column, said, colour, key, photo)])
            return
        if SilentNote.objects.filter(room=room, person=by).count() >= MOST:
            message = _("You have written %(count)d ideas. Wait until they are shown.") % {"count": MOST}
            raise ValidationError({"text": ValidationError(message, code="too_many")})
        SilentNote.objects.create(room=room, person=by, key=key, column=column, text=said, colour=colour, photo=photo)


def take_back(*, room: Room, by: Person, key: str) -> None:
    """Take one's own idea back before anybody saw it."""
    place_in(room, by)
    found = SilentNote.objects.filter(room=room, person=by, key=key).select_related("photo").first()
    if found is None:
        raise gone()
    with transaction.atomic():
        photo = found.photo
        found.delete()
        if photo is not None:
            forget_photo(photo)


def forget_photo(photo: NotePhoto) -> None:
    """The row now, its files once the change is certain."""
    picture, storage = photo.picture, photo.storage()
    photo.delete()
    transaction.on_commit(lambda: images.remove(picture, storage=storage))


def reveal(*, room: Room, by: Person) -> int:
    """Everyone's ideas go onto the board at once, each by the hand of who wrote it; tells how many."""
    place_in(room, by, "facilitate")
    return show_ideas(room)


def hides_ideas(room: Room) -> bool:
    """Whether ideas wait that nobody else saw yet; it stays so until this transaction ends."""
    _is_silent(room)
    return SilentNote.objects.filter(room=room).exists()


def show_ideas(room: Room) -> int:
    """The same as `reveal`; the caller has asked who may."""
    with transaction.atomic():
        _is_silent(room)
        rows = list(SilentNote.objects.filter(room=room).select_related("person", "photo"))
        notes = [Fresh(row.person, row.column, row.text, row.colour, row.key, row.photo) for row in rows]
        if notes:
            put_notes(room=room, notes=notes)
        SilentNote.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)
