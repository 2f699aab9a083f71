"""Photos on the board: taken with the phone, made small and bare of what a camera adds, seen by who may see the room."""

from datetime import timedelta
from functools import lru_cache
from typing import IO, Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from backend.base import images, limits, words
from backend.people.models import Person
from realtime import document, store
from realtime.actions.board import Fresh, place_in, put_notes
from realtime.actions.silence import forget_photo, write_silently
from realtime.actions.text import new_block_id
from realtime.models import NotePhoto, Room, SilentNote

ALT: Final = 300
IN_A_ROOM: Final = 200
IN_AN_HOUR: Final = 20
KEPT: Final = timedelta(days=7)  # after its note went, in case the note comes back


def post_photo(
    *, room: Room, by: Person, file: IO[bytes] | Any, column: str, text: str = "", colour: int = 1, silent: bool = False
) -> NotePhoto:
    """Put a photo on the board as a note. `text` tells it to who cannot see it; without it the note says no more than that, and no name."""
    place_in(room, by)
    said = words.prose(text, field="text", limit=ALT, required=False) or _unsaid(room)
    _require_room_for_one(room, by)
    try:
        picture = images.store(file, storage=NotePhoto.storage())
    except images.BadImage as bad:
        raise ValidationError({"file": ValidationError(bad.sentence(), code=bad.code)}) from bad
    try:
        with transaction.atomic():
            photo = NotePhoto.objects.create(
                city_id=room.city_id,
                room=room,
                note=new_block_id(),
                alt=said,
                path=picture.path,
                widths=list(picture.widths),
                width=picture.width,
                height=picture.height,
                bytes=picture.bytes,
                by=by,
            )
            if silent:
                write_silently(room=room, by=by, column=column, text=said, colour=colour, photo=photo)
            else:
                put_notes(room=room, notes=[Fresh(by, column, said, colour, photo.note, photo)])
    except BaseException:
        images.remove(picture, storage=NotePhoto.storage())
        raise
    return photo


def _unsaid(room: Room) -> str:
    """Words for a photo that came without any, in the language of its room; they stand in the minutes and on the wall."""
    with translation.override(room.language):
        return _("A photo")


def _require_room_for_one(room: Room, by: Person) -> None:
    there = NotePhoto.objects.in_city(room.city_id).filter(room=room, gone_at=None).count()
    if there >= IN_A_ROOM:
        message = _("There are %(most)s pictures already.") % {"most": IN_A_ROOM}
        raise ValidationError({"file": ValidationError(message, code="many")})
    if not limits.spend(f"room.photo:{room.pk}:{by.pk}", IN_AN_HOUR, 3600):
        message = _("That was %(most)s photos in an hour. Wait a little before the next one.") % {"most": IN_AN_HOUR}
        raise ValidationError({"file": ValidationError(message, code="too_many")})


def notes_on(room: UUID) -> frozenset[str]:
    """The ids of all that is on a room's board; its text is read once for each state that it is in."""
    rows = Room.objects.across_cities().filter(pk=room)
    return _notes_at(room, *rows.values_list("head", "epoch", "log").get())


@lru_cache(maxsize=128)
def _notes_at(room: UUID, head: int, epoch: int, log: int) -> frozenset[str]:
    return frozenset(document.read(store.updates_of(room)[0]).board)


def sweep_photos() -> int:
    """Mark photos whose note is off the board, and let those go that have been so for some days; tells how many went."""
    _mark()
    old = NotePhoto.objects.across_cities().filter(gone_at__lt=timezone.now() - KEPT)
    rows = list(old[:500])
    for photo in rows:
        with transaction.atomic():
            forget_photo(photo)
    return len(rows)


def _mark() -> None:
    rows = NotePhoto.objects.across_cities()
    waiting = set(SilentNote.objects.exclude(photo=None).values_list("photo", flat=True))
    for room, main in rows.order_by().values_list("room", "room__parent").distinct():
        # An idea of a group may stand on the main board alone.
        there = frozenset().union(*(notes_on(key) for key in (room, main) if key is not None))
        for photo in rows.filter(room=room):
            on_board = photo.note in there or photo.pk in waiting
            if on_board == (photo.gone_at is None):
                continue
            rows.filter(pk=photo.pk).update(gone_at=None if on_board else timezone.now())
