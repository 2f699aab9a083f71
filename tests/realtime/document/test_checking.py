"""What an update may put where: nothing that a reader's editor would fail on."""

from contextlib import suppress
from typing import Any

import pytest
from pycrdt import Array, Doc, Map, Text, XmlElement, XmlFragment, XmlText

from realtime import document
from realtime.document import Broken, Gap, Known, sealing
from realtime.document.checking import NEW_CLIENTS, STRUCTS
from realtime.document.order import FEW
from realtime.protocol import write_uint
from tests.realtime.nodes import Node
from tests.realtime.steps import steps_of
from tests.realtime.torture.heavy import heavy
from tests.realtime.updates import typed


def test_a_text_nested_beyond_measure_is_refused() -> None:
    doc: Doc[Any] = Doc(client_id=9)
    here: Any = doc.get("document", type=XmlFragment)
    for _ in range(80):
        here.children.append(XmlElement("blockquote"))
        here = here.children[0]
    with pytest.raises(Broken, match="nested"):
        Known().check(doc.get_update())


def test_words_directly_in_the_fragment_are_refused() -> None:
    """y-prosemirror in every browser would fail on them."""
    with pytest.raises(Broken, match="belong"):
        Known().check(typed(5, "x", root="document")[0])


def test_a_note_of_the_board_is_a_map() -> None:
    doc: Doc[Any] = Doc(client_id=9)
    doc.get("board", type=Map)["n"] = Text("x")
    with pytest.raises(Broken, match="note"):
        Known().check(doc.get_update())


@pytest.mark.parametrize("made", [b"\x03\x01p", b"\x04", b"\x06"], ids=["element", "fragment", "marked words"])
@pytest.mark.parametrize("deep", [False, True])
def test_a_field_of_a_note_holds_nothing_that_only_browsers_can_say(made: bytes, deep: bool) -> None:
    """The server could read none of the board any more."""
    doc: Doc[Any] = Doc(client_id=9)
    held: dict[str, Any] = {"here": Map()}
    doc.get("board", type=Map)["n"] = Map({"more": Map(held)} if deep else held)
    plain = doc.get_update()
    assert plain.count(b"here\x01") == 1
    Known().check(plain)
    with pytest.raises(Broken, match="plain value"):
        Known().check(plain.replace(b"here\x01", b"here" + made))


def test_plain_values_in_a_field_are_taken_and_belong_to_the_board() -> None:
    doc: Doc[Any] = Doc(client_id=9)
    doc.get("board", type=Map)["n"] = Map({"text": Text("idea"), "more": Map({"deep": Array([Text("x"), 1])})})
    assert Known().take(doc.get_update()).touches == {"board"}
    assert document.read([doc.get_update()]).board == {"n": {"text": "idea", "more": {"deep": ["x", 1]}}}


def test_an_update_says_which_part_of_the_room_it_touches() -> None:
    doc: Doc[Any] = Doc(client_id=9)
    known = Known()
    updates: list[bytes] = []
    subscription = doc.observe(lambda event: updates.append(event.update))
    fragment, board = doc.get("document", type=XmlFragment), doc.get("board", type=Map)
    fragment.children.append(XmlElement("paragraph", {"id": "a"}, [XmlText("x")]))
    board["n"] = Map({"text": "idea"})
    del board["n"]
    del fragment.children[0]
    doc.unobserve(subscription)
    assert [known.take(update).touches for update in updates] == [{"text"}, {"board"}, {"board"}, {"text"}]


@pytest.mark.parametrize("name", list(dict(heavy(1_000))))
def test_what_was_made_to_take_long_is_judged_in_line_with_its_size(name: str) -> None:
    """Twice the bytes may take twice the steps, not four times as many."""
    # Looking back for neighbours ends at a number of steps, which only a long update comes to.
    sizes = (20_000, 40_000) if name.startswith("far back") else (2_500, 5_000)
    small, large = (_steps(*dict(heavy(size))[name]) for size in sizes)
    assert large < 3 * small + 2_000


def _steps(before: list[bytes], update: bytes) -> int:
    """How many lines run until an update is judged and sealed."""
    known = Known()
    for row in before:
        known.take(row, limit=len(row))
    return _steps_in(known, update)


