"""Opening a room, and how people find in."""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from backend.activities.models import Activity
from backend.base import words
from backend.base.journal import record
from backend.base.rows import free_slug
from backend.cities.models import City, Group
from backend.commons.models import Commons
from backend.conversations.actions import open_thread
from backend.pacts.models import Pact, Proposal
from backend.people.models import Person
from realtime import permissions
from realtime.actions import plans
from realtime.broadcast import tell_on_commit
from realtime.choices import Access, RoomRole, RoomState
from realtime.models import Participant, Room, ToolState

TITLE, QUESTION, PLACE = 160, 300, 160
CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE: Final = re.compile(f"[{CROCKFORD}]{{8}}")

COLUMNS: Final = [gettext_noop("Ideas"), gettext_noop("Questions"), gettext_noop("In the text")]


def new_code() -> str:
    return "".join(secrets.choice(CROCKFORD) for _ in range(8))


def open_room(
    *,
    by: Person,
    city: City,
    title: str,
    question: str = "",
    language: str = "",
    access: str = Access.CODE,
    agenda: str | Sequence[tuple[str, int]] = "drafting",
    most: int = 150,
    lets_watch: bool = True,
    columns: Sequence[str] | None = None,
    commons: Commons | None = None,
    group: Group | None = None,
    activity: Activity | None = None,
    proposal: Proposal | None = None,
    pact: Pact | None = None,
    place: str = "",
    asks_before_admitting: bool = False,
    pin: str = "",
    slug: str = "",
    code: str = "",
    translations: dict[str, Any] | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Room:
    """Open a room that `by` leads. `agenda` is the key of a plan or (title, minutes) pairs; `code` and
    `slug` are chosen here unless given. Raises PermissionDenied, ValidationError."""
    if not permissions.can_open(by, city, group):
        raise PermissionDenied(_("Rooms are opened by facilitators, officers and members of a group."))
    if access not in Access.values:
        raise ValidationError({"access": _("Choose who may come in.")})
    language = language or city.language
    steps = plans.steps_of(agenda, city=city, by=by) if isinstance(agenda, str) else plans.steps_from(agenda)
    room = Room(
        city=city,
        title=words.line(title, field="title", limit=TITLE),
        question=words.line(question, field="question", limit=QUESTION, required=False),
        place=words.line(place, field="place", limit=PLACE, required=False),
        language=language,
        translations=translations or {},
        access=access,
        commons=commons,
        group=group,
        activity=activity,
        proposal=proposal,
        pact=pact,
        asks_before_admitting=asks_before_admitting,
        most=most_of(most),
        lets_watch=lets_watch,
        made_by=by,
        starts_at=starts_at or timezone.now(),
        ends_at=ends_at,
    )
    if pin:
        room.pin_digest = permissions.pin_digest(room, pin)
    with transaction.atomic():
        room.thread = open_thread(city=city)
        _find_place(room, slug, code)
        ToolState.objects.bulk_create(
            [
                ToolState(room=room, tool="agenda", state={"steps": steps, "now": None}),
                ToolState(room=room, tool="board", state=_board(columns, language, room.question)),
            ]
        )
        Participant.objects.create(
            city=city,
            room=room,
            person=by,
            role=RoomRole.FACILITATOR,
            seen_at=timezone.now() - permissions.AWAY,
        )
        record(by=by, verb="room.open", subject=room, after=RoomState.OPEN)
    return room


def _board(columns: Sequence[str] | None, language: str, question: str) -> dict[str, Any]:
    with translation.override(language):
        titles = [_(title) for title in COLUMNS] if columns is None else list(columns)
    named = [
        {"id": f"c{place}", "title": words.line(title, field="columns", limit=60)}
        for place, title in enumerate(titles, 1)
    ]
    return {"columns": named, "question": question, "open": True}


def _find_place(room: Room, slug: str, code: str) -> None:
    """A free slug and a free code; where two take the same at once, the second takes another."""
    if code and not CODE.fullmatch(code):
        raise ValidationError({"code": _("A code has 8 letters and numbers.")})
    rows = Room.objects.in_city(room.city_id)
    for left in reversed(range(4)):
        room.slug = slug or free_slug(rows, room.title, "room")
        room.slug = f"{room.slug}-1" if room.slug == "new" else room.slug
        room.code = code or new_code()
        _find_way_in(room)
        try:
            with transaction.atomic():
                room.save(force_insert=True)
            return
        except IntegrityError:
            if not left or (slug and code):
                raise


def _find_way_in(room: Room) -> None:
    room.short_code = f"{secrets.randbelow(1_000_000):06d}"
    room.token_digest = permissions.token_digest(permissions.secret_of(room))


def renew_way_in(*, room: Room, by: Person) -> None:
    """A fresh QR code and a fresh short code; those before are void."""
    if not permissions.can_keep_door(by, room):
        raise PermissionDenied(_("Only the facilitator shows the way in."))
    for left in reversed(range(6)):
        _find_way_in(room)
        try:
            with transaction.atomic():
                room.save(update_fields=["short_code", "token_digest"])
                record(by=by, verb="room.renew_way_in", subject=room)
            return
        except IntegrityError:
            if not left:
                raise


def most_of(value: Any) -> int:
    """How many may take part at once. Raises ValidationError at `most`."""
    try:
        most = int(str(value))
    except ValueError:
        most = 0
    if not 2 <= most <= permissions.HOLDS:
        message = _("A room holds between 2 and %(most)d people.") % {"most": permissions.HOLDS}
        raise ValidationError({"most": ValidationError(message, code="number")})
    return most


def set_way_in(*, room: Room, by: Person, most: Any = None, lets_watch: bool | None = None) -> None:
    """How many may take part, and whether others may watch."""
    if not permissions.can_keep_door(by, room):
        raise PermissionDenied(_("Only the facilitator keeps the door."))
    with transaction.atomic():
        room.most = room.most if most is None else most_of(most)
        room.lets_watch = room.lets_watch if lets_watch is None else lets_watch
        room.save(update_fields=["most", "lets_watch"])
        tell_on_commit(room, "door")


def set_asking(*, room: Room, by: Person, asks: bool) -> None:
    """Whether people wait at the door until someone lets them in."""
    if not permissions.can_keep_door(by, room):
        raise PermissionDenied(_("Only the facilitator keeps the door."))
    with transaction.atomic():
        Room.objects.in_city(room.city_id).filter(pk=room.pk).update(asks_before_admitting=asks)
        room.asks_before_admitting = asks
        tell_on_commit(room, "moderation")
