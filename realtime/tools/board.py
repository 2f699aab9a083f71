"""The idea board, and every change of a note for who has no live board; the notes live in the shared document."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from backend.base.journal import record
from backend.conversations.models import ModerationAct
from backend.people.choices import PersonKind
from backend.people.models import Person
from realtime.actions import board as notes
from realtime.actions import post_note
from realtime.actions.acts import note_act
from realtime.actions.barring import barred, because
from realtime.actions.photos import ALT, post_photo
from realtime.actions.silence import reveal, take_back, write_silently
from realtime.actions.taken import LATELY, counts_of, keep_taken, keep_words, put_back_own
from realtime.broadcast import rights_on_commit, tell_on_commit
from realtime.choices import RoomRole
from realtime.document import board as boards
from realtime.models import ClientClock, NotePhoto, Room, SilentNote, ToolState
from realtime.permissions import abilities, rules_of, seat_of
from realtime.tools import columns
from realtime.tools.base import Command, Order, State, Viewer, people_of, state_of
from realtime.tools.columns import refuse

AUTHORS = 1000


# --- Columns -----------------------------------------------------------------------------


def _clear_column(order: Order) -> None:
    reason = order.text("reason")
    column = columns.column_of(order)
    act = note_act(room=order.room, by=order.by, act="clear", reason=reason)
    taken = notes.clear_column(room=order.room, by=order.by, column=column["id"], columns=columns.names_of(order))
    keep_taken(room=order.room, by=order.by, taken=taken, act=act)
    record(by=order.by, verb="board.clear", subject=order.room, after=column["id"], reason=reason)


def _sort_column(order: Order) -> None:
    column = columns.column_of(order)["id"]
    notes.sort_column(
        room=order.room, by=order.by, column=column, sort=order.text("sort", 12), columns=columns.names_of(order)
    )


# --- Notes -------------------------------------------------------------------------------


def _key(order: Order, name: str = "id") -> str:
    return order.text(name, 64)


def _open_column(order: Order) -> str:
    """A column that takes notes now from who gives the order."""
    column = columns.column_of(order, "column")
    leads = order.participant.role == RoomRole.FACILITATOR
    if not leads and not order.state.get("open", True):
        raise _closed(order, "text")
    if not leads and column.get("locked"):
        said = _("This column is locked. Choose another one, or ask the facilitator.")
        raise refuse("column", because(said, column.get("why", "")), "locked")
    return str(column["id"])


def _locked(order: Order) -> list[str]:
    """The columns that are shut for who gives the order."""
    if order.participant.role == RoomRole.FACILITATOR:
        return []
    return [each["id"] for each in order.state["columns"] if each.get("locked")]


def _colour_of(order: Order, column: str) -> int:
    """A new note's colour where nobody chose one: that of its column."""
    return columns.names_of(order).index(column) % boards.COLOURS + 1


def _require_open(order: Order) -> None:
    if not order.state.get("open", True) and order.participant.role != RoomRole.FACILITATOR:
        raise _closed(order, "id")


def _closed(order: Order, field: str) -> ValidationError:
    said = _("The board is closed for the moment. Do this again when the facilitator opens it.")
    return refuse(field, because(said, order.state.get("why", "")), "closed")


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
        columns=columns.names_of(order),
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


def _with_anothers(order: Order, key: str, act: str) -> ModerationAct | None:
    """What who leads does with another's idea stands in the log; whose idea it is reads why, and may ask for a
    second look."""
    author = notes.author_of(order.room, key) if order.participant.role == RoomRole.FACILITATOR else None
    if author is None or author.person_id == order.by.pk:
        return None
    order.also.add("moderation")
    return note_act(room=order.room, by=order.by, act=act, reason=order.text("reason"), about=author)


def _edit_note(order: Order) -> None:
    _require_open(order)
    key, text = _key(order), order.text("text", notes.NOTE)
    act = _with_anothers(order, key, "reword")
    before, said = notes.edit_note(room=order.room, by=order.by, key=key, text=text)
    if act is not None:
        keep_words(room=order.room, act=act, key=key, before=before, said=said)


def _into_text(order: Order) -> None:
    notes.into_text(room=order.room, by=order.by, key=_key(order))


# --- Taking away, and the way back ---------------------------------------------------------


def _delete_note(order: Order) -> None:
    _require_open(order)
    key = _key(order)
    act = _with_anothers(order, key, "take")
    taken = notes.delete_note(room=order.room, by=order.by, key=key)
    keep_taken(room=order.room, by=order.by, taken=taken, act=act)


def _restore_note(order: Order) -> None:
    """One note that one took away oneself, or without `id` all that one took away last, where notes can be put now."""
    _require_open(order)
    put_back_own(
        room=order.room,
        by=order.by,
        key=order.text("id", 64, required=False),
        columns=columns.names_of(order),
        locked=_locked(order),
    )


# --- The whole board -----------------------------------------------------------------------


def _open(order: Order) -> None:
    if order.state.get("open", True):
        return
    reason = order.text("reason", required=False)
    order.state.update(open=True, why="", act="")
    note_act(room=order.room, by=order.by, act="open_board", reason=reason)
    record(by=order.by, verb="board.open", subject=order.room, reason=reason)


def _close(order: Order) -> None:
    """Closed, everyone reads why, and may ask for a second look."""
    reason = order.text("reason")
    act = note_act(room=order.room, by=order.by, act="close_board", reason=reason)
    order.state.update(open=False, why=reason, act=str(act.pk))
    record(by=order.by, verb="board.close", subject=order.room, reason=reason)


def _ruling(run: Callable[[Order], None]) -> Command:
    """A command that changes what the board allows: the live line asks for the rules again."""

    def ruled(order: Order) -> None:
        run(order)
        rights_on_commit(order.room)

    return Command("facilitate", ruled)


