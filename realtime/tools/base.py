"""What a tool of a room is: commands that change its state, and the state as each person may see it."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base import words
from backend.base.prepared import Prepared, in_database
from backend.people.choices import PersonKind
from backend.people.models import Person
from realtime.choices import ParticipantState, RoomRole
from realtime.models import Participant, Room, ToolState
from realtime.querysets import COMING, PRESENT, stays

State = dict[str, Any]


class Viewer(NamedTuple):
    """Who looks at a tool; None everywhere for the projector and for visitors."""

    participant: str | None
    person: str | None
    leads: bool
    muted: bool = False
    language: str = ""  # "" is the room's own
    dismissed: str = ""  # the last message to all that they put away
    wrote_at: datetime | None = None  # their last message in the chat


NOBODY = Viewer(None, None, False)


class Seat(NamedTuple):
    """Somebody whom the room let in or lets wait, as tools see them."""

    pk: UUID
    person_id: UUID
    name: str
    kind: str
    state: str
    role: str
    place: str
    colour: int
    joined_at: datetime
    seen_at: datetime
    left_at: datetime | None
    language: str
    chat_muted: bool
    dismissed: str
    wrote_at: datetime | None

    @property
    def is_in(self) -> bool:
        return self.state == ParticipantState.ADMITTED

    @property
    def is_assisted(self) -> bool:
        return self.kind == PersonKind.ASSISTED

    @property
    def speaks(self) -> bool:
        """Takes part, and does not only watch."""
        return self.is_in and self.role != RoomRole.OBSERVER

    @property
    def stays(self) -> bool:
        """Did not go, or came back."""
        return stays(self.seen_at, self.left_at)

    @property
    def leads(self) -> bool:
        """Leads and did not go, as `actions.leaders` says."""
        return self.is_in and self.role == RoomRole.FACILITATOR and self.stays

    @property
    def takes_place(self) -> bool:
        """Whether the room's limit counts them, as the queryset's `taking_places` does."""
        now = timezone.now()
        if not (self.speaks and self.stays):
            return False
        if self.seen_at >= now - PRESENT or self.is_assisted:
            return True
        return self.seen_at <= self.joined_at and self.joined_at >= now - COMING


def everyone_of(room: Room) -> list[Seat]:
    """Everyone who ever came, also who was removed, in the order of coming; read once for all tools that are shown
    together (see `fresh`)."""
    if "_everyone" not in room.__dict__:
        room.__dict__["_everyone"] = [Seat(*each) for each in _EVERYONE(room.pk)]
    everyone: list[Seat] = room.__dict__["_everyone"]
    return everyone


def people_of(room: Room) -> list[Seat]:
    """Everyone whom the room let in or lets wait."""
    return [each for each in everyone_of(room) if each.state != ParticipantState.REMOVED]


_OF_PERSON = {"name": "person__name", "kind": "person__kind", "language": "person__language"}
_EVERYONE = Prepared(
    lambda room: (
        Participant.objects.across_cities()
        .filter(room=room)
        .order_by("joined_at", "pk")
        .values_list(*(_OF_PERSON.get(name, name) for name in Seat._fields))
    )
)


def state_of(room: Room, tool: str) -> State:
    """What a tool keeps, read once with the states of all tools that are shown together."""
    states: dict[str, State] = room.__dict__.setdefault("_states", {})
    if tool not in states:
        rows = ToolState.objects.filter(room=room, tool=tool)
        states[tool] = rows.values_list("state", flat=True).first() or {}
    return states[tool]


def read_states(room: Room, names: Iterable[str]) -> None:
    """What several tools keep, in one query, for `state_of`."""
    known = dict.fromkeys(names, State())
    marks = ", ".join(["%s"] * len(known))
    question = f"SELECT tool, state FROM realtime_toolstate WHERE room_id = %s AND tool IN ({marks})"  # noqa: S608  marks only
    with connection.cursor() as cursor:
        cursor.execute(question, [in_database(room.pk), *known])
        known |= {tool: json.loads(state) for tool, state in cursor.fetchall()}
    room.__dict__["_states"] = known


def fresh(room: Room) -> Room:
    """Without what an earlier look has read."""
    for name in ("_everyone", "_states"):
        room.__dict__.pop(name, None)
    return room


_OTHER = Prepared(
    lambda room, key: Participant.objects.across_cities().filter(room=room, pk=key).select_related("person")
)


@dataclass
class Order:
    """One command on its way: who gives it where, with which arguments, on which state.

    What a facilitator enters for someone without a device is that person's: `by` and `participant` are
    theirs, and `helper` is who entered it.
    """

    room: Room
    by: Person
    participant: Participant
    args: Mapping[str, Any]
    state: State
    also: set[str] = field(default_factory=set)  # other tools that change with it
    helper: Person | None = None
    moderation: State = field(default_factory=dict)  # what the moderation keeps, as of this command

    def give_to(self, other: Participant, *, away: bool = False) -> None:
        """Make it the order of someone without a device, whom a facilitator speaks for; `away`: also of who went home
        or was sent away."""
        there = away or (other.state == ParticipantState.ADMITTED and other.stays)
        if other.person.kind != PersonKind.ASSISTED or not there:
            message = _("You can only enter for people without a device who are in the room.")
            raise ValidationError({"for": ValidationError(message, code="not_assisted")})
        self.helper, self.by, self.participant = self.by, other.person, other

    def text(self, name: str, limit: int = 400, *, required: bool = True) -> str:
        """A text argument; raises ValidationError at its name."""
        value = self.args.get(name, "")
        text = " ".join(str(value).replace("\0", "").split()) if isinstance(value, str | int) else ""
        if required and not text:
            raise ValidationError({name: ValidationError(_("Write something here."), code="required")})
        if len(text) > limit:
            raise words.too_long(text, field=name, limit=limit, code="max_length")
        return text

    def number(self, name: str, least: int, most: int) -> int:
        """A whole number from a form or from JSON."""
        try:
            value = int(str(self.args.get(name, "")))
        except ValueError:
            value = least - 1
        if not least <= value <= most:
            message = _("A number between %(least)s and %(most)s, please.") % {"least": least, "most": most}
            raise ValidationError({name: ValidationError(message, code="number")})
        return value

    def other(self, name: str = "id") -> Participant:
        """The participant that an argument names; they must be of this room."""
        try:
            found: Participant | None = _OTHER.first(self.room.pk, UUID(str(self.args.get(name, ""))))
        except ValueError:
            found = None
        if found is None:
            raise ValidationError({name: ValidationError(_("This person is not in the room any more."), code="gone")})
        found.room = self.room
        return found


class Command(NamedTuple):
    """Which ability a command asks for, and what it does.

    `assisted`: a facilitator may give it for a person without a device, whom the argument `for` names; `helping` is
    the ability that this takes. `away`: also for one who is not there any more; the action asks what they may.
    `writes`: whether, with these arguments, it writes in the text, which is read before the database is locked.
    """

    ability: str
    run: Callable[[Order], None]
    assisted: bool = False
    helping: str = "facilitate"
    away: bool = False
    writes: Callable[[Mapping[str, Any]], bool] = lambda args: False


class Tool(Protocol):
    """One file in this package, one line in its table."""

    @property
    def name(self) -> str: ...

    @property
    def commands(self) -> Mapping[str, Command]: ...

    def start(self) -> State:
        """The state of a room in which the tool was never used."""
        ...

    def read(self, room: Room, state: State) -> Any:
        """Everything that any snapshot shows, in a fixed number of queries."""
        ...

    def show(self, read: Any, viewer: Viewer) -> State:
        """The snapshot of one viewer; asks the database nothing."""
        ...
