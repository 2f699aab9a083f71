"""Lines that a volunteer writes while others speak: they go with the session, unless the group wants to keep them."""

from typing import Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Subquery
from django.utils.translation import gettext as _

from backend.base import words
from backend.base.journal import record
from backend.people.models import Person
from realtime.models import Caption, Room, ToolState

LINE: Final = 300
SHOWN: Final = 6  # lines that stay in sight, and all that is stored where nobody keeps them


def write_caption(*, room: Room, by: Person, text: str, keeps: bool) -> Caption:
    """Add a line. Whoever calls this checked that `by` is the one who writes them."""
    text = words.line(text, field="text", limit=LINE)
    with transaction.atomic():
        caption = Caption.objects.create(room=room, by=by, text=text)
        if not keeps:
            forget_captions(room=room)
    return caption


def take_back_caption(*, room: Room, by: Person) -> None:
    """The last line was misheard. Raises ValidationError, PermissionDenied."""
    last = Caption.objects.filter(room=room).order_by("-id").first()
    if last is None:
        raise ValidationError({"text": ValidationError(_("There is no line yet."), code="empty")})
    if last.by_id != by.pk:
        raise PermissionDenied(_("Somebody else wrote this line."))
    last.delete()


def forget_captions(*, room: Room) -> None:
    """All but the lines that are in sight."""
    beyond = Caption.objects.filter(room=room).order_by("-id").values("pk")[SHOWN : SHOWN + 1]
    Caption.objects.filter(room=room, pk__lte=Subquery(beyond)).delete()


def clear_captions(*, room: Room) -> None:
    Caption.objects.filter(room=room).delete()


def keep_captions(*, room: Room, by: Person) -> None:
    """From now on lines stay for the minutes: the group agreed to that, says `by`, in the journal for all to read."""
    record(by=by, verb="room.captions.keep", subject=room)


def keeps_captions(room: Room) -> bool:
    state = ToolState.objects.filter(room=room, tool="captions").values_list("state", flat=True).first()
    return bool(state and state.get("keeps"))
