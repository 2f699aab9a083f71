"""Values as JSON has them, marks in the editor's order, words that stand together as one."""

from typing import Any

import pytest

from realtime.document.nodes import add, marks_of, plain


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (2.0, 2),
        (2.5, 2.5),
        (float("nan"), None),
        (float(2**60), float(2**60)),
        ("a\0b", "ab"),
        (b"bytes", None),
        (True, True),
        ({1: (1.0, "x")}, {"1": [1, "x"]}),
        ({"k\0": None}, {"k": None}),
    ],
)
def test_a_value_is_said_as_json_has_it(value: Any, said: Any) -> None:
    assert plain(value) == said
    assert type(plain(value)) is type(said)


def test_marks_stand_in_the_editors_order_and_without_their_tags() -> None:
    given = {"deletion": {"id": "b"}, "comment--x1": {"id": "c"}, "bold": {}, "link": {"href": "#"}, "italic": None}
    assert marks_of(given) == [
        {"type": "link", "attrs": {"href": "#"}},
        {"type": "bold"},
        {"type": "comment", "attrs": {"id": "c"}},
        {"type": "deletion", "attrs": {"id": "b"}},
    ]


def test_marks_that_the_editor_does_not_know_come_last_by_name() -> None:
    assert [mark["type"] for mark in marks_of({"zebra": True, "ape": True, "deletion": True})] == [
        "deletion",
        "ape",
        "zebra",
    ]


def test_words_join_those_before_them_only_where_both_look_the_same() -> None:
    nodes: list[Any] = []
    for word in (
        {"type": "text", "text": "a"},
        {"type": "text", "text": "b"},
        {"type": "text", "text": "c", "marks": [{"type": "bold"}]},
        {"type": "hardBreak"},
        {"type": "hardBreak"},
    ):
        add(nodes, word)
    assert [node.get("text") for node in nodes] == ["ab", "c", None, None]
