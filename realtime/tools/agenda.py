"""The steps of a session and the clock that all see."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from realtime.actions import plans
from realtime.choices import RoomRole
from realtime.models import Room, SessionPlan
from realtime.tools.base import Command, Order, State, Viewer

# --- The clock -------------------------------------------------------------------------


def _begin(order: Order, step: int) -> None:
    steps, now = order.state["steps"], timezone.now()
    _end_line(order.state, now)
    runs = step < len(steps)
    order.state["now"] = step if runs else None
    order.state["over"] = not runs
    order.state["ends_at"] = (now + timedelta(minutes=steps[step]["minutes"])).isoformat() if runs else None
    if runs:
        line = {name: steps[step][name] for name in ("id", "title", "texts", "minutes") if name in steps[step]}
        order.state.setdefault("log", []).append({**line, "began_at": now.isoformat()})


def _end_line(state: State, now: datetime) -> None:
    """The step that ran until now, in the agenda as run."""
    log = state.get("log")
    if log and "ended_at" not in log[-1]:
        log[-1]["ended_at"] = now.isoformat()


def _refuse(field: str, message: str, code: str) -> ValidationError:
    return ValidationError({field: ValidationError(message, code=code)})


def _next(order: Order) -> None:
    if order.state.get("over") or not order.state["steps"]:
        raise _refuse("steps", _("The agenda is at its end."), "at_end")
    now = order.state.get("now")
    _begin(order, 0 if now is None else now + 1)


def _back(order: Order) -> None:
    now = order.state.get("now")
    if order.state.get("over"):
        _begin(order, len(order.state["steps"]) - 1)
    elif not now:
        raise _refuse("steps", _("This is the first step."), "at_start")
    else:
        _begin(order, now - 1)


def _extend(order: Order) -> None:
    minutes = order.number("minutes", 1, 120)
    if order.state.get("now") is None:
        raise _refuse("minutes", _("Start a step first."), "not_started")
    ends, now = order.state.get("ends_at"), timezone.now()  # a step whose clock stands gets one
    later = max(datetime.fromisoformat(ends) if ends else now, now) + timedelta(minutes=minutes)
    order.state["ends_at"] = later.isoformat()


# --- Changing the plan -----------------------------------------------------------------


def _ahead(state: State) -> int:
    """The first place that has not begun; what began is history."""
    if state.get("over"):
        return len(state["steps"])
    return 0 if state.get("now") is None else int(state["now"]) + 1


def _find(order: Order) -> int:
    key = order.text("id", 40)
    place = next((at for at, step in enumerate(order.state["steps"]) if step["id"] == key), None)
    if place is None:
        raise _refuse("id", _("This step is not there any more."), "gone")
    return place


def _find_ahead(order: Order) -> int:
    place = _find(order)
    if place < _ahead(order.state):
        raise _refuse("id", _("This step has begun. Only what comes can still be moved or taken out."), "begun")
    return place


def _tool(order: Order) -> str:
    tool = order.text("opens", 16, required=False)
    if tool and tool not in plans.OPENS:
        raise _refuse("opens", _("Choose one of the tools of the room."), "no_such_tool")
    return tool


def _add(order: Order) -> None:
    steps = order.state["steps"]
    tool = _tool(order)
    steps.append(plans.new_step(title=order.text("title", plans.TITLE), minutes=order.args.get("minutes"), tool=tool))
    plans.check_length(steps)
    if order.state.get("over"):
        order.state["over"] = False
        order.state["now"] = None if len(steps) == 1 else len(steps) - 2
        if order.state["now"] is not None:  # the step before is over: the new one waits for "next"
            order.state["ends_at"] = timezone.now().isoformat()


def _edit(order: Order) -> None:
    """Another title, another length, another tool; a new length of the present step moves its end."""
    place = _find(order)
    step = order.state["steps"][place]
    if "title" in order.args and (title := order.text("title", plans.TITLE)) != _title(step, order.by.language):
        step["title"] = title
        step.pop("texts", None)
    if "opens" in order.args:
        step["tool"] = _tool(order)
    if "minutes" in order.args:
        before, step["minutes"] = step["minutes"], plans.minutes_of(order.args["minutes"])
        if step["minutes"] > before:
            plans.check_length(order.state["steps"])
        if place == order.state.get("now") and order.state.get("ends_at"):
            ends = datetime.fromisoformat(order.state["ends_at"]) + timedelta(minutes=step["minutes"] - before)
            order.state["ends_at"] = max(ends, timezone.now()).isoformat()


def _move(order: Order) -> None:
    place = _find_ahead(order)
    steps, to = order.state["steps"], order.text("to", 8)
    goal = place - 1 if to == "up" else place + 1
    if to not in ("up", "down") or not _ahead(order.state) <= goal < len(steps):
        raise _refuse("to", _("It cannot go further in this direction."), "at_end")
    steps.insert(goal, steps.pop(place))


def _remove(order: Order) -> None:
    del order.state["steps"][_find_ahead(order)]


def _use(order: Order) -> None:
    """Another plan: what has begun stays, what was still to come gives way."""
    steps = plans.steps_of(order.text("plan", 80), city=order.room.city, by=order.by)
    kept = order.state["steps"][: _ahead(order.state)]
    plans.check_length(kept + steps)
    order.state["steps"] = kept + steps
    if order.state.get("over"):
        order.state |= {"over": False, "now": len(kept) - 1 if kept else None, "ends_at": timezone.now().isoformat()}


def _save(order: Order) -> None:
    plans.save_plan(
        city=order.room.city,
        name=order.text("name", 80),
        steps=order.state["steps"],
        language=order.room.language,
        by=order.by,
    )


def _forget(order: Order) -> None:
    plans.forget_plan(city=order.room.city, plan=order.text("plan", 80), by=order.by)


def _title(step: Mapping[str, Any], *languages: str) -> str:
    return plans.in_language(step["texts"], *languages) if step.get("texts") else str(step["title"])


def _own_plans(room: Room) -> dict[str, list[SessionPlan]]:
    """Of those who lead the room, by person."""
    leads = {"by__participations__room": room, "by__participations__role": RoomRole.FACILITATOR}
    own: dict[str, list[SessionPlan]] = {}
    for plan in SessionPlan.objects.in_city(room.city_id).filter(**leads):
        own.setdefault(str(plan.by_id), []).append(plan)
    return own


class Agenda:
    name = "agenda"
    commands = {
        "next": Command("facilitate", _next),
        "back": Command("facilitate", _back),
        "extend": Command("facilitate", _extend),
        "add": Command("facilitate", _add),
        "edit": Command("facilitate", _edit),
        "move": Command("facilitate", _move),
        "remove": Command("facilitate", _remove),
        "use": Command("facilitate", _use),
        "save": Command("facilitate", _save),
        "forget": Command("facilitate", _forget),
    }

    def start(self) -> State:
        return {"steps": [], "now": None}

    def read(self, room: Room, state: State) -> Any:
        """Plans are read once, and only where someone who leads looks."""
        return room, state, _ahead(state), cache(partial(_own_plans, room))

    def show(self, read: Any, viewer: Viewer) -> State:
        """Steps of a template in the reader's language; the projector gets each language, and shows two lines."""
        room, state, ahead, own = read
        now = state.get("now")
        steps = [
            {
                "id": step["id"],
                "title": _title(step, viewer.language, room.language),
                "minutes": step["minutes"],
                "state": self._stage(state, place, ahead),
                "tool": step.get("tool", ""),
            }
            for place, step in enumerate(state.get("steps", []))
        ]
        shown = {
            "steps": steps,
            "now": now,
            "opens": steps[now]["tool"] if now is not None else "",
            "ends_at": state.get("ends_at"),
            "server_time": timezone.now().isoformat(),
        }
        if viewer.participant is None:
            shown["texts"] = {step["id"]: step["texts"] for step in state.get("steps", []) if step.get("texts")}
        if viewer.leads:
            shown["plans"] = plans.plans_for(room.city, own().get(viewer.person or "", []), viewer.language)
        return shown

    @staticmethod
    def _stage(state: State, place: int, ahead: int) -> str:
        if place == state.get("now"):
            return "now"
        return "done" if place < ahead else "next"
