"""The idea board: its columns, and every change of a note for who has no live board; the notes live in the shared document."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base.journal import record
from backend.people.models import Person
from realtime import document, store
from realtime.actions import board as notes
from realtime.actions import post_note
from realtime.actions.acts import note_act
from realtime.actions.photos import ALT, post_photo
from realtime.actions.silence import reveal, take_back, write_silently
from realtime.broadcast import rights_on_commit, tell_on_commit
from realtime.choices import RoomRole
from realtime.document import board as boards
from realtime.models import ClientClock, NotePhoto, Room, SilentNote, ToolState
from realtime.permissions import abilities, rules_of, seat_of
from realtime.tools.base import Command, Order, State, Viewer

COLUMNS = 12
AUTHORS = 1000
TITLE = 60
IN_THE_BIN = 200
PUT_BACK_WITHIN = timedelta(hours=1)


def _refuse(field: str, message: str, code: str) -> ValidationError:
    return ValidationError({field: ValidationError(message, code=code)})


# --- Columns -----------------------------------------------------------------------------


def _columns(order: Order) -> list[str]:
    return [column["id"] for column in order.state["columns"]]


def _column(order: Order, name: str = "id") -> dict[str, Any]:
    wanted = order.text(name, 8)
    for column in order.state["columns"]:
        if column["id"] == wanted:
            found: dict[str, Any] = column
            return found
    raise _refuse(name, _("This column is not there any more."), "gone")


def _add_column(order: Order) -> None:
    title = order.text("title", TITLE)
    columns = order.state["columns"]
    if len(columns) >= COLUMNS:
        raise _refuse("title", _("At most %(count)d columns fit on a board.") % {"count": COLUMNS}, "too_many")
    taken = {column["id"] for column in columns}
    number = next(n for n in range(1, COLUMNS + 2) if f"c{n}" not in taken)
    columns.append({"id": f"c{number}", "title": title})


def _rename_column(order: Order) -> None:
    _column(order)["title"] = order.text("title", TITLE)


def _move_column(order: Order) -> None:
    columns, column = order.state["columns"], _column(order)
    step = {"left": -1, "right": 1}.get(order.text("to", 8))
    at = columns.index(column)
    if step is None or not 0 <= at + step < len(columns):
        raise _refuse("to", _("There is no place on that side."), "at_end")
    columns.insert(at + step, columns.pop(at))


def _remove_column(order: Order) -> None:
    column = _column(order)
    if len(order.state["columns"]) < 2:
        raise _refuse("id", _("A board has at least one column."), "last")
    board = document.read(store.updates_of(order.room.pk)[0]).board
    held = any(note.column == column["id"] for note in boards.notes_of(board).values())
    if held or SilentNote.objects.filter(room=order.room, column=column["id"]).exists():
        raise _refuse("id", _("There are ideas in this column. Move them first."), "not_empty")
    order.state["columns"].remove(column)


def _lock(order: Order, *, locked: bool) -> None:
    column = _column(order)
    if locked:
        column["locked"] = True
    else:
        column.pop("locked", None)
    record(by=order.by, verb="board.lock" if locked else "board.unlock", subject=order.room, after=column["id"])


def _clear_column(order: Order) -> None:
    reason = order.text("reason")
    column = _column(order)
    note_act(room=order.room, by=order.by, act="clear", reason=reason)
    taken = notes.clear_column(room=order.room, by=order.by, column=column["id"], columns=_columns(order))
    _bin(order, taken)
    record(by=order.by, verb="board.clear", subject=order.room, after=column["id"], reason=reason)


def _sort_column(order: Order) -> None:
    column = _column(order)["id"]
    notes.sort_column(room=order.room, by=order.by, column=column, sort=order.text("sort", 12), columns=_columns(order))


# --- Notes -------------------------------------------------------------------------------


def _key(order: Order, name: str = "id") -> str:
    return order.text(name, 64)


def _open_column(order: Order) -> str:
    """A column that takes notes now from who gives the order."""
    column = _column(order, "column")
    leads = order.participant.role == RoomRole.FACILITATOR
    if not leads and not order.state.get("open", True):
        raise _refuse("text", _("The board is closed for the moment."), "closed")
    if not leads and column.get("locked"):
        raise _refuse("column", _("This column is locked. Ask the facilitator."), "locked")
    return str(column["id"])


def _locked(order: Order) -> list[str]:
    """The columns that are shut for who gives the order."""
    if order.participant.role == RoomRole.FACILITATOR:
        return []
    return [each["id"] for each in order.state["columns"] if each.get("locked")]


def _colour_of(order: Order, column: str) -> int:
    """A new note's colour where nobody chose one: that of its column."""
    return _columns(order).index(column) % boards.COLOURS + 1


