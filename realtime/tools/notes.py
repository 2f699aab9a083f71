"""The facilitators' own notes: shared among those who lead the room, and never shown or handed on to anyone else."""

from typing import Any, Final

from django.utils import timezone

from backend.base import words
from realtime.models import Room
from realtime.tools.base import Command, Order, State, Viewer

LENGTH: Final = 8000
PAST: Final = 8  # earlier texts, so that what two write at once can be put together


def together(base: str, theirs: str, mine: str) -> str:
    """`theirs` with every line that `mine` added to `base`, where it is not there yet: nothing typed is lost."""
    known = set(base.split("\n")) | set(theirs.split("\n"))
    added = [line for line in mine.split("\n") if line and line not in known]
    return "\n".join([theirs.rstrip("\n"), *added]) if added else theirs


def _save(order: Order) -> None:
    given = order.args.get("text", "")
    text = words.prose(given if isinstance(given, str) else "", field="text", limit=LENGTH, required=False)
    now, past = int(order.state.get("revision", 0)), dict(order.state.get("past", {}))
    base = order.args.get("base", now)
    base = int(base) if str(base).isdecimal() else now
    held = str(order.state.get("text", ""))
    if base != now:
        text = together(str(past.get(str(base), "")), held, text)
    if len(text) > LENGTH:
        raise words.too_long(text, field="text", limit=LENGTH)
    if text == held:
        return
    past[str(now)] = held
    order.state.update(
        text=text,
        revision=now + 1,
        past={key: past[key] for key in sorted(past, key=int)[-PAST:]},
        by=order.by.name,
        at=timezone.now().isoformat(),
    )


class Notes:
    name = "notes"
    commands = {"save": Command("facilitate", _save)}

    def start(self) -> State:
        return {"text": "", "revision": 0, "past": {}, "by": "", "at": None}

    def read(self, room: Room, state: State) -> State:
        return {key: state.get(key) for key in ("text", "revision", "by", "at")}

    def show(self, read: Any, viewer: Viewer) -> State:
        return dict(read) if viewer.leads else {}
