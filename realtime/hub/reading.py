"""What the hub reads from the database, in its worker threads."""

from collections.abc import Collection, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from backend.people.models import Person
from realtime import protocol, store, tools
from realtime.actions import come_back
from realtime.choices import ParticipantState, RoomState
from realtime.document import Righted, Rules
from realtime.models import Participant, Room, ToolState
from realtime.permissions import Ticket, abilities, rules_from, session_of
from realtime.protocol import Close
from realtime.querysets import PRESENT

# Stands for a projector where participants are listed.
NOBODY = UUID(int=0)


class Standing(NamedTuple):
    """Who somebody is in a room and what they may, as of an epoch of it."""

    participant: UUID
    person: UUID
    name: str
    role: str
    colour: int
    language: str
    epoch: int  # the participant's
    abilities: dict[str, bool]
    reason: str  # why they may not write now, in their language
    board: Rules | None = None  # what the board allows; None for who leads
    view: bool = False  # a projector: nobody in particular
    session: int | None = None  # of an account; a guest has none

    @property
    def viewer(self) -> UUID:
        """Whose snapshots they get."""
        return NOBODY if self.view else self.participant

    def ends(self, before: "Standing") -> bool:
        """Whether who came as `before` must come again: they went, signed out, or hold other roles of the city by now."""
        return self.epoch != before.epoch or (self.person == before.person and self.session != before.session)

    def as_view(self) -> "Standing":
        return self._replace(view=True, abilities=dict.fromkeys(self.abilities, False), reason="")


class Admission(NamedTuple):
    """The answer to a ticket: a standing, or the code to close with."""

    standing: Standing | None
    room_epoch: int
    code: Close | None
    log: int = 1


class Beat(NamedTuple):
    """What the poll of a second sees of a room."""

    head: int
    epoch: int
    told: int
    log: int = 1


def admit(asked: Sequence[tuple[UUID, Ticket]]) -> list[Admission]:
    """Who of those that come to rooms with tickets may come in."""
    rows = Participant.objects.across_cities().filter(pk__in={ticket.participant for _, ticket in asked})
    found = {each.pk: each for each in rows.select_related("person", "room")}
    states = _states({room for room, _ in asked})
    answers = [_admission(found.get(ticket.participant), room, ticket, states.get(room, {})) for room, ticket in asked]
    come = [each.standing.participant for each in answers if each.standing and not each.standing.view]
    mark_present(come)
    for key in come:
        if found[key].left_at is not None:  # rare: somebody went, and is back
            come_back(found[key])
    return answers


def _admission(participant: Participant | None, room: UUID, ticket: Ticket, states: dict[str, Any]) -> Admission:
    if participant is None or participant.room_id != room:
        return Admission(None, 0, Close.NO_ROOM)
    code, log = _refusal(participant, ticket.epoch), participant.room.log
    if ticket.session is not None and ticket.session != participant.person.session_epoch:
        code = code or Close.SIGNED_OUT
    if code is None and ticket.log != log:
        code = Close.ANEW
    if code is not None:
        return Admission(None, participant.room.epoch, code)
    standing = _standing(participant, participant.room, states)
    return Admission(standing.as_view() if ticket.view else standing, participant.room.epoch, None, log)


def _refusal(participant: Participant, epoch: int) -> Close | None:
    if participant.room.state != RoomState.OPEN:
        return Close.NO_ROOM
    if not participant.person.is_active:  # has left, or is another account's guest by now
        return Close.SIGNED_OUT
    if participant.state != ParticipantState.ADMITTED:
        return Close.FORBIDDEN
    if participant.epoch != epoch:
        return Close.SIGNED_OUT
    return None


def _states(rooms: set[UUID]) -> dict[UUID, dict[str, Any]]:
    """What moderation and the board have set: room -> tool -> state."""
    found: dict[UUID, dict[str, Any]] = {}
    rows = ToolState.objects.filter(room__in=rooms, tool__in=("moderation", "board"))
    for room, tool, state in rows.values_list("room", "tool", "state"):
        found.setdefault(room, {})[tool] = state
    return found


def _rules(board: dict[str, Any]) -> Rules:
    columns = board.get("columns", [])
    return Rules(
        open=bool(board.get("open", True)),
        silent=bool(board.get("silent")),
        columns=tuple(column["id"] for column in columns),
        locked=frozenset(column["id"] for column in columns if column.get("locked")),
    )


def _standing(participant: Participant, room: Room, states: dict[str, Any]) -> Standing:
    person, moderation = participant.person, states.get("moderation") or {}
    may = abilities(participant, rules_from(room.state, moderation))
    return Standing(
        participant=participant.pk,
        person=person.pk,
        name=person.name,
        role=participant.role,
        colour=participant.colour,
        language=person.language,
        epoch=participant.epoch,
        abilities=may,
        reason="" if may["write"] else _why(person, moderation),
        board=None if may["facilitate"] else _rules(states.get("board") or {}),
        session=session_of(person),
    )


def _why(person: Person, moderation: dict[str, Any]) -> str:
    with translation.override(person.language):
        if moderation.get("frozen") or moderation.get("locked"):
            return str(moderation.get("reason") or _("The text is closed for a moment."))
        return _("You can read here. To write, ask the facilitator.")


