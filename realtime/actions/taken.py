"""What was taken off the board, and what an idea said before somebody else worded it: kept for the way back.

It lies in rows of its own beside what the tools keep, so that no look at the board carries the words along. Erasing a
person's words reaches them like every other row (`repeating.py`).
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base.canonical import sha256
from backend.base.problems import Conflict
from backend.conversations.choices import AppealState
from backend.conversations.models import Appeal, ModerationAct
from backend.people.models import Person
from realtime.actions import board
from realtime.actions.board import Taken
from realtime.actions.states import State, change_state
from realtime.document.board import note_of
from realtime.models import Room, ToolState

TOOL, LATELY = "taken", "lately"  # the rows: the words, and how much each person can put back
WITHIN: Final = timedelta(hours=1)  # in which one puts back by oneself what one took away
OWN: Final = 200  # ideas of their own that people took away: the latest, of all in the room
OWN_LETTERS: Final = 200_000
HELD_LETTERS: Final = 4_000_000  # of what others than their writers took away or worded: some 10,000 ideas
A_WEEK: Final = timedelta(
    days=7
)  # after which an act that nobody asked about gives way, whole, where there is no more room

IMAGE: Final = ("id", "width", "height", "bytes")  # as `board.image_of` says of a photo

Entries = list[dict[str, Any]]


def _state(room: Room) -> State:
    rows = ToolState.objects.filter(room=room, tool=TOOL)
    return rows.values_list("state", flat=True).first() or {}


def _size(entries: Iterable[Any]) -> int:
    return len(json.dumps(list(entries)))


# --- Keeping -----------------------------------------------------------------------------


def keep_taken(*, room: Room, by: Person, taken: Sequence[Taken], act: ModerationAct | None = None) -> None:
    """Keep what `by` just took off the board; `act` is its line in the log, where it was not their own.

    Of an act all is kept, or it is refused: whoever asks for a second look gets everything back. The caller has just
    written the text, and so holds the room's row. Raises Conflict.
    """
    now = timezone.now().isoformat()
    shared = {"by": str(by.pk), "at": now, "act": str(act.pk) if act is not None else ""}
    fresh = [{"id": key, "person": str(who), "fields": _plain(key, fields), **shared} for key, who, fields in taken]
    if fresh:
        _add(room, "bin", fresh)


def keep_words(*, room: Room, act: ModerationAct, key: str, before: str, said: str) -> None:
    """Keep what an idea said `before` somebody else worded it; of their words a seal is enough. As `keep_taken`."""
    entry = {"act": str(act.pk), "id": key, "person": str(act.concerns_id), "at": timezone.now().isoformat()}
    _add(room, "reworded", [{**entry, "text": before, "said": sha256(said)}])


def _plain(key: str, fields: dict[str, Any]) -> dict[str, Any]:
    """A note's fields as every reader understands them, without whatever else a client wrote into it."""
    note = note_of(key, fields)
    plain = {name: getattr(note, name) for name in ("text", "column", "order", "colour", "group", "into")}
    if note.image:
        image = fields["image"]
        plain["image"] = {name: image[name] for name in IMAGE if isinstance(image.get(name), str | int)}
    return {name: value for name, value in plain.items() if value or name == "text"}


def _add(room: Room, kind: str, fresh: Entries) -> None:
    looks = _looks(room)

    def added(state: State) -> State:
        tidy = _tidy(state, {act for act, open_still in looks.items() if not open_still})
        tidy[kind] = [*tidy[kind], *fresh]
        return _fitting(tidy, {act for act, open_still in looks.items() if open_still}) if fresh[0]["act"] else tidy

    _count(room, change_state(room, TOOL, added, tells="board"))


def _looks(room: Room) -> dict[str, bool]:
    """Acts about which somebody asked for a second look, and whether it is open still."""
    rows = Appeal.objects.in_city(room.city_id).filter(act__thread=room.thread_id)
    return {str(act): state == AppealState.OPEN for act, state in rows.values_list("act", "state")}


def _is_late(entry: dict[str, Any]) -> bool:
    return datetime.fromisoformat(entry["at"]) < timezone.now() - WITHIN


