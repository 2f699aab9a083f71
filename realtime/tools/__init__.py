"""The tools of a room: one table, one way to run a command and one to look, for sockets, API and forms alike."""

import copy
import json
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _

from backend.base.prepared import Prepared
from backend.base.problems import Conflict, field_errors
from backend.base.turns import in_turn
from backend.people.models import Person
from realtime.actions import mark_seen
from realtime.actions.acts import sent_away
from realtime.actions.barring import barred
from realtime.actions.text import read_ahead
from realtime.broadcast import tell, tell_on_commit, told_since
from realtime.choices import ParticipantState, RoomRole
from realtime.models import Participant, Room, ToolState
from realtime.permissions import abilities, rules_from, rules_of
from realtime.tools.agenda import Agenda
from realtime.tools.appeals import Appeals
from realtime.tools.base import (
    NOBODY,
    Command,
    Order,
    State,
    Tool,
    Viewer,
    everyone_of,
    fresh,
    read_states,
    state_of,
)
from realtime.tools.board import Board
from realtime.tools.breakouts import Breakouts
from realtime.tools.captions import Captions
from realtime.tools.chat import Chat
from realtime.tools.consent import Consent
from realtime.tools.door import Door
from realtime.tools.fair import Fair
from realtime.tools.leading import Leading
from realtime.tools.minutes import Minutes
from realtime.tools.moderation import Moderation
from realtime.tools.notes import Notes
from realtime.tools.passages import Passages
from realtime.tools.polls import Polls
from realtime.tools.projector import Projector
from realtime.tools.speaking import Speaking
from realtime.tools.versions import Versions

__all__ = ["NOBODY", "TOOLS", "Viewer", "answer", "do", "show", "told_snapshots", "viewer_of"]

TOOLS: dict[str, Tool] = {
    tool.name: tool
    for tool in (
        Door(),
        Agenda(),
        Speaking(),
        Board(),
        Polls(),
        Consent(),
        Chat(),
        Moderation(),
        Minutes(),
        Versions(),
        Passages(),
        Captions(),
        Projector(),
        Fair(),
        Appeals(),
        Breakouts(),
        Leading(),
        Notes(),
    )
}
# Whose state a tool looks at besides its own.
LEANS_ON = {"chat": "moderation", "fair": "speaking", "board": "lately"}
# What the main room shows of its groups: who is in them, leads there, and has spoken.
ABOVE = {"door": "breakouts", "leading": "leading", "fair": "fair"}
TRIES = 6

# Asked at every command, and at every look.
_SEATS = Prepared(
    lambda room, participant: (
        Participant.objects.across_cities()
        .filter(pk=participant, room=room)
        .select_related("person", "room__city", "room__group", "room__thread")
        .defer("room__city__map")
    )
)
_KEPT = Prepared(lambda room, tool: ToolState.objects.filter(room=room, tool__in=[tool, "moderation"]))
_ROOMS = Prepared(
    lambda room: Room.objects.across_cities().filter(pk=room).select_related("city", "thread").defer("city__map")
)
_KEEP = "UPDATE realtime_toolstate SET state = %s, revision = revision + 1 WHERE id = %s AND revision = %s"


# --- Doing -------------------------------------------------------------------------------


def do(
    *,
    room: Room,
    tool: str,
    command: str,
    by: Person,
    args: Mapping[str, Any],
    participant: Participant | None = None,
) -> None:
    """Run a command as `by`, whose place in the room may be given. Raises Http404, PermissionDenied,
    ValidationError, Conflict.

    Two commands at once on one state: the second runs again on what the first left.
    """
    held = TOOLS.get(tool)
    found = held.commands.get(command) if held is not None else None
    if held is None or found is None:
        raise Http404
    if participant is None:
        rows = Participant.objects.in_city(room.city_id).filter(room=room, person=by)
        participant = rows.select_related("person").first()
    if participant is None:
        raise barred(found.ability, room, None)
    for left in reversed(range(TRIES)):
        if _run(held, found, Order(room, by, participant, args, {})):
            return
        if not left:
            raise Conflict("busy", _("Many did this at the same moment. Try again."))


def _run(tool: Tool, command: Command, order: Order) -> bool:
    """One try; False where somebody else changed the state meanwhile, and then nothing was done."""
    ahead = read_ahead(order.room) if command.writes(order.args) and _seems_fit(command, order) else nullcontext()
    with ahead, in_turn(), transaction.atomic():
        rows = _states(order.room, tool.name)
        order.moderation = rows["moderation"].state
        giver = order.participant  # also where the order is somebody else's
        _check(command, order, order.moderation)
        row = rows[tool.name]
        before = {**tool.start(), **row.state}
        order.state = copy.deepcopy(before)
        place = len(connection.run_on_commit)
        command.run(order)
        if order.state != before and not _store(row, order.state):
            transaction.set_rollback(True)
            return False
        mark_seen(giver)
        told = told_since(place, order.room)
        if missing := [name for name in (tool.name, *order.also) if name not in told]:
            tell_on_commit(order.room, *missing)
    return True


