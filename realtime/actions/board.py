"""Changing the idea board without a live board: every change goes by its person's hand into the shared document."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from backend.base import words
from backend.base.canonical import sha256
from backend.base.folding import fold
from backend.people.models import Person
from realtime import document, permissions, store
from realtime.actions.barring import barred
from realtime.actions.text import Hand, hands_of, new_block_id, write_log
from realtime.document import Block, Known, Scratch
from realtime.document import board as boards
from realtime.document.board import Note, Shown
from realtime.models import NotePhoto, Participant, Room

NOTE: Final = 500

Changes = dict[str, dict[str, Any] | None]


class Fresh(NamedTuple):
    """A note on its way to the board."""

    person: Person
    column: str
    text: str
    colour: int = 1
    key: str = ""
    photo: NotePhoto | None = None
    group: str = ""


class Taken(NamedTuple):
    """A note that was taken away: whose it was and what it said, for the way back."""

    key: str
    person: UUID
    fields: dict[str, Any]


def gone() -> ValidationError:
    message = _("Somebody took this idea away meanwhile. The others are still there.")
    return ValidationError({"id": ValidationError(message, code="gone")})


def _refused(field: str, message: str, code: str) -> ValidationError:
    return ValidationError({field: ValidationError(message, code=code)})


def place_in(room: Room, by: Person, ability: str = "board") -> Participant:
    """Where `by` sits in the room. Raises PermissionDenied for who may not do this now."""
    seat = permissions.seat_of(by, room)
    if seat is None or not permissions.abilities(seat, permissions.rules_of(room))[ability]:
        raise barred(ability, room, seat)
    return seat


def _change(room: Room, by: Person, plan: Callable[[dict[str, Note]], Changes], ability: str = "board") -> None:
    """What `plan` makes of the notes as they stand; planned again where others were faster."""

    def compose(scratch: Scratch, known: Known) -> Iterable[tuple[Hand, list[bytes]]]:
        hand: Hand = (by.pk, place_in(room, by, ability).pk)
        changes = plan(boards.notes_of(scratch.board()))
        if changes:
            yield hand, scratch.changed(document.new_client(known.clocks), changes)

    write_log(room, compose)


def _note(notes: Mapping[str, Note], key: str) -> Note:
    if key not in notes:
        raise gone()
    return notes[key]


# --- New notes ---------------------------------------------------------------------------


def post_note(*, room: Room, by: Person, column: str, text: str, colour: int = 0, key: str = "") -> str:
    """Put one note on the board; tells what it is called."""
    seat = place_in(room, by)
    words.prose(text, field="text", limit=NOTE)
    fresh = Fresh(by, column, text, colour or min(seat.colour, boards.COLOURS), key or new_block_id())
    put_notes(room=room, notes=[fresh], may=lambda: place_in(room, by))
    return fresh.key


def write_notes(*, room: Room, notes: Sequence[tuple[Person, str, str, int]]) -> int:
    """Put (person, column, words, colour) on the board, each by their own hand."""
    return put_notes(room=room, notes=[Fresh(*each) for each in notes])


def put_notes(*, room: Room, notes: Sequence[Fresh], may: Callable[[], object] = lambda: None) -> int:
    """Put notes last in their columns, each by the hand of its person; one that is there already is left alone."""
    hands = hands_of(room, [each.person for each in notes])

    def compose(scratch: Scratch, known: Known) -> Iterable[tuple[Hand, list[bytes]]]:
        may()
        board = scratch.board()
        last: dict[str, float] = {}
        for note in boards.notes_of(board).values():
            last[note.column] = max(note.order, last.get(note.column, 0))
        theirs: dict[UUID, dict[str, dict[str, Any]]] = {}
        for each in notes:
            if each.key not in board:
                last[each.column] = last.get(each.column, 0) + boards.STEP
                held = theirs.setdefault(each.person.pk, {})
                held[each.key or new_block_id()] = _fields(each, last[each.column])
        for person, fresh in theirs.items():
            updates = scratch.noted(document.new_client(known.clocks), fresh)
            for update in updates:
                scratch.apply(update)
            yield (person, hands[person]), updates

    return write_log(room, compose)


def _fields(fresh: Fresh, order: float) -> dict[str, Any]:
    said = words.prose(fresh.text, field="text", limit=NOTE)
    fields = {"text": said, "column": fresh.column, "order": order, "colour": fresh.colour}
    fields |= {"group": fresh.group} if fresh.group else {}
    return fields | ({"image": image_of(fresh.photo)} if fresh.photo else {})


def image_of(photo: NotePhoto) -> dict[str, Any]:
    """What a note says of its photo: enough to draw a frame for it before it is loaded."""
    return {"id": str(photo.pk), "width": photo.width, "height": photo.height, "bytes": photo.bytes}


# --- Moving and changing -----------------------------------------------------------------


def move_note(
    *, room: Room, by: Person, key: str, column: str, place: str, columns: Sequence[str], locked: Iterable[str] = ()
) -> None:
    """Put a note at `place` of a column: top, end, up, down, or its number there. Nothing goes into or out of `locked`."""
    shut = set(locked)

    def plan(notes: dict[str, Note]) -> Changes:
        note = notes[boards.root_of(_note(notes, key).id, notes)]
        if column in shut or note.column in shut:
            raise _refused("column", _("This column is locked. Ask the facilitator."), "locked")
        lane = _lane(notes, column, columns)
        others = [each for each in lane if each.id != note.id]
        here = next((at for at, each in enumerate(lane) if each.id == note.id), len(others))
        index = _index(place, here, len(others))
        order, spread = boards.between(others, index)
        group = boards.group_at(others, index, note.group if note.column == column else "")
        moved = {"column": column, "order": order, "group": group or None}
        return {note.id: moved, **{name: {"order": value} for name, value in spread.items()}}

    _change(room, by, plan)


def _lane(notes: Mapping[str, Note], column: str, columns: Sequence[str]) -> list[Note]:
    alone = [Shown(each, ()) for key, each in notes.items() if boards.root_of(key, notes) == key]
    return [each.note for each in boards.laid(alone, columns).get(column, [])]


def _index(place: str, here: int, last: int) -> int:
    steps = {"top": 0, "end": last, "up": here - 1, "down": here + 1}
    if place in steps:
        return max(0, steps[place])
    if not place.isdecimal() or len(place) > 5:
        raise _refused("place", _("Choose where the idea should stand."), "place")
    return int(place)


def note_anew(*, room: Room, by: Person, key: str, **fields: Any) -> None:
    """Give a note another colour or group; an empty group is none."""
    changes = {name: value or None for name, value in fields.items()}
    _change(room, by, lambda notes: {_note(notes, key).id: changes})


def rename_group(*, room: Room, by: Person, column: str, group: str, title: str) -> None:
    """Another name for all the notes of a group; none, and they stand alone again."""
    found = " ".join(group.split())

    def plan(notes: dict[str, Note]) -> Changes:
        held = [each.id for each in notes.values() if each.column == column and each.group == found]
        if not held:
            raise _refused("group", _("This group is not there any more."), "gone")
        return {key: {"group": title or None} for key in held}

    _change(room, by, plan)


def _require_unlocked(notes: Mapping[str, Note], keys: Iterable[str], locked: Iterable[str]) -> None:
    if {notes[key].column for key in keys} & set(locked):
        raise _refused("column", _("This column is locked. Ask the facilitator."), "locked")


def merge_note(*, room: Room, by: Person, key: str, into: str, locked: Iterable[str] = ()) -> None:
    """Put a note together with another: both stay whole, with their authors, and can be parted again."""

    def plan(notes: dict[str, Note]) -> Changes:
        root = boards.root_of(_note(notes, into).id, notes)
        _require_unlocked(notes, [boards.root_of(_note(notes, key).id, notes), root], locked)
        if boards.root_of(_note(notes, key).id, notes) == root:
            raise _refused("into", _("Choose another idea: these two are one already."), "same")
        return {boards.root_of(key, notes): {"into": root}}

    _change(room, by, plan)


def split_note(*, room: Room, by: Person, key: str, locked: Iterable[str] = ()) -> None:
    """Part a note from the one that it was put into; it stands below that."""

    def plan(notes: dict[str, Note]) -> Changes:
        note = _note(notes, key)
        root = notes[boards.root_of(key, notes)]
        _require_unlocked(notes, [root.id], locked)
        if not note.into:
            raise _refused("id", _("This idea stands by itself already."), "alone")
        beside = [each for each in notes.values() if each.column == root.column and not each.into]
        lane = sorted(beside, key=lambda each: (each.order, each.id))
        at = next((place for place, each in enumerate(lane) if each.id == root.id), -1) + 1
        order, spread = boards.between(lane, at)
        alone = {"into": None, "column": root.column, "order": order, "group": root.group or None}
        return {key: alone, **{name: {"order": value} for name, value in spread.items()}}

    _change(room, by, plan)


def sort_column(*, room: Room, by: Person, column: str, sort: str, columns: Sequence[str]) -> None:
    """Put a column in order by its words or by its colours; groups stay together."""
    keys: dict[str, Callable[[Note], Any]] = {
        "words": lambda note: (fold(note.text), note.id),
        "colour": lambda note: (note.colour, note.order, note.id),
    }
    if sort not in keys:
        raise _refused("sort", _("Choose how to sort."), "sort")

    def plan(notes: dict[str, Note]) -> Changes:
        lane = sorted(_lane(notes, column, columns), key=keys[sort])
        return {note.id: {"order": float(place * boards.STEP)} for place, note in enumerate(lane, 1)}

    _change(room, by, plan, "facilitate")


def edit_note(*, room: Room, by: Person, key: str, text: str) -> tuple[str, str]:
    """Other words for one's own note; the facilitator changes any. Tells what it said before, and what it says."""
    said = words.prose(text, field="text", limit=NOTE)
    _require_own(room, by, [key])
    before: list[str] = []

    def plan(notes: dict[str, Note]) -> Changes:
        before[:] = [_note(notes, key).text]
        return {key: {"text": said}}

    _change(room, by, plan)
    return before[0], said