def _tidy(state: State, settled: set[str]) -> State:
    """Without what nobody can have back any more: what is of an act stays while a second look at it can be asked for."""
    entries = state.get("bin", [])
    held = [each for each in entries if each["act"] and not (each["act"] in settled and _is_late(each))]
    own = [each for each in entries if not each["act"] and not _is_late(each)][-OWN + 1 :]
    while own and _size(own) > OWN_LETTERS:
        own.pop(0)
    worded = [each for each in state.get("reworded", []) if each["act"] not in settled]
    return {**state, "bin": sorted((*held, *own), key=lambda each: str(each["at"])), "reworded": worded}


def _fitting(state: State, asked: set[str]) -> State:
    """With room for the latest act: one of long ago that nobody asked about gives way, but none in part, and nothing
    that somebody asked about. Raises Conflict."""
    while _size([each for each in (*state["bin"], *state["reworded"]) if each["act"]]) > HELD_LETTERS:
        old = (timezone.now() - A_WEEK).isoformat()
        entries = sorted((*state["bin"], *state["reworded"]), key=lambda each: str(each["at"]))
        first = next((each["act"] for each in entries if each["act"] and each["act"] not in asked), None)
        if first is None or next(each["at"] for each in entries if each["act"] == first) > old:
            message = _(
                "So many ideas were taken away in this room that no more can be kept for a second look. Answer the second looks that wait, or put some ideas back."
            )
            raise Conflict("bin_full", message)
        state |= {kind: [each for each in state[kind] if each["act"] != first] for kind in ("bin", "reworded")}
    return state


def _count(room: Room, state: State) -> None:
    """Each person, when they took something away last and how much, in a small row that a look at the board reads."""
    last: dict[str, dict[str, Any]] = {}
    for each in state["bin"]:
        mine = last.setdefault(each["by"], {"at": each["at"], "count": 0})
        if mine["at"] != each["at"]:
            mine.update(at=each["at"], count=0)
        mine["count"] += 1
    change_state(room, LATELY, lambda _before: last, tells="board")


def counts_of(state: State) -> dict[str, int]:
    """Person -> how many ideas they can put back at once, by what `LATELY` keeps."""
    return {person: each["count"] for person, each in state.items() if not _is_late(each)}


# --- The way back ------------------------------------------------------------------------


def put_back_own(
    *, room: Room, by: Person, key: str = "", columns: Sequence[str] = (), locked: Iterable[str] = ()
) -> None:
    """One idea that one took away oneself in the last hour, or without `key` all that one took away last; nothing goes
    into a column that is `locked`. Raises ValidationError."""
    mine = [each for each in _state(room).get("bin", []) if each["by"] == str(by.pk) and not _is_late(each)]
    found = [each for each in mine if (each["id"] == key if key else each["at"] == mine[-1]["at"])]
    if not found:
        message = _("It is too late to put this back. You can write it again.")
        raise ValidationError({"id": ValidationError(message, code="gone")})
    board.put_back(room=room, by=by, taken=_notes(found), columns=columns, locked=locked)
    _drop(room, found)


def put_back_taken(room: Room, act: ModerationAct) -> int:
    """What an act took away stands again as it was; tells how many ideas came back. The caller has asked who may."""
    held = [each for each in _state(room).get("bin", []) if each["act"] == str(act.pk)]
    if not held:
        return 0
    count = board.put_on_board(room=room, taken=_notes(held))
    _drop(room, held)
    return count


def put_words_back(room: Room, act: ModerationAct) -> bool:
    """An idea says again what it said, if it still says what the act made of it; tells whether it does. As
    `put_back_taken`."""
    held = [each for each in _state(room).get("reworded", []) if each["act"] == str(act.pk)]
    back = [
        board.put_words_back(
            room=room, key=each["id"], person=UUID(each["person"]), text=each["text"], instead=each["said"]
        )
        for each in held
    ]
    if held:
        _drop(room, held)
    return any(back)


def _notes(entries: Entries) -> list[Taken]:
    return [Taken(each["id"], UUID(each["person"]), each["fields"]) for each in entries]


def _drop(room: Room, entries: Entries) -> None:
    gone = {_named(each) for each in entries}

    def dropped(state: State) -> State:
        left = {
            kind: [each for each in state.get(kind, []) if _named(each) not in gone] for kind in ("bin", "reworded")
        }
        return {**state, **left}

    _count(room, change_state(room, TOOL, dropped, tells="board"))


def _named(entry: dict[str, Any]) -> tuple[str, str, str]:
    """What tells an entry from all others: one idea can be taken away again and again."""
    return entry["id"], entry["act"], entry.get("at", "")
