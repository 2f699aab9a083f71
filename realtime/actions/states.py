"""What the tools of a room keep, changed from outside their own commands; and the switches of its moderation."""

from collections.abc import Callable
from typing import Any, Final

from django.utils.translation import gettext as _

from backend.base.problems import Conflict
from realtime.broadcast import tell_on_commit
from realtime.indicators import seconds_of
from realtime.models import Room, ToolState

STRICTEST: Final = ("frozen", "locked", "chat_paused")  # first

State = dict[str, Any]


def change_state(room: Room, tool: str, change: Callable[[State], State], *, tells: str = "") -> State:
    """Change what a tool keeps, from outside its own commands; again where somebody was faster. `tells` names the tool
    that shows it, where that is another one."""
    for _try in range(6):
        row, _made = ToolState.objects.get_or_create(room=room, tool=tool, defaults={"state": {}, "revision": 1})
        state = change(dict(row.state))
        rows = ToolState.objects.filter(pk=row.pk, revision=row.revision)
        if rows.update(state=state, revision=row.revision + 1):
            tell_on_commit(room, tells or tool)
            return state
    raise Conflict("busy", _("Many did this at the same moment. Try again."))


def end_turn(state: State, of: str = "") -> State:
    """What the speaking tool keeps, once the turn that lasts is over: it counts for who had it. `of`: only theirs."""
    current = state.get("current")
    if not current or of not in ("", current["id"]):
        return state
    key, round_, spoken = current["id"], state.get("round"), state.get("spoken", [])
    turns = state.get("heard", {}).get(key, {}).get("turns", 0)
    heard = {**state.get("heard", {}), key: {"turns": turns + 1, "seconds": round(seconds_of(state)[key])}}
    if round_ and current.get("round"):
        round_ = {**round_, "done": [*round_["done"], key]}
    spoken = spoken if key in spoken else [*spoken, key]
    return {**state, "heard": heard, "spoken": spoken, "round": round_, "current": None}


def turned(state: State, name: str, value: Any, reason: str = "") -> State:
    """With a switch turned, on with its reason."""
    reasons = {key: said for key, said in state.get("reasons", {}).items() if key != name}
    if value:
        reasons[name] = reason
    return _told({**state, name: value, "reasons": reasons})


def held(state: State, cause: str, reason: str) -> State:
    """A group's room as the main one stops it, for a cause of its own; without a reason that cause is over.

    What the group set for itself stays as it is.
    """
    above = {key: said for key, said in state.get("above", {}).items() if key != cause}
    if reason:
        above[cause] = reason
    return _told({**state, "above": above})


def _told(state: State) -> State:
    """The one reason that the room shows is that of the strictest switch that is on."""
    above, reasons = state.get("above", {}), state.get("reasons", {})
    said = [*above.values(), *(reasons[name] for name in STRICTEST if name in reasons)]
    return {**state, "frozen": bool(above) or "frozen" in reasons, "reason": said[0] if said else ""}
