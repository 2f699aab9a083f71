"""What an update may put where: nothing that a reader's editor would fail on."""

from typing import Any

import pytest
from pycrdt import Doc, Map, Text, XmlElement, XmlFragment, XmlText

from realtime.document import Broken, Known
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
