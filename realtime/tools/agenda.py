"""The steps of a session and the clock that all see."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from realtime.models import Room
from realtime.tools.base import Command, Order, State, Viewer


def _begin(order: Order, step: int) -> None:
    steps = order.state["steps"]
    order.state["now"] = step if step < len(steps) else None
    order.state["over"] = step >= len(steps)
    ends = timezone.now() + timedelta(minutes=steps[step]["minutes"]) if step < len(steps) else None
    order.state["ends_at"] = ends.isoformat() if ends else None


def _next(order: Order) -> None:
    if order.state.get("over") or not order.state["steps"]:
        raise ValidationError({"steps": ValidationError(_("The agenda is at its end."), code="at_end")})
    now = order.state.get("now")
    _begin(order, 0 if now is None else now + 1)


def _back(order: Order) -> None:
    now = order.state.get("now")
    if order.state.get("over"):
        _begin(order, len(order.state["steps"]) - 1)
    elif not now:
        raise ValidationError({"steps": ValidationError(_("This is the first step."), code="at_start")})
    else:
        _begin(order, now - 1)


def _extend(order: Order) -> None:
    minutes = order.number("minutes", 1, 120)
    if order.state.get("now") is None:
        raise ValidationError({"minutes": ValidationError(_("Start a step first."), code="not_started")})
    ends = datetime.fromisoformat(order.state["ends_at"])
    later = max(ends, timezone.now()) + timedelta(minutes=minutes)
    order.state["ends_at"] = later.isoformat()


class Agenda:
    name = "agenda"
    commands = {
        "next": Command("facilitate", _next),
        "back": Command("facilitate", _back),
        "extend": Command("facilitate", _extend),
    }

    def start(self) -> State:
        return {"steps": [], "now": None}

    def read(self, room: Room, state: State) -> State:
        now = state.get("now")
        steps = state.get("steps", [])

        def stage(place: int) -> str:
            if state.get("over") or (now is not None and place < now):
                return "done"
            return "now" if place == now else "next"

        return {
            "steps": [{**step, "state": stage(place)} for place, step in enumerate(steps)],
            "now": now,
            "ends_at": state.get("ends_at"),
        }

    def show(self, read: Any, viewer: Viewer) -> State:
        return {**read, "server_time": timezone.now().isoformat()}
