"""Locking, freezing, pausing, removing, and what is shown to everyone; each act has a reason and a line in the journal."""

from typing import Any

from backend.base.journal import record
from realtime.actions import mute, remove, set_asking
from realtime.broadcast import rights_on_commit
from realtime.models import Room
from realtime.tools.base import Command, Order, State, Viewer

SHOWN = 300


def _switch(name: str, *, on: bool) -> Command:
    """A switch that changes what people may do."""

    def run(order: Order) -> None:
        reason = order.text("reason", required=False)
        order.state[name] = on
        order.state["reason"] = reason if on else ""
        record(by=order.by, verb=f"room.{name}" if on else f"room.{name}.end", subject=order.room, reason=reason)
        rights_on_commit(order.room)
        order.also.add("chat")

    return Command("moderate", run)


def _remove(order: Order) -> None:
    remove(participant=order.other(), by=order.by, reason=order.text("reason"))
    order.also |= {"door", "speaking"}


def _mute(order: Order) -> None:
    mute(participant=order.other(), by=order.by, muted=True, reason=order.text("reason"))


def _unmute(order: Order) -> None:
    mute(participant=order.other(), by=order.by, muted=False)


def _show(order: Order) -> None:
    order.state["shown"] = order.text("text", SHOWN)


def _take_down(order: Order) -> None:
    order.state["shown"] = ""


def _ask(order: Order) -> None:
    set_asking(room=order.room, by=order.by, asks=True)


def _let_in(order: Order) -> None:
    set_asking(room=order.room, by=order.by, asks=False)


class Moderation:
    name = "moderation"
    commands = {
        "lock": _switch("locked", on=True),
        "unlock": _switch("locked", on=False),
        "freeze": _switch("frozen", on=True),
        "unfreeze": _switch("frozen", on=False),
        "pause_chat": _switch("chat_paused", on=True),
        "resume_chat": _switch("chat_paused", on=False),
        "remove": Command("moderate", _remove),
        "mute": Command("moderate", _mute),
        "unmute": Command("moderate", _unmute),
        "show": Command("moderate", _show),
        "take_down": Command("moderate", _take_down),
        "ask": Command("moderate", _ask),
        "let_in": Command("moderate", _let_in),
    }

    def start(self) -> State:
        return {"locked": False, "frozen": False, "chat_paused": False, "reason": "", "shown": ""}

    def read(self, room: Room, state: State) -> State:
        return {**self.start(), **state, "ask_before_admitting": room.asks_before_admitting}

    def show(self, read: Any, viewer: Viewer) -> State:
        return dict(read)
