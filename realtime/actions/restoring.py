"""An old version comes back into the text, as new edits that everyone sees and that can be taken back."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from backend.base import marks, prose, words
from backend.base.journal import record
from backend.base.problems import Conflict
from backend.people.models import Person
from realtime import document, permissions
from realtime.actions.passages import open_of, settle_lost
from realtime.actions.text import REASON, Hand, Said, ahead_of, keep_version, read_ahead, said_after, write_log
from realtime.choices import RoomState
from realtime.document import Broken, Known, Scratch, restoring
from realtime.models import Passage, Room, Version


def restore_version(*, version: Version, by: Person, reason: str = "") -> int:
    """Make the text say again what `version` says; what it says now is kept as a version of its own first.

    What stays keeps who wrote it, and what hangs on it; comments and suggestions that lose their words are settled.
    Returns the number of the last update.
    """
    room = version.room
    _require_may(room, by)
    reason = words.prose(reason, field="reason", limit=REASON)
    try:
        with read_ahead(room):
            return _restore(version, by, reason)
    except Broken:
        raise Conflict("cannot", _("This version is too long to be put back at once.")) from None


def _require_may(room: Room, by: Person) -> None:
    if not permissions.can_keep_door(by, room):
        raise PermissionDenied(_("Only the facilitator puts a version back."))
    if room.state != RoomState.OPEN:
        raise Conflict("closed", _("This room is closed. Its text does not change any more."))


def _restore(version: Version, by: Person, reason: str) -> int:
    """Worked out before anything is locked; again where somebody wrote in between."""
    room, ahead = version.room, ahead_of(version.room)
    assert ahead is not None
    plan = _planned(version, ahead.scratch, ahead.known)

    def compose(scratch: Scratch, known: Known) -> Iterable[tuple[Hand, list[bytes]]]:
        nonlocal plan
        _require_may(room, by)
        if scratch is not ahead.scratch:
            plan = _planned(version, scratch, known)
        seat = permissions.seat_of(by, room)
        yield (by.pk, seat.pk if seat else None), plan.updates

    with transaction.atomic():
        waiting = open_of(room, held=True)
        head = write_log(room, compose, carries=True)
        _keep_first(version, by, said_after(plan.before, head - len(plan.updates)))
        lost = [each for each in waiting if each.key in plan.lost]
        settle_lost(passages=lost, room=room, by=by, why=_why(version, reason))
        record(by=by, verb="room.restore", subject=version, after=version.sha256, reason=reason)
    return head


class Plan(NamedTuple):
    """How a version comes back: by which updates, what the text said before, which marks are in it no more."""

    updates: list[bytes]
    before: document.Text
    lost: set[str]


def _planned(version: Version, scratch: Scratch, known: Known) -> Plan:
    before = document.Text(scratch.content(), scratch.board(), dict(known.written), known.notes, [])
    now = prose.clean(before.content)
    if marks.settled(now) == version.content:
        raise ValidationError({"reason": ValidationError(_("The text says exactly this already."), code="same")})
    for target in (marks.carried(now, version.content), version.content):
        for whole in (False, True):
            client = document.new_client(known.clocks)
            updates = restoring.restored(scratch, client, target["content"], _clean, whole=whole)
            tried = Scratch()
            for update in (scratch.whole(), *updates):
                tried.apply(update)
            after = prose.clean(tried.content())
            if marks.settled(after) == version.content:
                return Plan(updates, before, _gone(now, after))
    raise Conflict("cannot", _("This version cannot be put back into the text as it is now."))


def _clean(node: Any) -> list[Any]:
    found: list[Any] = prose.clean({"type": "doc", "content": [node]})["content"]
    return found


def _gone(before: Any, after: Any) -> set[str]:
    return set(marks.marked(before)) - set(marks.marked(after))


def would_lose(version: Version, now: Any) -> list[Passage] | None:
    """The open comments and suggestions whose words in the cleaned text of `now` would go; None where it says the
    same already."""
    if marks.settled(now) == version.content:
        return None
    gone = _gone(now, marks.carried(now, version.content))
    return [each for each in open_of(version.room) if each.key in gone] if gone else []


def _why(version: Version, reason: str) -> str:
    with translation.override(version.room.language):
        told = _("Version %(number)d was put back, and the words that this was about are not in the text any more.")
        return f"{told % {'number': version.number}}\n{reason}"


def _keep_first(version: Version, by: Person, said: Said) -> None:
    """So that the way back is as short as the way here."""
    room = version.room
    last = Version.objects.in_city(room.city_id).filter(room=room).order_by("-number").first()
    if not prose.blocks(said.content) or (last is not None and last.content == said.content):
        return
    with translation.override(room.language):
        title = _("Before version %(number)d was put back") % {"number": version.number}
    keep_version(room, by, said, title=title)
