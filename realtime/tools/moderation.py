"""Locking, freezing, pausing, slowing, removing, and what all are shown; each act has a reason and a line in the log."""

import secrets
from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base import words
from backend.base.journal import record
from backend.base.problems import Conflict
from realtime.actions import acts_of, mute, note_act, passage_words, readmit, remove, set_asking, tell_groups
from realtime.actions.acts import OPEN_TO_APPEAL, SENT
from realtime.actions.groups import hold_groups
from realtime.actions.states import turned
from realtime.broadcast import rights_on_commit
from realtime.choices import ParticipantState
from realtime.models import Participant, Room
from realtime.tools.base import Command, Order, State, Viewer, everyone_of

SHOWN, MESSAGE, REASON = 300, 500, 400
SLOWEST: Final = 600
PACES: Final = (5, 10, 30, 60, 120)  # seconds that the page offers
LATELY: Final = 200  # acts of which those about oneself are shown
MINE: Final = 5
# What "look here" may point at besides a passage or an idea: parts of the room's page.
PARTS: Final = frozenset({"draft", "ideas", "agenda", "talk", "decide", "chat", "people"})
# Switch in the state -> the act that turns it on, and off.
SWITCHES: Final = {
    "locked": ("lock", "unlock"),
    "frozen": ("freeze", "unfreeze"),
    "chat_paused": ("pause_chat", "resume_chat"),
    "slow": ("slow", "unslow"),
}


def _set(order: Order, name: str, value: Any, reason: str) -> None:
    """Turn a switch, with its reason; what freezes the main room freezes its groups."""
    if name == "frozen" and not value and order.state.get("above") and "frozen" not in order.state["reasons"]:
        message = _("The main room has stopped all groups. Let it go on there, or give the groups more time.")
        raise Conflict("stopped_above", message)
    order.state = turned(order.state, name, value, reason)
    act = SWITCHES[name][0 if value else 1]
    record(by=order.by, verb=f"room.{name}" if value else f"room.{name}.end", subject=order.room, reason=reason)
    note_act(room=order.room, by=order.by, act=act, reason=reason)
    if name == "frozen":
        hold_groups(order.room, by=order.by, cause="main", reason=reason if value else "")
    rights_on_commit(order.room)
    order.also.add("chat")


def _switch(name: str, *, on: bool) -> Command:
    """A switch that changes what people may do; turned on, everyone reads why."""

    def run(order: Order) -> None:
        _set(order, name, on, order.text("reason", REASON, required=on))

    return Command("moderate", run)


def _slow(order: Order) -> None:
    """Everyone writes at most one message in so many seconds; 0 ends it."""
    seconds = order.number("seconds", 0, SLOWEST)
    _set(order, "slow", seconds, order.text("reason", REASON, required=seconds > 0))


def _remove(order: Order) -> None:
    remove(participant=order.other(), by=order.by, reason=order.text("reason", REASON))
    order.also |= {"door", "speaking"}


def _readmit(order: Order) -> None:
    readmit(participant=order.other(), by=order.by, reason=order.text("reason", REASON))
    order.also.add("door")


def _mute(order: Order) -> None:
    mute(participant=order.other(), by=order.by, muted=True, reason=order.text("reason", REASON))


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


def new_message(by: str, text: str) -> State:
    return {"id": secrets.token_hex(6), "text": text, "by": by, "at": timezone.now().isoformat()}


def _announce(order: Order) -> None:
    """Words that stand over everyone's page until they put them away."""
    text = words.prose(str(order.args.get("text", "")), field="text", limit=MESSAGE)
    order.state["message"] = new_message(order.by.name, text)
    if str(order.args.get("groups", "")) in ("1", "true", "True", "on"):
        tell_groups(room=order.room, by=order.by, text=text, message=order.state["message"])
    else:
        note_act(room=order.room, by=order.by, act="announce", reason=text)


def _end_announcement(order: Order) -> None:
    order.state["message"] = None


def _dismiss(order: Order) -> None:
    """Put the message away for oneself; nobody else's page changes."""
    key = order.text("id", 36, required=False)
    Participant.objects.in_city(order.room.city_id).filter(pk=order.participant.pk).update(dismissed=key)


