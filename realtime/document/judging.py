"""The rules of the idea board, held against what comes as a plain update: what they do not allow is taken out of it.

The tools' commands ask the same before they write; this is for clients that write by themselves. Everything
else of such an update stays, and the clocks with it, so that nobody's other words are lost.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from realtime.document import update as u
from realtime.document.guard import Known
from realtime.document.places import BOARD, FIELD, NOTE, Place
from realtime.document.update import Deletes, Id
from realtime.document.values import values
from realtime.document.writing import Piece, write

# Fields of a note that everyone may change; the others are for who wrote it.
SHARED: Final = frozenset({"column", "order", "colour", "group", "into"})
MOVES: Final = frozenset({"column", "order", "into"})


class Rules(NamedTuple):
    """What the board allows to who does not lead."""

    open: bool = True
    silent: bool = False
    columns: tuple[str, ...] = ()
    locked: frozenset[str] = frozenset()

    def shuts(self, column: Any) -> bool:
        """A note whose column is gone stands in the first one."""
        return (column if column in self.columns else next(iter(self.columns), "")) in self.locked


class Righted(NamedTuple):
    """An update without what the rules do not allow; why, and the words of new notes that were not taken."""

    data: bytes
    why: str  # closed, silent, locked or own
    words: tuple[str, ...]


def right(
    known: Known, data: bytes, rules: Rules, is_mine: Callable[[int], bool], column_of: Callable[[str], str]
) -> Righted | None:
    """`data`, which was checked, without what `rules` do not allow; None where they allow all of it.

    `is_mine` tells of a client whether it is theirs who wrote the update, `column_of` where a note stands now.
    """
    return _Judge(known, data, rules, is_mine, column_of).judged()


class _Judge:
    def __init__(
        self, known: Known, data: bytes, rules: Rules, is_mine: Callable[[int], bool], column_of: Callable[[str], str]
    ) -> None:
        self.known, self.data, self.rules = known, data, rules
        self.is_mine, self.column_of = is_mine, column_of
        self.check, found = known.checked(data)
        self.deletes = found.deletes
        self.why = ""
        self.words: list[str] = []
        self.void: set[Id] = set()  # structs that are not taken
        self.types: set[Id] = set()  # notes that are not put up, or not taken away
        self.fields: set[tuple[Id, str]] = set()  # of notes, that stay as they are
        self.starts: list[Id] = []  # of the update's own notes and other types, once they are asked for

    def judged(self) -> Righted | None:
        places = [(piece, self.check.where((piece.client, piece.clock))) for piece in self.check.fresh]
        fresh = {(piece.client, piece.clock) for piece, place in places if place.kind == BOARD}
        fields = self._fields(places)
        for piece, place in places:
            if place.kind == BOARD and (why := self._note(piece, place, fields.get((piece.client, piece.clock), {}))):
                self._refuse(piece, why)
        for piece, place in places:
            if place.kind == NOTE and (why := self._field(piece, place, fresh)):
                self.fields.add((place.parent, place.sub or ""))  # type: ignore[arg-type]
                self._refuse(piece, why)
            elif place.kind == FIELD and (note := self._within(place)) and not self.is_mine(note[0]):
                self._refuse(piece, "own")
        deletes = self._kept_deletes(fresh)
        if not self.why:
            return None
        return Righted(
            write(self.data, [self._kept(piece) for piece in self.check.fresh], deletes), self.why, tuple(self.words)
        )

    @staticmethod
    def _fields(places: list[tuple[Piece, Place]]) -> dict[Id, dict[str, Piece]]:
        """Of each note, what is written into its fields."""
        found: dict[Id, dict[str, Piece]] = {}
        for piece, place in places:
            if place.kind == NOTE and isinstance(place.parent, tuple):
                found.setdefault(place.parent, {})[place.sub or ""] = piece
        return found

    def _refuse(self, piece: Piece, why: str) -> None:
        self.why = self.why or why
        self.void.add((piece.client, piece.clock))

    def _kept(self, piece: Piece) -> Piece:
        """What is not taken leaves nothing but its clocks."""
        if (piece.client, piece.clock) not in self.void:
            return piece
        return piece._replace(struct=piece.struct._replace(kind=u.GC))

    # --- what is written -------------------------------------------------------------------

    def _note(self, piece: Piece, place: Place, inside: dict[str, Piece]) -> str:
        """Why a note may not be put up now, or not in the place of another."""
        key = (piece.client, piece.clock)
        why = self._not_new(place.sub or "", self._value(inside.get("column")))
        if why:
            self.types.add(key)
            if why != "own" and isinstance(words := self._value(inside.get("text")), str):
                self.words.append(words)
        return why

    def _not_new(self, note: str, column: Any) -> str:
        before = self.known.notes.get(note)
        if before is not None and not self.is_mine(before):
            return "own"
        if not self.rules.open:
            return "closed"
        if self.rules.silent:
            return "silent"
        return "locked" if self.rules.shuts(column) else ""

    def _field(self, piece: Piece, place: Place, fresh: set[Id]) -> str:
        """Why a field of a note may not be written."""
        note = place.parent
        assert isinstance(note, tuple)
        if note in self.types:
            return self.why
        if note in fresh:
            return ""
        return self._not_field(note, place.sub or "", self._value(piece))

    def _not_field(self, note: Id, field: str, value: Any = None) -> str:
        if not self.rules.open:
            return "closed"
        if field not in SHARED:
            return "" if self.is_mine(note[0]) else "own"
        if field not in MOVES or not self.rules.locked:
            return ""
        return "locked" if self._moves_locked(note, field, value) else ""

    def _moves_locked(self, note: Id, field: str, value: Any) -> bool:
        """Whether a note would go into, out of or about in a locked column."""
        if self.rules.shuts(self.column_of(self._name(note))):
            return True
        if field == "column" and value is not None:
            return self.rules.shuts(value)
        return field == "into" and isinstance(value, str) and self.rules.shuts(self.column_of(value))

    def _value(self, piece: Piece | None) -> Any:
        if piece is None or piece.struct.kind not in (u.ANY, u.JSON_):
            return None
        return values(self.data, piece.struct)[-1]

    def _name(self, note: Id) -> str:
        return self.check.where(note).sub or ""

    def _within(self, place: Place) -> Id | None:
        """The note in whose field something stands, if it stands in one."""
        while place.kind == FIELD and isinstance(place.parent, tuple):
            place = self.check.where(place.parent)
        return place.parent if place.kind == NOTE and isinstance(place.parent, tuple) else None

    # --- what is taken away ----------------------------------------------------------------

    def _kept_deletes(self, fresh: set[Id]) -> Deletes:
        """The deletions without those that are not allowed: whole notes first, what is in them after."""
        parts = [(client, *part) for client, ranges in self.deletes.items() for part in self._parts(client, ranges)]
        for client, start, _end, place in parts:
            if place.kind == BOARD and (client, start) not in fresh and (why := self._not_away(client)):
                self.why = self.why or why
                self.types.add((client, start))
        gone = {(client, start) for client, start, _end, place in parts if place.kind == BOARD} - self.types
        kept: Deletes = {}
        for client, start, end, place in parts:
            if not self._stays(client, start, place, gone):
                kept.setdefault(client, []).append((start, end))
        return kept

    def _not_away(self, client: int) -> str:
        if not self.rules.open:
            return "closed"
        return "" if self.is_mine(client) else "own"

    def _stays(self, client: int, start: int, place: Place, gone: set[Id]) -> bool:
        """Whether what would be deleted is kept."""
        if place.kind == BOARD:
            return (client, start) in self.types
        note = place.parent if place.kind == NOTE else self._within(place)
        if not isinstance(note, tuple) or note in gone:
            return False
        field = place.sub or "" if place.kind == NOTE else "text"
        if note in self.types or (note, field) in self.fields:
            return True
        why = self._not_field(note, field)
        self.why = self.why or why
        return bool(why)

    def _parts(self, client: int, ranges: list[tuple[int, int]]) -> Iterator[tuple[int, int, Place]]:
        """Ranges of one client cut where another place begins; of the board, each note by itself."""
        for start, end in ranges:
            at = start
            while at < end:
                place, to = self.check.stretch(client, at, end)
                if place.kind == BOARD and to - at > 1:
                    to = self._next_note(client, at, to)
                yield at, to, place
                at = to

    def _next_note(self, client: int, at: int, end: int) -> int:
        """Where the note at `at` ends, or the run that was taken away, which may be long."""
        if not self.starts:
            self.starts = sorted(self.check.types)
        place = bisect_left(self.starts, (client, at))
        own = [clock for of, clock in self.starts[place : place + 1] if of == client]
        nearest = min([end, *own, *self.known.next_type(client, at)])
        return max(nearest, at + 1)