# --- Taking away and putting back ----------------------------------------------------------


def authors_of_notes(room: Room, known: Mapping[str, int]) -> dict[str, UUID]:
    """Note -> the person who put it on the board: the owner of the client id that wrote it."""
    owners = store.owners(room.pk)
    return {key: owners[client] for key, client in known.items() if client in owners}


def _require_own(room: Room, by: Person, keys: Iterable[str]) -> None:
    seat = place_in(room, by)
    if seat.role in permissions.LEADS:
        return
    said = document.read(store.updates_of(room.pk)[0])
    authors = authors_of_notes(room, said.authors)
    for key in keys:
        if key not in said.board:
            raise gone()
        if authors.get(key) != by.pk:
            raise PermissionDenied(_("Only who wrote an idea, or the facilitator, can do this with it."))


def delete_note(*, room: Room, by: Person, key: str) -> list[Taken]:
    """Take one's own note away; the facilitator takes any. What was put into it stands by itself again."""
    _require_own(room, by, [key])
    return _take(room, by, lambda notes: [_note(notes, key).id])


def author_of(room: Room, key: str) -> Participant | None:
    """Who in the room wrote a note; None where nobody of it did, or it is gone."""
    person = authors_of_notes(room, document.read(store.updates_of(room.pk)[0]).authors).get(key)
    rows = Participant.objects.in_city(room.city_id).filter(room=room, person=person)
    return rows.select_related("person").first() if person is not None else None


