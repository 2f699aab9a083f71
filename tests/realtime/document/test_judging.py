"""The rules of the board hold for plain updates too: what they do not allow is taken out, and everything else stays."""

import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from pycrdt import Doc, Map, Text, XmlElement, XmlFragment, XmlText

from realtime.document import Known, Rules, Scratch, read, right
from realtime.protocol import write_bytes

AMAL, GIANNI, AGAIN, THIRD = 101, 202, 103, 304
OWN = frozenset({AMAL, AGAIN})
COLUMNS = ("c1", "c2", "c3")
LOCKED = Rules(columns=COLUMNS, locked=frozenset({"c2"}))


class Board:
    """A board with a note of Amal's and two of Gianni's, one of them in the second column; Amal writes on it."""

    def __init__(self) -> None:
        self.doc: Doc[Any] = Doc(client_id=AMAL)
        self.notes = self.doc.get("board", type=Map)
        self.doc.get("document", type=XmlFragment)
        self.known, self.scratch = Known(), Scratch()
        self.updates: list[bytes] = []
        self.caught: list[bytes] = []
        self.doc.observe(lambda event: self.caught.append(event.update))
        self.put(AMAL, "a", text="Shade", column="c1", order=1.0, colour=1)
        self.put(GIANNI, "g", text="Benches", column="c1", order=2.0, colour=2, group="Row")
        self.put(GIANNI, "shut", text="Water", column="c2", order=1.0, colour=2)

    def put(self, client: int, key: str, **fields: Any) -> None:
        for update in self.scratch.noted(client, {key: fields}):
            self.take(update)
        self.doc.apply_update(self.updates[-1])
        self.caught.clear()

    def take(self, update: bytes) -> None:
        self.known.take(update)
        self.scratch.apply(update)
        self.updates.append(update)

    def write(self, change: Callable[["Board"], object]) -> bytes:
        with self.doc.transaction():
            change(self)
        [update] = self.caught
        self.caught.clear()
        return update

    def judged(self, rules: Rules, change: Callable[["Board"], object], own: frozenset[int] = OWN) -> tuple[str, Any]:
        """Why something was not taken, and what the board says after the update was."""
        update = self.write(change)
        verdict = right(self.known, update, rules, lambda client: client in own, self.scratch.column_of)
        self.take(verdict.data if verdict else update)
        said = read(self.updates).board
        assert said == self.scratch.board()
        return (verdict.why if verdict else ""), said


def field(key: str, **fields: Any) -> Callable[[Board], object]:
    def change(board: Board) -> None:
        for name, value in fields.items():
            if value is None:
                del board.notes[key][name]
            else:
                board.notes[key][name] = value

    return change


def away(key: str) -> Callable[[Board], object]:
    def change(board: Board) -> None:
        del board.notes[key]

    return change


def fresh(key: str, **fields: Any) -> Callable[[Board], object]:
    return lambda board: board.notes.__setitem__(key, Map(fields))


def test_what_the_live_board_does_is_taken_as_it_is() -> None:
    for change in (
        fresh("n", text="New", column="c1", order=3.0, colour=1),
        field("a", text="Shade sails"),
        field("g", column="c3", order=5.0, group="Seats"),
        field("g", group=None, colour=3),
        field("a", into="g"),
        away("a"),
    ):
        assert Board().judged(Rules(columns=COLUMNS), change)[0] == "", change


def test_other_peoples_words_and_notes_stay_as_they_are() -> None:
    for change in (
        field("g", text="Nonsense"),
        field("g", image={"id": "x"}),
        field("g", text=None),
        away("g"),
        fresh("g", text="Mine now", column="c1", order=1.0, colour=1),
        field("g", text=Text("Nested")),
    ):
        why, said = Board().judged(Rules(columns=COLUMNS), change)
        assert why == "own", change
        assert said["g"] == {"text": "Benches", "column": "c1", "order": 2, "colour": 2, "group": "Row"}


def test_nothing_goes_into_out_of_or_about_in_a_locked_column() -> None:
    for change in (
        field("shut", column="c1", order=9.0),
        field("shut", order=9.0),
        field("shut", into="a"),
        field("a", column="c2"),
        field("a", into="shut"),
    ):
        why, said = Board().judged(LOCKED, change)
        assert why == "locked", change
        assert said["shut"] == {"text": "Water", "column": "c2", "order": 1, "colour": 2}
        assert (said["a"]["column"], "into" in said["a"]) == ("c1", False)
    assert Board().judged(LOCKED, field("shut", colour=4))[0] == ""
    assert Board().judged(LOCKED, field("a", column="c3"))[0] == ""


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        (LOCKED, "locked"),
        (Rules(open=False, columns=COLUMNS), "closed"),
        (Rules(silent=True, columns=COLUMNS), "silent"),
    ],
)
def test_a_new_note_that_may_not_be_put_up_is_handed_back_in_its_words(rules: Rules, why: str) -> None:
    board = Board()
    update = board.write(fresh("n", text="A fountain", column="c2", order=1.0, colour=1))
    verdict = right(board.known, update, rules, lambda client: client in OWN, board.scratch.column_of)
    assert verdict is not None
    assert (verdict.why, verdict.words) == (why, ("A fountain",))
    board.take(verdict.data)
    assert "n" not in board.scratch.board()