def _look(order: Order) -> None:
    """Bring everyone to a passage, an idea or a part of the room."""
    kind = order.text("kind", 8, required=False) or "block"
    target = order.text("target", 80)
    if kind == "any":  # one list of the page holds all three kinds
        kind, _colon, target = target.partition(":")
    if kind == "part" and target in PARTS:
        said = ""
    elif kind in ("block", "note"):
        said = passage_words(order.room, kind, target)
    else:
        raise ValidationError({"target": ValidationError(_("Choose what all shall look at."), code="choice")})
    order.state["look"] = {"id": secrets.token_hex(6), "kind": kind, "target": target, "words": said}


def _look_away(order: Order) -> None:
    order.state["look"] = None


def _sent_above(room: Room) -> set[Any]:
    if room.parent_id is None:
        return set()
    rows = Participant.objects.in_city(room.city_id).filter(room=room.parent_id, state=ParticipantState.REMOVED)
    return set(rows.values_list("person", flat=True))


class Moderation:
    name = "moderation"
    commands: Mapping[str, Command] = {
        "lock": _switch("locked", on=True),
        "unlock": _switch("locked", on=False),
        "freeze": _switch("frozen", on=True),
        "unfreeze": _switch("frozen", on=False),
        "pause_chat": _switch("chat_paused", on=True),
        "resume_chat": _switch("chat_paused", on=False),
        "slow": Command("moderate", _slow),
        "remove": Command("moderate", _remove),
        "readmit": Command("moderate", _readmit),
        "mute": Command("moderate", _mute),
        "unmute": Command("moderate", _unmute),
        "show": Command("moderate", _show),
        "take_down": Command("moderate", _take_down),
        "ask": Command("moderate", _ask),
        "let_in": Command("moderate", _let_in),
        "announce": Command("moderate", _announce),
        "end_announcement": Command("moderate", _end_announcement),
        "dismiss": Command("attend", _dismiss),
        "look": Command("moderate", _look),
        "look_away": Command("moderate", _look_away),
    }

    def start(self) -> State:
        return {
            "locked": False,
            "frozen": False,
            "chat_paused": False,
            "slow": 0,
            "reason": "",
            "reasons": {},
            "shown": "",
            "message": None,
            "look": None,
        }

    def read(self, room: Room, state: State) -> Any:
        """One query besides the state and the people, in a group two: the latest acts about persons, and whom the main
        room sent away."""
        rows = acts_of(room).filter(concerns__isnull=False, act__in=(*OPEN_TO_APPEAL, "readmit"))[:LATELY]
        about: dict[str, list[State]] = {}
        door: dict[Any, str] = {}  # the last that was decided about each at the door
        for row in rows:
            if row.act in (*SENT, "readmit"):
                door.setdefault(row.concerns_id, row.act)
            if row.act not in OPEN_TO_APPEAL:
                continue
            about.setdefault(str(row.concerns_id), []).append(
                {
                    "id": str(row.pk),
                    "act": row.act,
                    "reason": row.reason,
                    "by": row.by.name,
                    "at": row.at.isoformat(),
                    "appeal": row.appeal.state if hasattr(row, "appeal") else "",
                }
            )
        # Whose place became another's, or is in another group, was not sent away; and whom the main room sent away, no
        # group lets back in.
        sent = {person for person, act in door.items() if act in SENT} - _sent_above(room)
        gone = [each for each in everyone_of(room) if each.state == ParticipantState.REMOVED and each.person_id in sent]
        removed = [{"id": str(each.pk), "name": each.name} for each in gone[:LATELY]]
        shared = {**self.start(), **state, "ask_before_admitting": room.asks_before_admitting}
        return shared, about, removed

    def show(self, read: Any, viewer: Viewer) -> State:
        """The projector names nobody, and what a message says is for those in the room."""
        shared, about, removed = read
        message = shared["message"]
        if viewer.participant is None or (message and message["id"] == viewer.dismissed):
            message = None
        return {
            **shared,
            "message": message,
            "mine": about.get(viewer.person or "", [])[:MINE],
            "removed": removed if viewer.leads else [],
        }