def why_righted(standing: Standing, verdict: Righted) -> dict[str, Any]:
    """What was not taken of somebody's change of the board, in their language, with their words to copy."""
    with translation.override(standing.language):
        why = {
            "closed": _("The board is closed for the moment."),
            "silent": _("Everyone writes in silence now. Write your idea into the field under the column."),
            "locked": _("This column is locked. Ask the facilitator."),
            "own": _("Only who wrote an idea, or the facilitator, can do this with it."),
        }[verdict.why]
    return {"why": why, "words": list(verdict.words)}


def standings(room: UUID, connected: Collection[UUID]) -> tuple[int, dict[UUID, Standing], dict[UUID, Close]]:
    """The room's epoch, who of those `connected` may go on, and the codes for those who may not any more."""
    now = Room.objects.across_cities().filter(pk=room).first()
    if now is None:
        return 0, {}, {}
    states = _states({room}).get(room, {})
    found, refused = {}, {}
    rows = Participant.objects.across_cities().filter(room=room, pk__in=connected)
    for participant in rows.select_related("person"):
        participant.room = now
        code = _refusal(participant, participant.epoch)
        if code is None:
            found[participant.pk] = _standing(participant, now, states)
        else:
            refused[participant.pk] = code
    return now.epoch, found, refused


def rights(
    room: UUID, connected: Collection[UUID]
) -> tuple[int, dict[UUID, Standing], dict[UUID, Close], dict[int, UUID]]:
    """The same and to whom client ids belong, all of one moment."""
    while True:
        epoch, found, refused = standings(room, connected)
        owners = store.owners(room)
        now = Room.objects.across_cities().filter(pk=room).values_list("epoch", flat=True).first()
        if now in (epoch, None):
            return epoch, found, refused, owners


def beats(rooms: list[UUID]) -> dict[UUID, Beat]:
    """One look at all live rooms."""
    seen: dict[UUID, Beat] = {}
    for start in range(0, len(rooms), 500):
        rows = Room.objects.across_cities().filter(pk__in=rooms[start : start + 500])
        seen.update({key: Beat(*numbers) for key, *numbers in rows.values_list("pk", "head", "epoch", "told", "log")})
    return seen


def sessions(accounts: list[UUID]) -> dict[UUID, int]:
    """The sessions' epochs of those whose accounts are open."""
    found: dict[UUID, int] = {}
    for start in range(0, len(accounts), 500):
        rows = Person.objects.filter(pk__in=accounts[start : start + 500], is_active=True)
        found.update(rows.values_list("pk", "session_epoch"))
    return found


def mark_present(participants: list[UUID]) -> None:
    for start in range(0, len(participants), 500):
        rows = Participant.objects.across_cities().filter(pk__in=participants[start : start + 500])
        rows.update(seen_at=timezone.now())


def mark_gone(participants: list[UUID]) -> None:
    """Their last socket here closed; one in another process says within seconds that they are there."""
    rows = Participant.objects.across_cities().filter(pk__in=participants)
    rows.update(seen_at=timezone.now() - PRESENT)


def snapshots(room: UUID, names: list[str], participants: list[UUID]) -> tuple[int, dict[UUID, list[bytes]]]:
    """Frames with the state of tools, for each participant their own; and the count that they belong to."""
    made = Frames()
    told, shown = tools.told_snapshots(room, names, participants)
    return told, {
        participant: [made.frame(name, state) for name, state in states.items()]
        for participant, states in shown.items()
    }


class Frames:
    """Frames of one look at a room: who sees the same gets the same bytes, and parts that are one and the same object
    are written once."""

    DIFFERENT: Final = 4  # looks that are remembered of each tool; where everyone's is their own, no more are compared

    def __init__(self) -> None:
        self._made: dict[str, list[tuple[Any, bytes]]] = {}
        self._written: dict[int, tuple[Any, str]] = {}  # by identity; holds the object, so that no other gets its id

    def frame(self, name: str, state: Any) -> bytes:
        made = self._made.setdefault(name, [])
        for place, (seen, frame) in enumerate(made):
            if seen == state:
                if place:
                    made.insert(0, made.pop(place))
                return frame
        parts = ",".join([f"{protocol.text(key)}:{self._text(part)}" for key, part in state.items()])
        frame = protocol.room_text(f'{{"tool":{protocol.text(name)},"state":{{{parts}}}}}')
        made.insert(0, (state, frame))
        del made[self.DIFFERENT :]
        return frame

    def _text(self, part: Any) -> str:
        if not part or not isinstance(part, list | dict):
            return protocol.text(part)
        known = self._written.get(id(part))
        if known is None:
            known = self._written[id(part)] = (part, self._anew(part))
        return known[1]

    def _anew(self, part: Any) -> str:
        if isinstance(part, dict) or not isinstance(part[0], dict):
            return protocol.text(part)
        written = self._written
        return f"[{','.join([known[1] if (known := written.get(id(each))) else self._text(each) for each in part])}]"


def command(room: UUID, standing: Standing, order: dict[str, Any]) -> dict[str, Any]:
    """Run a command of a socket; the answer to send."""
    if standing.view:
        with translation.override(standing.language):
            return {"id": order["id"], "error": {"code": "permission_denied", "detail": _("A projector only shows.")}}
    error = tools.answer(room, standing.participant, order["tool"], order["do"], order["args"])
    return {"id": order["id"], "error": error} if error else {"id": order["id"], "ok": True}
