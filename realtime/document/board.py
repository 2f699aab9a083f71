"""The notes of the idea board as every reader understands them: their order, their groups, what was put together."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

STEP: Final = 1024
TIGHT: Final = 1e-6
COLOURS: Final = 5
GROUP: Final = 60

Fields = dict[str, Any]


class Note(NamedTuple):
    """A note with every field as it is meant, whatever a client wrote into it."""

    id: str
    text: str
    column: str
    order: float
    colour: int
    group: str
    image: str  # the id of its photo
    into: str  # the note that it was put together with


class Shown(NamedTuple):
    """A note as it stands on the board, with the notes that were put into it."""

    note: Note
    merged: tuple[Note, ...]


def _words(value: Any, most: int = 2000) -> str:
    return value[:most] if isinstance(value, str) else ""


def _number(value: Any, least: float, otherwise: float) -> float:
    good = isinstance(value, int | float) and not isinstance(value, bool) and value == value
    return float(value) if good and abs(value) < 2**53 and value >= least else otherwise


def note_of(key: str, fields: Mapping[str, Any]) -> Note:
    colour = _number(fields.get("colour"), 1, 1)
    image = fields.get("image")
    return Note(
        id=key,
        text=_words(fields.get("text")),
        column=_words(fields.get("column"), 16),
        order=_number(fields.get("order"), float("-inf"), 0.0),
        colour=int(colour) if colour in range(1, COLOURS + 1) else 1,
        group=" ".join(_words(fields.get("group"), GROUP).split()),
        image=_words(image.get("id") if isinstance(image, dict) else "", 64),
        into=_words(fields.get("into"), 64),
    )


def notes_of(board: Mapping[str, Mapping[str, Any]]) -> dict[str, Note]:
    return {key: note_of(key, fields) for key, fields in board.items()}


def root_of(key: str, notes: Mapping[str, Note]) -> str:
    """The note under which `key` is shown. Of notes that were put into each other in a ring, the first by name stands."""
    path = [key]
    while (up := notes[path[-1]].into) in notes and up != path[-1]:
        if up in path:
            return min(path[path.index(up) :])
        path.append(up)
    return path[-1]


def shown(board: Mapping[str, Mapping[str, Any]]) -> list[Shown]:
    """Every note that stands by itself, with all that was put into it; none is ever lost from sight."""
    notes = notes_of(board)
    under: dict[str, list[Note]] = {}
    for key in notes:
        under.setdefault(root_of(key, notes), []).append(notes[key])
    return [
        Shown(notes[root], tuple(sorted((each for each in held if each.id != root), key=_place)))
        for root, held in under.items()
    ]


def words(shown: Shown) -> str:
    """An idea in one line, with all that was put into it."""
    return " + ".join(each.text for each in (shown.note, *shown.merged))


def _place(note: Note) -> tuple[float, str]:
    return note.order, note.id


def laid(notes: Iterable[Shown], columns: Sequence[str]) -> dict[str, list[Shown]]:
    """Column -> its notes in order, those of one group beside each other where the first of them stands.

    A note whose column is gone stands in the first one.
    """
    lanes: dict[str, list[Shown]] = {column: [] for column in columns}
    first = columns[0] if columns else ""
    for each in notes:
        lanes.setdefault(each.note.column if each.note.column in lanes else first, []).append(each)
    return {column: grouped(sorted(held, key=lambda each: _place(each.note))) for column, held in lanes.items()}


def grouped(notes: Sequence[Shown]) -> list[Shown]:
    groups: dict[str, list[Shown]] = {}
    for place, each in enumerate(notes):
        groups.setdefault(each.note.group or f"\0{place}", []).append(each)
    return [each for held in groups.values() for each in held]


def between(others: Sequence[Note], index: int) -> tuple[float, dict[str, float]]:
    """The number for a note that is to stand at `index` among `others`, and new ones for those where none is left."""
    at = max(0, min(index, len(others)))
    before = others[at - 1].order if at else None
    after = others[at].order if at < len(others) else None
    if before is None:
        return (STEP if after is None else after - STEP), {}
    if after is None:
        return before + STEP, {}
    if after - before > TIGHT:
        return before + (after - before) / 2, {}
    spread = {each.id: float((place if place < at else place + 1) * STEP) for place, each in enumerate(others)}
    return float(at * STEP), spread


def group_at(others: Sequence[Note], index: int, own: str) -> str:
    """The group of a note that lands at `index`: between two of a group it joins, away from its own it leaves."""
    at = max(0, min(index, len(others)))
    beside = {each.group for each in others[max(0, at - 1) : at + 1]}
    if len(beside) == 1 and 0 < at < len(others) and "" not in beside:
        return beside.pop()
    return own if own in beside else ""