def clear_column(*, room: Room, by: Person, column: str, columns: Sequence[str]) -> list[Taken]:
    """Take every note of a column away."""
    place_in(room, by, "facilitate")

    def inside(notes: dict[str, Note]) -> list[str]:
        lane = {each.id for each in _lane(notes, column, columns)}
        return [key for key in notes if boards.root_of(key, notes) in lane]

    return _take(room, by, inside)


def _take(room: Room, by: Person, choose: Callable[[dict[str, Note]], list[str]]) -> list[Taken]:
    taken: list[Taken] = []

    def compose(scratch: Scratch, known: Known) -> Iterable[tuple[Hand, list[bytes]]]:
        hand: Hand = (by.pk, place_in(room, by).pk)
        board = scratch.board()
        keys = choose(boards.notes_of(board))
        authors = authors_of_notes(room, known.notes)
        taken[:] = [Taken(key, authors.get(key, by.pk), board[key]) for key in keys]
        if keys:
            yield hand, scratch.changed(document.new_client(known.clocks), dict.fromkeys(keys))

    write_log(room, compose)
    return taken


def put_back(
    *, room: Room, by: Person, taken: Sequence[Taken], columns: Sequence[str] = (), locked: Iterable[str] = ()
) -> int:
    """Notes that were taken away stand again as they were, by the hands of those who wrote them; nothing goes into
    `locked`. Tells how many."""
    place_in(room, by)
    return put_on_board(room=room, taken=taken, columns=columns, locked=locked)


