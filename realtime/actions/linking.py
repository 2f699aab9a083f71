"""Somebody whom the facilitator entered by hand has a device by now: what was done for them is theirs."""

import copy
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from backend.base.journal import move, record
from backend.people.actions import merge_assisted
from backend.people.choices import PersonKind
from backend.people.models import Person
from realtime import permissions
from realtime.actions import groups
from realtime.actions.belongings import IN_ROOM, NAMING, move_rows
from realtime.actions.states import change_state
from realtime.broadcast import rights_on_commit, tell_on_commit
from realtime.choices import ParticipantState
from realtime.models import Participant, Room, ToolState


def link_assisted(*, participant: Participant, to: Participant, by: Person) -> None:
    """All that an assisted person did in the room and its groups becomes that of `to`, a person of the same room.

    Where both answered one thing, what `to` said by their own hand stands. Raises PermissionDenied, ValidationError.
    """
    room = participant.room
    if not permissions.can_keep_door(by, room):
        raise PermissionDenied(_("Only the facilitator keeps the door."))
    if participant.person.kind != PersonKind.ASSISTED or participant.state != ParticipantState.ADMITTED:
        message = _("You can only enter for people without a device who are in the room.")
        raise ValidationError({"id": ValidationError(message, code="not_assisted")})
    if to.room_id != room.pk or to.person.kind == PersonKind.ASSISTED or not permissions.is_admitted(to):
        message = _("Choose somebody who is in the room with a device of their own.")
        raise ValidationError({"to": ValidationError(message, code="not_here")})
    with transaction.atomic():
        rooms = groups.with_groups(room)
        move_rows(IN_ROOM, participant.person, to.person, rooms)
        for place, old, new in _places(rooms, participant.person, to.person):
            _hand_over_turns(place, old, new)
        merge_assisted(assisted=participant.person, into=to.person, by=by)
        _show_out(participant, rooms, by)
        record(by=by, verb="participant.take_over", subject=to, before=str(participant.pk))
        for each in rooms:
            tell_on_commit(each, *NAMING)


def _show_out(participant: Participant, rooms: list[Room], by: Person) -> None:
    """Out of the main room and of the groups, whichever of them it was said in."""
    rows = Participant.objects.in_city(participant.city_id).filter(room__in=rooms, person=participant.person_id)
    rows = rows.exclude(state=ParticipantState.REMOVED).select_related("room")
    for row in rows.filter(room=rooms[0]):
        groups.take_out(row, by=by)
    for row in rows.all():
        move(row, ParticipantState.REMOVED, by=by, verb="participant.link", epoch=row.epoch + 1)
        rights_on_commit(row.room)


def _places(rooms: list[Room], old: Person, new: Person) -> Iterator[tuple[Room, str, str]]:
    """Where both have a place, the main room first, and by which key each does."""
    rows = Participant.objects.in_city(rooms[0].city_id).filter(room__in=rooms, person__in=[old, new])
    keys = {(room, person): str(key) for room, person, key in rows.values_list("room", "person", "pk")}
    for room in rooms:
        if (room.pk, old.pk) in keys and (room.pk, new.pk) in keys:
            yield room, keys[room.pk, old.pk], keys[room.pk, new.pk]


def _hand_over_turns(room: Room, old: str, new: str) -> None:
    """In the queue, the rounds and the sums of speaking; on what others, who spoke up meanwhile, left there."""

    def handed(held: dict[str, Any]) -> dict[str, Any]:
        state = copy.deepcopy(held)
        for name in ("queue", "spoken"):
            state[name] = _renamed(state.get(name, []), old, new)
        heard = state.get("heard", {})
        if old in heard:
            gone, stays = heard.pop(old), heard.get(new, {"turns": 0, "seconds": 0})
            heard[new] = {part: gone[part] + stays[part] for part in ("turns", "seconds")}
        if state.get("current") and state["current"]["id"] == old:
            state["current"]["id"] = new
        for name in ("order", "done", "passed") if state.get("round") else ():
            state["round"][name] = _renamed(state["round"][name], old, new)
        return state

    if ToolState.objects.filter(room=room, tool="speaking").exists():
        change_state(room, "speaking", handed)


def _renamed(keys: list[str], old: str, new: str) -> list[str]:
    """With the new key in the place of the old one, once."""
    return list(dict.fromkeys(new if key == old else key for key in keys))