def _require_open(order: Order) -> None:
    if not order.state.get("open", True) and order.participant.role != RoomRole.FACILITATOR:
        raise _refuse("id", _("The board is closed for the moment."), "closed")


def _add_note(order: Order) -> None:
    column, text = _open_column(order), order.text("text", notes.NOTE)
    colour = order.number("colour", 1, boards.COLOURS) if order.args.get("colour") else _colour_of(order, column)
    if order.state.get("silent"):
        write_silently(room=order.room, by=order.by, column=column, text=text, colour=colour)
    else:
        post_note(room=order.room, by=order.by, column=column, text=text, colour=colour)


def _move_note(order: Order) -> None:
    column = _open_column(order)
    notes.move_note(
        room=order.room,
        by=order.by,
        key=_key(order),
        column=column,
        place=order.text("place", 8, required=False) or "end",
        columns=_columns(order),
        locked=_locked(order),
    )


def _colour_note(order: Order) -> None:
    _require_open(order)
    notes.note_anew(room=order.room, by=order.by, key=_key(order), colour=order.number("colour", 1, boards.COLOURS))


def _group_note(order: Order) -> None:
    _require_open(order)
    group = order.text("group", boards.GROUP, required=False)
    notes.note_anew(room=order.room, by=order.by, key=_key(order), group=group)


def _rename_group(order: Order) -> None:
    _require_open(order)
    column, group = order.text("column", 8), order.text("group", boards.GROUP)
    title = order.text("title", boards.GROUP, required=False)
    notes.rename_group(room=order.room, by=order.by, column=column, group=group, title=title)


def _merge_note(order: Order) -> None:
    _require_open(order)
    notes.merge_note(room=order.room, by=order.by, key=_key(order), into=_key(order, "into"), locked=_locked(order))


def _split_note(order: Order) -> None:
    _require_open(order)
    notes.split_note(room=order.room, by=order.by, key=_key(order), locked=_locked(order))


def _edit_note(order: Order) -> None:
    _require_open(order)
    notes.edit_note(room=order.room, by=order.by, key=_key(order), text=order.text("text", notes.NOTE))


def _into_text(order: Order) -> None:
    notes.into_text(room=order.room, by=order.by, key=_key(order))


# --- Taking away, and the way back ---------------------------------------------------------


def _bin(order: Order, taken: list[notes.Taken], act: str = "") -> None:
    """What was taken away lies ready for an hour, seen by who took it alone; `act` is its line in the log."""
    now = timezone.now()
    kept = [each for each in order.state.get("bin", []) if datetime.fromisoformat(each["at"]) > now - PUT_BACK_WITHIN]
    fresh = [
        {"id": key, "person": str(person), "fields": fields, "by": str(order.by.pk), "at": now.isoformat(), "act": act}
        for key, person, fields in taken
    ]
    order.state["bin"] = [*kept, *fresh][-IN_THE_BIN:]


def _delete_note(order: Order) -> None:
    """Whose words a facilitator takes away reads why, and may ask for a second look."""
    _require_open(order)
    key = _key(order)
    author = notes.author_of(order.room, key) if order.participant.role == RoomRole.FACILITATOR else None
    act = None
    if author is not None and author.person_id != order.by.pk:
        act = note_act(room=order.room, by=order.by, act="take", reason=order.text("reason"), about=author)
        order.also.add("moderation")
    _bin(order, notes.delete_note(room=order.room, by=order.by, key=key), act=str(act.pk) if act else "")


def _restore_note(order: Order) -> None:
    """One note that one took away oneself, or without `id` all that one took away last."""
    mine = [each for each in order.state.get("bin", []) if each["by"] == str(order.by.pk)]
    wanted = order.text("id", 64, required=False)
    found = [each for each in mine if (each["id"] == wanted if wanted else each["at"] == mine[-1]["at"])]
    if not found:
        raise _refuse("id", _("It is too late to put this back. You can write it again."), "gone")
    taken = [notes.Taken(each["id"], UUID(each["person"]), each["fields"]) for each in found]
    notes.put_back(room=order.room, by=order.by, taken=taken)
    order.state["bin"] = [each for each in order.state["bin"] if each not in found]


# --- The whole board -----------------------------------------------------------------------


def _open(order: Order) -> None:
    order.state["open"] = True


def _close(order: Order) -> None:
    order.state["open"] = False


def _ruling(run: Callable[[Order], None]) -> Command:
    """A command that changes what the board allows: the live line asks for the rules again."""

    def ruled(order: Order) -> None:
        run(order)
        rights_on_commit(order.room)

    return Command("facilitate", ruled)


