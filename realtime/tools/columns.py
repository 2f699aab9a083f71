"""The columns of the idea board: their names and places, and their lock with its reason."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from backend.base.journal import record
from realtime import document, store
from realtime.actions.acts import LOCK, note_act
from realtime.document import board as boards
from realtime.models import SilentNote
from realtime.tools.base import Order, State

COLUMNS = 12
TITLE = 60


def refuse(field: str, message: str, code: str) -> ValidationError:
    return ValidationError({field: ValidationError(message, code=code)})


def names_of(order: Order) -> list[str]:
    return [column["id"] for column in order.state["columns"]]


def column_of(order: Order, name: str = "id") -> dict[str, Any]:
    wanted = order.text(name, 8)
    for column in order.state["columns"]:
        if column["id"] == wanted:
            found: dict[str, Any] = column
            return found
    raise refuse(name, _("This column is not there any more."), "gone")


def add_column(order: Order) -> None:
    title = order.text("title", TITLE)
    columns = order.state["columns"]
    if len(columns) >= COLUMNS:
        raise refuse("title", _("At most %(count)d columns fit on a board.") % {"count": COLUMNS}, "too_many")
    taken = {column["id"] for column in columns}
    number = next(n for n in range(1, COLUMNS + 2) if f"c{n}" not in taken)
    columns.append({"id": f"c{number}", "title": title})


def rename_column(order: Order) -> None:
    column_of(order)["title"] = order.text("title", TITLE)


def move_column(order: Order) -> None:
    columns, column = order.state["columns"], column_of(order)
    step = {"left": -1, "right": 1}.get(order.text("to", 8))
    at = columns.index(column)
    if step is None or not 0 <= at + step < len(columns):
        raise refuse("to", _("There is no place on that side."), "at_end")
    columns.insert(at + step, columns.pop(at))


def remove_column(order: Order) -> None:
    column = column_of(order)
    if len(order.state["columns"]) < 2:
        raise refuse("id", _("A board has at least one column."), "last")
    board = document.read(store.updates_of(order.room.pk)[0]).board
    held = any(note.column == column["id"] for note in boards.notes_of(board).values())
    if held or SilentNote.objects.filter(room=order.room, column=column["id"]).exists():
        raise refuse("id", _("There are ideas in this column. Move them first."), "not_empty")
    order.state["columns"].remove(column)


def lock_column(order: Order) -> None:
    """Locked, everyone reads why, and may ask for a second look."""
    column, reason = column_of(order), order.text("reason")
    act = note_act(room=order.room, by=order.by, act="lock_column", reason=reason)
    column.update(locked=True, why=reason, act=str(act.pk))
    record(by=order.by, verb="board.lock", subject=order.room, after=column["id"], reason=reason)


def unlock_column(order: Order) -> None:
    column, reason = column_of(order), order.text("reason", required=False)
    if not column.get("locked"):
        return
    for name in LOCK:
        column.pop(name, None)
    note_act(room=order.room, by=order.by, act="unlock_column", reason=reason)
    record(by=order.by, verb="board.unlock", subject=order.room, after=column["id"], reason=reason)


def shown(column: State) -> State:
    """A column, whether it is locked, and then why."""
    named = {name: column[name] for name in column if name != "act"}
    return {**named, "locked": bool(column.get("locked")), "why": column.get("why", "")}
