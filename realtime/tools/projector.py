"""What the hall's screen shows: the facilitator chooses, everyone sees it."""

from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from realtime.models import Room
from realtime.tools.base import Command, Order, State, Viewer

# By itself: ideas while there are some, then the text. Or always one of them.
MODES: Final = ("auto", "text", "board", "decide", "agenda", "question", "code")


def _show(order: Order) -> None:
    mode = order.text("mode", 10)
    if mode not in MODES:
        raise ValidationError({"mode": ValidationError(_("Choose what the screen shows."), code="no_such_mode")})
    order.state["mode"] = mode
    # What is chosen now stands over a "look here" from before.
    order.state["past_look"] = (order.moderation.get("look") or {}).get("id", "")


def _second(order: Order) -> None:
    """The second language of the screen; none for one language only."""
    code = order.text("language", 8, required=False)
    if code and code not in dict(settings.LANGUAGES):
        raise ValidationError({"language": ValidationError(_("Choose one of the languages."), code="no_such_language")})
    order.state["second"] = "" if code == order.room.language else code


class Projector:
    name = "projector"
    commands = {
        "show": Command("facilitate", _show),
        "second": Command("facilitate", _second),
    }

    def start(self) -> State:
        return {"mode": "auto", "second": "", "past_look": ""}

    def read(self, room: Room, state: State) -> State:
        """The room's own words in the second language, where somebody wrote them."""
        other = state["second"]
        words = {name: room.said(name, other) for name in ("title", "question")} if other else {}
        return {
            "mode": state["mode"],
            "second": other,
            "past_look": state["past_look"],
            "title": _other(words.get("title"), room.title),
            "question": _other(words.get("question"), room.question),
        }

    def show(self, read: Any, viewer: Viewer) -> State:
        return dict(read)


def _other(said: Any, own: str) -> str:
    text = str(getattr(said, "text", said) or "")
    return "" if text == own else text
