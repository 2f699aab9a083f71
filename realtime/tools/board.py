"""The idea board's columns; the notes themselves live in the shared document."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from realtime.actions import post_note
from realtime.models import ClientClock, Room
from realtime.tools.base import Command, Order, State, Viewer

COLUMNS = 12
AUTHORS = 500


def _add_column(order: Order) -> None:
    title = order.text("title", 60)
    columns = order.state["columns"]
    if len(columns) >= COLUMNS:
        message = _("At most %(count)d columns fit on a board.") % {"count": COLUMNS}
        raise ValidationError({"title": ValidationError(message, code="too_many")})
    taken = {column["id"] for column in columns}
    number = next(n for n in range(1, COLUMNS + 2) if f"c{n}" not in taken)
    columns.append({"id": f"c{number}", "title": title})


def _add_note(order: Order) -> None:
    column = order.text("column", 8)
    if column not in {each["id"] for each in order.state["columns"]}:
        raise ValidationError({"column": ValidationError(_("This column is not there any more."), code="gone")})
    if not order.state.get("open", True):
        raise ValidationError({"text": ValidationError(_("The board is closed for the moment."), code="closed")})
    post_note(room=order.room, by=order.by, column=column, text=order.text("text", 500))


def _open(order: Order) -> None:
    order.state["open"] = True


def _close(order: Order) -> None:
    order.state["open"] = False


class Board:
    name = "board"
    commands = {
        "add_column": Command("facilitate", _add_column),
        "add_note": Command("board", _add_note),
        "open": Command("facilitate", _open),
        "close": Command("facilitate", _close),
    }

    def start(self) -> State:
        return {"columns": [], "question": "", "open": True}

    def read(self, room: Room, state: State) -> State:
        clocks = ClientClock.objects.filter(room=room).order_by("-pk").values_list("client", "person__name")
        return {
            "columns": state["columns"],
            "question": state.get("question", ""),
            "open": state.get("open", True),
            "authors": {str(client): name for client, name in clocks[:AUTHORS]},
        }

    def show(self, read: Any, viewer: Viewer) -> State:
        """Whose a note is, by the Yjs client that made it; the projector shows no names."""
        return dict(read) if viewer.participant else {**read, "authors": {}}
