"""An old version comes back into the text, as new edits that everyone sees and that can be taken back."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from backend.base import marks, prose, words
from backend.base.journal import record
from backend.base.problems import Conflict
from backend.people.models import Person
from realtime import document, permissions, store
from realtime.actions.text import REASON, Hand, freeze_version, write_log
from realtime.choices import RoomState
from realtime.document import Broken, Known, Scratch, restoring
from realtime.models import Version


def restore_version(*, version: Version, by: Person, reason: str = "") -> int:
    """Make the text say again what `version` says; what it says now is kept as a version of its own first.

    What stays keeps who wrote it. Returns the number of the last update.
    """
    room = version.room
    if not permissions.can_keep_door(by, room):
        raise PermissionDenied(_("Only the facilitator puts a version back."))
    if room.state != RoomState.OPEN:
        raise Conflict("closed", _("This room is closed. Its text does not change any more."))
    reason = words.prose(reason, field="reason", limit=REASON)
    updates, _number, _damaged = store.updates_of(room.pk)
    now = prose.clean(document.read(updates).content)
    if now == version.content:
        raise ValidationError({"reason": ValidationError(_("The text says exactly this already."), code="same")})
    with transaction.atomic():
        _keep_first(version, by, now)
        seat = permissions.seat_of(by, room)
        try:
            head = write_log(room, _bringing(version, (by.pk, seat.pk if seat else None)), carries=True)
        except Broken:
            raise Conflict("cannot", _("This version is too long to be put back at once.")) from None
        record(by=by, verb="room.restore", subject=version, after=version.sha256, reason=reason)
    return head


def _keep_first(version: Version, by: Person, now: Any) -> None:
    """So that the way back is as short as the way here."""
    room = version.room
    last = Version.objects.in_city(room.city_id).filter(room=room).order_by("-number").first()
    present = marks.settled(now)
    if not prose.blocks(present) or (last is not None and last.content == present):
        return
    with translation.override(room.language):
        title = _("Before version %(number)d was put back") % {"number": version.number}
    freeze_version(room=room, by=by, title=title)


def _bringing(version: Version, hand: Hand) -> Any:
    target = version.content["content"]

    def clean(node: Any) -> list[Any]:
        found: list[Any] = prose.clean({"type": "doc", "content": [node]})["content"]
        return found

    def compose(scratch: Scratch, known: Known) -> Iterable[tuple[Hand, list[bytes]]]:
        for whole in (False, True):
            updates = restoring.restored(scratch, document.new_client(known.clocks), target, clean, whole=whole)
            tried = Scratch()
            for update in (scratch.whole(), *updates):
                tried.apply(update)
            if prose.clean(tried.content()) == version.content:
                yield hand, updates
                return
        raise Conflict("cannot", _("This version cannot be put back into the text as it is now."))

    return compose
