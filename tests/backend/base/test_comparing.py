"""Two texts compared: what a reader sees leads from the one to the other."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from backend.base import prose
from backend.base.comparing import ADDED, CHANGED, REMOVED, SAME, compare, words_between


def doc(*paragraphs: tuple[str, str]) -> dict[str, Any]:
    return {
        "type": "doc",
        "content": [
            {"type": "paragraph", "attrs": {"id": key}, "content": [{"type": "text", "text": text}]}
            for key, text in paragraphs
        ],
    }


def shown(*pair: Any) -> list[tuple[str, str]]:
    return [(change.state, change.after or change.before) for change in compare(*pair).changes]


def test_a_changed_word_is_told_word_by_word():
    found = compare(doc(("a", "Water the garden.")), doc(("a", "Water the whole garden.")))
    assert found.counts == {"changed": 1}
    assert found.changes[0].words == [("kept", "Water the "), ("in", "whole "), ("kept", "garden.")]


def test_a_replaced_sentence_reads_as_one_change_each_way():
    words = words_between("We meet on Monday at noon.", "We meet every Friday evening.")
    assert words == [
        ("kept", "We meet "),
        ("out", "on Monday at noon"),
        ("in", "every Friday evening"),
        ("kept", "."),
    ]


def test_blocks_that_came_and_went_stand_where_they_stood():
    before = doc(("a", "One."), ("b", "Two gardens."), ("c", "Three."))
    after = doc(("a", "One."), ("n", "Quite another thing"), ("c", "Three."))
    assert shown(before, after) == [
        (SAME, "One."),
        (ADDED, "Quite another thing"),
        (REMOVED, "Two gardens."),
        (SAME, "Three."),
    ]


def test_a_block_that_moved_is_not_told_as_gone_and_come():
    before = doc(("a", "One."), ("b", "Two."), ("c", "Three."))
    found = compare(before, doc(("c", "Three."), ("a", "One."), ("b", "Two.")))
    assert [(change.state, change.moved) for change in found.changes] == [(SAME, True), (SAME, False), (SAME, False)]
    assert found.counts == {"moved": 1}


def test_a_block_with_a_new_id_and_most_of_its_words_is_the_same_block():
    found = compare(doc(("a", "The pump stands by the gate.")), doc(("z", "The pump stands by the old gate.")))
    assert found.counts == {"changed": 1}
    assert found.changes[0].state == CHANGED


def test_bold_words_are_the_same_words_with_another_look():
    plain = doc(("a", "Here."))
    bold = doc(("a", "Here."))
    bold["content"][0]["content"][0]["marks"] = [{"type": "bold"}]
    found = compare(plain, bold)
    assert (found.counts, found.look) == ({}, True)
    assert not compare(plain, plain).look


def test_a_comment_on_words_changes_nothing_about_them():
    plain, asked = doc(("a", "Here.")), doc(("a", "Here."))
    asked["content"][0]["content"][0]["marks"] = [{"type": "comment", "attrs": {"id": "c1"}}]
    found = compare(plain, asked)
    assert (found.counts, found.look) == ({}, False)


TEXTS = st.text(alphabet="ab c.\u0151\U0001f600", min_size=1, max_size=12).filter(str.strip)
DOCS = st.lists(st.tuples(st.sampled_from("abcdefgh"), TEXTS), max_size=6, unique_by=lambda pair: pair[0])


@given(DOCS, DOCS)
def test_the_difference_applied_to_the_one_text_gives_the_other(first, second):
    before, after = doc(*first), doc(*second)
    found = compare(before, after)
    assert [change.after for change in found.changes if change.state != REMOVED] == [
        piece.text for piece in prose.blocks(after)
    ]
    went = sorted(change.before for change in found.changes if change.state != ADDED)
    assert went == sorted(piece.text for piece in prose.blocks(before))
    still = [change.before for change in found.changes if change.state != ADDED and not change.moved]
    rows = iter(piece.text for piece in prose.blocks(before))
    assert all(text in rows for text in still)  # in the order in which they stood


@given(TEXTS, TEXTS)
def test_words_lead_from_one_text_to_the_other(before, after):
    words = words_between(before, after)
    assert "".join(text for what, text in words if what != "in") == before
    assert "".join(text for what, text in words if what != "out") == after
