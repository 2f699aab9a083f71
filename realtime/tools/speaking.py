"""Raised hands, whose turn it is, and who has spoken: first-timers go first."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from realtime.actions import add_assisted
from realtime.choices import ParticipantState, RoomRole
from realtime.models import Participant, Room
from realtime.tools.base import Command, Order, State, Viewer


def _raise(order: Order) -> None:
    me = str(order.participant.pk)
    current = order.state.get("current")
    if me in order.state["queue"] or (current and current["id"] == me):
        raise ValidationError({"queue": ValidationError(_("Your hand is up already."), code="raised")})
    order.state["queue"].append(me)


def _lower(order: Order) -> None:
    me = str(order.participant.pk)
    order.state["queue"] = [each for each in order.state["queue"] if each != me]


def _in_turn(state: State) -> list[str]:
    """Who has not spoken yet comes first; among equals, who raised a hand first."""
    spoken = set(state["spoken"])
    return sorted(state["queue"], key=lambda each: each in spoken)


def _finish(order: Order) -> None:
    current = order.state.get("current")
    if current and current["id"] not in order.state["spoken"]:
        order.state["spoken"].append(current["id"])
    order.state["current"] = None


def _next(order: Order) -> None:
    turn = _in_turn(order.state)
    if not turn:
        raise ValidationError({"queue": ValidationError(_("No hand is up."), code="empty")})
    _finish(order)
    order.state["current"] = {"id": turn[0], "since": timezone.now().isoformat()}
    order.state["queue"] = [each for each in order.state["queue"] if each != turn[0]]


def _done(order: Order) -> None:
    current = order.state.get("current")
    if not current:
        raise ValidationError({"current": ValidationError(_("Nobody is speaking."), code="empty")})
    if current["id"] != str(order.participant.pk) and order.participant.role != RoomRole.FACILITATOR:
        raise ValidationError({"current": ValidationError(_("Someone else is speaking."), code="not_yours")})
    _finish(order)


def _add(order: Order) -> None:
    """Someone in the hall raised a real hand."""
    name = order.text("name", 80)
    rows = Participant.objects.in_city(order.room.city_id).filter(room=order.room, state=ParticipantState.ADMITTED)
    known = rows.filter(person__name__iexact=name, person__kind="assisted").first()
    participant = known or add_assisted(room=order.room, name=name, by=order.by)
    if str(participant.pk) not in order.state["queue"]:
        order.state["queue"].append(str(participant.pk))
    order.also.add("door")


class Speaking:
    name = "speaking"
    commands = {
        "raise": Command("speak", _raise),
        "lower": Command("speak", _lower),
        "next": Command("facilitate", _next),
        "done": Command("speak", _done),
        "add": Command("facilitate", _add),
    }

    def start(self) -> State:
        return {"queue": [], "current": None, "spoken": []}

    def read(self, room: Room, state: State) -> Any:
        rows = Participant.objects.in_city(room.city_id).filter(room=room, state=ParticipantState.ADMITTED)
        names = {str(key): name for key, name in rows.values_list("pk", "person__name")}
        return state, names

    def show(self, read: Any, viewer: Viewer) -> State:
        state, names = read
        spoken = set(state["spoken"])
        inside = viewer.participant is not None
        queue = [
            {"id": each, "name": names[each], "first": each not in spoken, "mine": each == viewer.participant}
            for each in _in_turn(state)
            if each in names
        ]
        current = state.get("current")
        return {
            "queue": queue if inside else [],
            "current": {**current, "name": names[current["id"]]} if current and current["id"] in names else None,
            "spoken": len(spoken & set(names)),
            "total": len(names),
        }