def _silence(order: Order) -> None:
    if order.state.get("silent"):
        raise refuse("silent", _("Everyone writes in silence already."), "silent")
    order.state["silent"] = True
    _open(order)
    record(by=order.by, verb="board.silence", subject=order.room)


def _reveal(order: Order) -> None:
    if not order.state.get("silent"):
        raise refuse("silent", _("Nothing is hidden now."), "not_silent")
    order.state["silent"] = False
    count = reveal(room=order.room, by=order.by)
    record(by=order.by, verb="board.reveal", subject=order.room, after=str(count))


def _take_back(order: Order) -> None:
    take_back(room=order.room, by=order.by, key=_key(order))


# --- Photos --------------------------------------------------------------------------------


def add_photo(*, room: Room, by: Person, file: Any, args: Mapping[str, Any]) -> NotePhoto:
    """A note with a photo: the rights and rules of `add_note`. Not a command, since a file comes by form alone."""
    participant, rules = seat_of(by, room), rules_of(room)
    state = ToolState.objects.filter(room=room, tool="board").values_list("state", flat=True).first()
    if participant is None:
        raise barred("board", room, None)
    order = Order(room, by, participant, args, state or Board().start())
    if args.get("for"):
        if not abilities(participant, rules)["facilitate"]:
            raise barred("facilitate", room, participant)
        order.give_to(order.other("for"))
    if not abilities(order.participant, rules)["board"]:
        raise barred("board", room, order.participant, helps=order.helper is not None)
    column, text = _open_column(order), order.text("text", ALT, required=False)
    if not file:
        raise refuse("file", _("Choose a photo first."), "required")
    silent = bool(order.state.get("silent"))
    colour = _colour_of(order, column)
    photo = post_photo(room=room, by=order.by, file=file, column=column, text=text, colour=colour, silent=silent)
    with transaction.atomic():
        tell_on_commit(room, "board")
    return photo


class Board:
    name = "board"
    commands = {
        "add_column": _ruling(columns.add_column),
        "rename_column": Command("facilitate", columns.rename_column),
        "move_column": _ruling(columns.move_column),
        "remove_column": _ruling(columns.remove_column),
        "lock_column": _ruling(columns.lock_column),
        "unlock_column": _ruling(columns.unlock_column),
        "clear_column": Command("facilitate", _clear_column),
        "sort_column": Command("facilitate", _sort_column),
        "add_note": Command("board", _add_note, assisted=True),
        "move_note": Command("board", _move_note),
        "colour_note": Command("board", _colour_note),
        "group_note": Command("board", _group_note),
        "rename_group": Command("board", _rename_group),
        "merge_note": Command("board", _merge_note),
        "split_note": Command("board", _split_note),
        "edit_note": Command("board", _edit_note, assisted=True),
        "delete_note": Command("board", _delete_note, assisted=True),
        "restore_note": Command("board", _restore_note, assisted=True),
        "into_text": Command("write", _into_text),
        "open": _ruling(_open),
        "close": _ruling(_close),
        "silence": _ruling(_silence),
        "reveal": _ruling(_reveal),
        "take_back": Command("board", _take_back, assisted=True),
    }

    def start(self) -> State:
        return {"columns": [], "question": "", "open": True}

    def read(self, room: Room, state: State) -> Any:
        clocks = ClientClock.objects.filter(room=room).order_by("-pk")
        silent = bool(state.get("silent"))
        rows = SilentNote.objects.filter(room=room).select_related("photo") if silent else []
        known = list(clocks.values_list("client", "person__name", "person", "person__kind")[:AUTHORS])
        shown = {
            "columns": [columns.shown(column) for column in state["columns"]],
            "question": state.get("question", ""),
            "open": state.get("open", True),
            "why": state.get("why", ""),
            "silent": silent,
            "authors": {str(client): name for client, name, _person, _kind in known},
            "assisted": [client for client, *_who, kind in known if kind == PersonKind.ASSISTED],
        }
        own: dict[str, list[int]] = {}
        for client, _name, person, _kind in known:
            own.setdefault(str(person), []).append(client)
        hidden = list(rows)
        helped = _helped(room) if hidden or shown["assisted"] else {}
        return shown, own, hidden, counts_of(state_of(room, LATELY)), helped

    def show(self, read: Any, viewer: Viewer) -> State:
        """Whose a note is, by the Yjs client that made it; the projector shows no names. In silence one
        sees one's own notes, and of the others' how many there are; who leads also those of people without a device."""
        shown, own, hidden, taken, helped = read
        if not viewer.participant:
            return {**shown, "authors": {}, "assisted": [], "own": [], "hidden": len(hidden), "mine": [], "taken": 0}
        helped = helped if viewer.leads else {}
        mine = [
            {
                "id": row.key,
                "column": row.column,
                "text": row.text,
                "colour": row.colour,
                "image": notes.image_of(row.photo) if row.photo else None,
                **helped.get(str(row.person_id), {}),
            }
            for row in hidden
            if str(row.person_id) == viewer.person or str(row.person_id) in helped
        ]
        return {
            **shown,
            "own": own.get(viewer.person or "", []),
            # For whom who leads can mend or take away a note: its client -> their place.
            "helped": {str(client): each["for"] for person, each in helped.items() for client in own.get(person, [])},
            "hidden": len(hidden),
            "mine": mine,
            "taken": taken.get(viewer.person or "", 0),
        }


def _helped(room: Room) -> dict[str, dict[str, str]]:
    """Who is here without a device, by person: their place in the room, and their name."""
    there = [each for each in people_of(room) if each.is_assisted and each.is_in and each.stays]
    return {str(each.person_id): {"for": str(each.pk), "name": each.name} for each in there}