def _steps_in(known: Known, update: bytes) -> int:
    rules = document.Rules(columns=("c1",), locked=frozenset({"c2"}))

    def judge() -> None:
        with suppress(Broken, Gap):
            change, _ = known.check(update)
            document.right(known, change.data, rules, lambda client: True, lambda note: "c1")
            sealing.seal(change.data)

    return steps_of(judge)


@pytest.mark.parametrize("name", list(dict(heavy(1_000))))
def test_what_is_pasted_costs_no_more_where_more_was_written_before(name: str) -> None:
    """Whatever a room holds, nobody else waits while somebody's paragraphs are judged."""
    doc: Doc[Any] = Doc(client_id=3)
    text = doc.get("document", type=XmlFragment)
    for at in range(FEW):
        text.children.append(XmlElement("paragraph", {"id": f"p{at}"}, [XmlText("words")]))
    pasted = doc.get_update()
    rooms = [_room(*dict(heavy(size))[name]) for size in (2_500, 10_000)]
    assert all(known.check(pasted)[0].data == pasted for known in rooms)
    small, large = (_steps_in(known, pasted) for known in rooms)
    assert large < small + 200


def _room(before: list[bytes], update: bytes) -> Known:
    """What is known where such an update was stored, if it ever could be."""
    known = Known()
    for row in (*before, update):
        with suppress(Broken, Gap):
            known.take(row, limit=len(row))
    return known


@pytest.mark.parametrize("name", list(dict(heavy(1_000))))
def test_what_is_taken_of_it_can_be_read_again(name: str) -> None:
    before, update = dict(heavy(10_000))[name]
    known, scratch, rows = Known(), document.Scratch(), list[bytes]()
    for row in (*before, update):
        with suppress(Broken, Gap):
            change, found = known.check(row)
            scratch.apply(change.data)
            known.accept(change, found)
            rows.append(change.data)
    assert len(rows) >= len(before)
    assert not document.read(rows).damaged


def test_more_structs_than_anybody_writes_are_refused() -> None:
    many = b"\0\x01" * (STRUCTS + 1)
    update = b"\x01" + write_uint(STRUCTS + 1) + b"\x07\0" + many + b"\0"
    with pytest.raises(Broken, match="too many structs"):
        Known().check(update)
    assert Known().take(update, limit=len(update)).advances == {7: (0, STRUCTS + 1)}


def test_a_device_brings_as_many_of_its_pages_as_it_may_and_no_more() -> None:
    pages = [typed(client, "x")[0] for client in range(1, NEW_CLIENTS + 2)]
    Known().check(document.merge(pages[:-1]))
    with pytest.raises(Broken, match="new clients"):
        Known().check(document.merge(pages))
    stored = document.merge(pages)
    assert len(Known().take(stored, limit=len(stored)).advances) == NEW_CLIENTS + 1


def test_what_three_wrote_at_once_in_a_long_session_comes_as_one(judge: Node) -> None:
    """What is refused for its cost is far from what people do who write in the same places."""
    rows = [bytes.fromhex(each["hex"]) for each in judge.call("session", seed=3, split=False, steps=300)["log"]]
    known = Known()
    known.check(document.merge(rows))
    for row in rows[: len(rows) // 2]:
        known.take(row)
    known.check(document.merge(rows[len(rows) // 2 :]))


def test_deletions_that_are_said_again_and_over_each_other_are_news_once() -> None:
    known = Known()
    for update in typed(5, "abcdefgh"):
        known.take(update)
    known.take(bytes((0, 1, 5, 1, 2, 1)))
    change = known.take(bytes((0, 1, 5, 3, 4, 2, 1, 4, 1, 2)))
    assert change.data == bytes((0, 1, 5, 2, 1, 1, 3, 3))
    assert known.deleted == {5: [(1, 6)]}


def test_an_update_that_is_not_taken_leaves_nothing_behind() -> None:
    known = Known()
    for update in typed(5, "ab"):
        known.take(update)
    before = len(known._places)
    for key in range(20):
        doc: Doc[Any] = Doc(client_id=9)
        doc.get("other", type=Map)[f"k{key}"] = "x"
        known.check(doc.get_update())
    assert len(known._places) == before + 1
    known.take(doc.get_update())
    known.check(typed(6, "x")[0])
    assert known.described(known.place_of(9, 0)).sub == "k19"