def test_on_a_closed_board_nothing_changes() -> None:
    for change in (
        field("a", text="More"),
        field("a", order=9.0),
        field("g", colour=5),
        away("a"),
        field("a", into="g"),
    ):
        board = Board()
        before = board.scratch.board()
        assert board.judged(Rules(open=False, columns=COLUMNS), change) == ("closed", before)


def test_a_note_whose_column_is_gone_counts_as_in_the_first() -> None:
    rules = Rules(columns=COLUMNS, locked=frozenset({"c1"}))
    assert Board().judged(rules, fresh("n", text="Lost", column="c9", order=1.0, colour=1))[0] == "locked"


def test_of_an_update_with_much_in_it_only_the_forbidden_part_is_left_out() -> None:
    """As somebody sends it who was away for an hour."""
    board = Board()
    fragment = board.doc.get("document", type=XmlFragment)

    def much(board: Board) -> None:
        fragment.children.append(XmlElement("paragraph", {}, [XmlText("Written on the train")]))
        field("shut", column="c1")(board)
        field("g", text="Nonsense")(board)
        field("a", text="Shade sails", colour=4)(board)
        fresh("n", text="A swing", column="c3", order=1.0, colour=1)(board)

    why, said = board.judged(LOCKED, much)
    assert why in ("locked", "own")
    assert (said["shut"]["column"], said["g"]["text"]) == ("c2", "Benches")
    assert (said["a"]["text"], said["a"]["colour"], said["n"]["text"]) == ("Shade sails", 4, "A swing")
    assert "Written on the train" in str(read(board.updates).content)


def test_what_was_left_out_cannot_be_written_on() -> None:
    """A client that does not read the board anew goes on from what nobody else has."""
    board = Board()
    assert board.judged(LOCKED, field("shut", column="c1"))[0] == "locked"
    for column in ("c3", "c1"):
        assert board.judged(LOCKED, field("shut", column=column))[1]["shut"]["column"] == "c2"
    board.judged(LOCKED, fresh("n", text="A fountain", column="c2", order=1.0, colour=1))
    assert "n" not in board.judged(LOCKED, field("n", text="Still here"))[1]


def test_the_words_in_a_note_that_are_a_text_of_their_own_are_its_writers_alone() -> None:
    board = Board()
    board.judged(Rules(columns=COLUMNS), fresh("t", text=Text("Long"), column="c1", order=1.0, colour=1))

    def more(board: Board) -> None:
        words = board.notes["t"]["text"]
        words += " words"

    assert board.judged(Rules(columns=COLUMNS), more)[1]["t"]["text"] == "Long words"
    assert board.judged(Rules(columns=COLUMNS), more, frozenset({THIRD}))[0] == "own"
    assert board.scratch.board()["t"]["text"] == "Long words"


def test_of_notes_put_up_one_on_the_other_without_a_word_each_is_judged_by_itself() -> None:
    """Their clocks follow each other in one place; what is taken away there may be long, and a note of it."""

    def board() -> Board:
        made = Board()
        made.put(GIANNI, "e")
        made.put(GIANNI, "e")
        return made

    assert board().judged(Rules(), lambda b: b.notes.pop("e"))[0] == "own"
    assert "e" in board().judged(Rules(), lambda b: b.notes.pop("e"))[1]
    mine = frozenset({*OWN, GIANNI})
    why, said = board().judged(Rules(), lambda b: b.notes.pop("e"), mine)
    assert (why, "e" in said) == ("", False)


def test_who_takes_notes_away_has_not_all_that_the_room_holds_put_in_order_first() -> None:
    """Three put up in the same place and taken away at once: where each ends is asked of their writer's alone."""
    note = b"\x27\x01" + write_bytes(b"board") + write_bytes(b"n") + b"\x01"
    update = b"\x01\x03\x05\x00" + 3 * note + b"\x01\x05\x01\x00\x03"
    few, many = (_most_held(notes, update) for notes in (500, 2_000))
    assert many < few + 5_000


def _most_held(notes: int, update: bytes) -> int:
    """Bytes that are taken while an update is judged where there are so many notes."""
    doc: Doc[Any] = Doc(client_id=GIANNI)
    board = doc.get("board", type=Map)
    for at in range(notes):
        board[f"n{at}"] = Map()
    known = Known()
    known.take(doc.get_update())
    known.check(update)
    tracemalloc.start()
    try:
        assert right(known, update, LOCKED, lambda client: True, lambda note: "c1") is None
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