def _seems_fit(command: Command, order: Order) -> bool:
    """Whether they may by what is known before anything is locked: a whole text is read for nobody who may not."""
    ability = command.helping if order.args.get("for") else command.ability
    return bool(abilities(order.participant, rules_of(order.room)).get(ability))


def _check(command: Command, order: Order, moderation: State) -> None:
    """Whether they may, who gives the order and, where it is given for somebody, also they."""
    order.participant.room = order.room
    if order.participant.state == ParticipantState.REMOVED:
        raise sent_away(order.participant)
    rules = rules_from(order.room.state, moderation)
    if order.args.get("for"):
        if not command.assisted:
            message = _("This cannot be done for somebody else.")
            raise ValidationError({"for": ValidationError(message, code="not_assisted")})
        if not abilities(order.participant, rules)[command.helping]:
            raise barred(command.helping, order.room, order.participant, moderation=moderation)
        order.give_to(order.other("for"), away=command.away)
        if command.away:
            return
    if not abilities(order.participant, rules).get(command.ability):
        helps = order.helper is not None
        raise barred(command.ability, order.room, order.participant, moderation=moderation, helps=helps)


def _store(row: ToolState, state: State) -> bool:
    if row.pk is None:
        _row, made = ToolState.objects.get_or_create(
            room=row.room, tool=row.tool, defaults={"state": state, "revision": 1}
        )
        return made
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [json.dumps(state), row.pk, row.revision])
        return bool(cursor.rowcount)


def _states(room: Room, tool: str) -> dict[str, ToolState]:
    """What the tool and the moderation keep."""
    rows = {row.tool: row for row in _KEPT(room.pk, tool)}
    return {name: rows.get(name) or ToolState(room=room, tool=name) for name in (tool, "moderation")}


def answer(room: UUID, participant: UUID, tool: str, command: str, args: Mapping[str, Any]) -> dict[str, str] | None:
    """Run a socket's command; the error in its sender's language, or None."""
    found = _SEATS.first(room, participant)
    if found is None:
        return {"code": "not_found", "detail": _("There is nothing here.")}
    with translation.override(found.person.language):
        try:
            do(room=found.room, tool=tool, command=command, by=found.person, args=args, participant=found)
        except Http404:
            return {"code": "not_found", "detail": _("There is no such command.")}
        except PermissionDenied as problem:
            return {"code": "permission_denied", "detail": str(problem) or _("You may not do this.")}
        except Conflict as problem:
            return {"code": problem.code, "detail": problem.detail}
        except ValidationError as problem:
            first = next(iter(field_errors(problem).values()))[0]
            return {"code": first["code"], "detail": first["detail"]}
    return None


# --- Showing -----------------------------------------------------------------------------


def viewer_of(participant: Participant | None) -> Viewer:
    if participant is None:
        return NOBODY
    return Viewer(
        str(participant.pk),
        str(participant.person_id),
        participant.role == RoomRole.FACILITATOR,
        participant.chat_muted,
        participant.person.language,
        participant.dismissed,
        participant.wrote_at,
    )


def _viewers(room: Room, participants: list[UUID]) -> dict[UUID, Viewer]:
    """Many at once, without an object or a question for each."""
    wanted = set(participants)
    return {
        each.pk: Viewer(
            str(each.pk),
            str(each.person_id),
            each.role == RoomRole.FACILITATOR,
            each.chat_muted,
            each.language,
            each.dismissed,
            each.wrote_at,
        )
        for each in everyone_of(room)
        if each.pk in wanted
    }


def show(room: Room, viewer: Viewer, names: Iterable[str] | None = None) -> dict[str, State]:
    """The states of tools as one person may see them."""
    return {name: tool.show(read, viewer) for name, tool, read in _reads(fresh(room), names)}


def _reads(room: Room, names: Iterable[str] | None) -> list[tuple[str, Tool, Any]]:
    chosen = {name: TOOLS[name] for name in (TOOLS if names is None else names) if name in TOOLS}
    read_states(room, {*chosen, *(LEANS_ON[name] for name in chosen if name in LEANS_ON)})
    return [(name, tool, tool.read(room, {**tool.start(), **state_of(room, name)})) for name, tool in chosen.items()]


def told_snapshots(
    room: UUID, names: Iterable[str] | None, participants: list[UUID]
) -> tuple[int, dict[UUID, dict[str, State]]]:
    """The states of tools for many at once, each their own, from rows that are read once; and the room's count of
    tellings, read before everything else."""
    found = _ROOMS.first(room)
    if found is None:
        return 0, {}
    viewers = _viewers(found, participants)
    viewers |= {key: NOBODY for key in participants if key.int == 0}
    if names is not None and "door" in names:
        names = {*names, "leading"}  # who comes and goes may be who leads
    if names is not None and found.parent_id is not None:
        for above in [ABOVE[name] for name in names if name in ABOVE]:
            tell({"room": found.parent_id.hex, "tool": above})
    reads = _reads(found, names)
    shown = {key: {name: tool.show(read, viewer) for name, tool, read in reads} for key, viewer in viewers.items()}
    return found.told, shown