def _silence(order: Order) -> None:
    if order.state.get("silent"):
        raise _refuse("silent", _("Everyone writes in silence already."), "silent")
    order.state["silent"] = True
    order.state["open"] = True
    record(by=order.by, verb="board.silence", subject=order.room)


def _reveal(order: Order) -> None:
    if not order.state.get("silent"):
        raise _refuse("silent", _("Nothing is hidden now."), "not_silent")
    order.state["silent"] = False
    count = reveal(room=order.room, by=order.by)
    record(by=order.by, verb="board.reveal", subject=order.room, after=str(count))


def _take_back(order: Order) -> None:
    take_back(room=order.room, by=order.by, key=_key(order))


# --- Photos --------------------------------------------------------------------------------


def add_photo(*, room: Room, by: Person, file: Any, args: Mapping[str, Any]) -> NotePhoto:
    """A note with a photo: the rights and rules of `add_note`. Not a command, since a file comes by form alone."""
    participant = seat_of(by, room)
    if participant is None or not abilities(participant, rules_of(room))["board"]:
        raise PermissionDenied(_("You cannot change the board now."))
    state = ToolState.objects.filter(room=room, tool="board").values_list("state", flat=True).first()
    order = Order(room, by, participant, args, state or Board().start())
    column, text = _open_column(order), order.text("text", ALT, required=False)
    if not file:
        raise _refuse("file", _("Choose a photo first."), "required")
    silent = bool(order.state.get("silent"))
    colour = _colour_of(order, column)
    photo = post_photo(room=room, by=by, file=file, column=column, text=text, colour=colour, silent=silent)
    with transaction.atomic():
        tell_on_commit(room, "board")
    return photo


class Board:
    name = "board"
    commands = {
        "add_column": _ruling(_add_column),
        "rename_column": Command("facilitate", _rename_column),
        "move_column": _ruling(_move_column),
        "remove_column": _ruling(_remove_column),
        "lock_column": _ruling(lambda order: _lock(order, locked=True)),
        "unlock_column": _ruling(lambda order: _lock(order, locked=False)),
        "clear_column": Command("facilitate", _clear_column),
        "sort_column": Command("facilitate", _sort_column),
        "add_note": Command("board", _add_note, assisted=True),
        "move_note": Command("board", _move_note),
        "colour_note": Command("board", _colour_note),
        "group_note": Command("board", _group_note),
        "rename_group": Command("board", _rename_group),
        "merge_note": Command("board", _merge_note),
        "split_note": Command("board", _split_note),
        "edit_note": Command("board", _edit_note),
        "delete_note": Command("board", _delete_note),
        "restore_note": Command("board", _restore_note),
        "into_text": Command("write", _into_text),
        "open": _ruling(_open),
        "close": _ruling(_close),
        "silence": _ruling(_silence),
        "reveal": _ruling(_reveal),
        "take_back": Command("board", _take_back),
    }

    def start(self) -> State:
        return {"columns": [], "question": "", "open": True}

    def read(self, room: Room, state: State) -> Any:
        clocks = ClientClock.objects.filter(room=room).order_by("-pk").values_list("client", "person__name", "person")
        silent = bool(state.get("silent"))
        rows = SilentNote.objects.filter(room=room).select_related("photo") if silent else []
        known = list(clocks[:AUTHORS])
        shown = {
            "columns": [{**column, "locked": bool(column.get("locked"))} for column in state["columns"]],
            "question": state.get("question", ""),
            "open": state.get("open", True),
            "silent": silent,
            "authors": {str(client): name for client, name, _person in known},
        }
        own: dict[str, list[int]] = {}
        for client, _name, person in known:
            own.setdefault(str(person), []).append(client)
        return shown, own, list(rows), state.get("bin", [])

    def show(self, read: Any, viewer: Viewer) -> State:
        """Whose a note is, by the Yjs client that made it; the projector shows no names. In silence one
        sees one's own notes, and of the others' how many there are."""
        shown, own, hidden, taken = read
        if not viewer.participant:
            return {**shown, "authors": {}, "own": [], "hidden": len(hidden), "mine": [], "taken": 0}
        mine = [
            {
                "id": row.key,
                "column": row.column,
                "text": row.text,
                "colour": row.colour,
                "image": notes.image_of(row.photo) if row.photo else None,
            }
            for row in hidden
            if str(row.person_id) == viewer.person
        ]
        away = [each["at"] for each in taken if each["by"] == viewer.person]
        return {
            **shown,
            "own": own.get(viewer.person or "", []),
            "hidden": len(hidden),
            "mine": mine,
            "taken": away.count(away[-1]) if away else 0,
        }