def put_on_board(*, room: Room, taken: Sequence[Taken], columns: Sequence[str] = (), locked: Iterable[str] = ()) -> int:
    """The same; the caller has asked who may."""
    people = {person.pk: person for person in Person.objects.filter(pk__in=[each.person for each in taken])}
    hands, shut, back = hands_of(room, list(people.values())), set(locked), [0]

    def compose(scratch: Scratch, known: Known) -> Iterable[tuple[Hand, list[bytes]]]:
        clients: dict[UUID, int] = {}
        there = scratch.board()
        lost = {key: (person, fields) for key, person, fields in taken if key not in there and person in people}
        if shut:
            _require_unshut({**there, **{key: fields for key, (_who, fields) in lost.items()}}, lost, columns, shut)
        back[0] = len(lost)
        for key, (person, fields) in lost.items():
            client = clients.setdefault(person, document.new_client(known.clocks))
            updates = scratch.noted(client, {key: fields})
            for update in updates:
                scratch.apply(update)
            yield (person, hands[person]), updates

    write_log(room, compose)
    return back[0]


def _require_unshut(
    board: Mapping[str, Mapping[str, Any]], keys: Iterable[str], columns: Sequence[str], shut: set[str]
) -> None:
    """Nothing of `keys` would stand in a column that is shut; a note whose column is gone stands in the first one."""
    notes = boards.notes_of(board)
    for key in keys:
        column = notes[boards.root_of(key, notes)].column
        if (column if column in columns else next(iter(columns), "")) in shut:
            raise _refused("column", _("This column is locked. Ask the facilitator."), "locked")


def put_words_back(*, room: Room, key: str, person: UUID, text: str, instead: str) -> bool:
    """A note says again what it said, by the hand of who wrote it, if the seal of what it says now is `instead`; tells
    whether it does. The caller has asked who may."""
    hands, back = hands_of(room, list(Person.objects.filter(pk=person))), [False]

    def compose(scratch: Scratch, known: Known) -> Iterable[tuple[Hand, list[bytes]]]:
        note = boards.notes_of(scratch.board()).get(key)
        back[0] = note is not None and sha256(note.text) == instead
        if back[0]:
            yield (person, hands[person]), scratch.changed(document.new_client(known.clocks), {key: {"text": text}})

    write_log(room, compose)
    return back[0]


# --- Into the text -------------------------------------------------------------------------


def into_text(*, room: Room, by: Person, key: str) -> int:
    """Put an idea, and what was put into it, at the end of the text; each paragraph knows which note it was."""

    def compose(scratch: Scratch, known: Known) -> Iterable[tuple[Hand, list[bytes]]]:
        hand: Hand = (by.pk, place_in(room, by, "write").pk)
        board = scratch.board()
        notes = boards.notes_of(board)
        root = boards.root_of(_note(notes, key).id, notes)
        [idea] = [each for each in boards.shown(board) if each.note.id == root]
        blocks = [Block("paragraph", " ".join(each.text.split()), idea=each.id) for each in (idea.note, *idea.merged)]
        yield hand, scratch.appended(document.new_client(known.clocks), blocks, new_block_id)

    return write_log(room, compose, carries=True)
