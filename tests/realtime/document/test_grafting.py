"""Blocks of one document become new nodes of another: their words and looks go along, talk about them does not."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from pycrdt import XmlFragment

from realtime import document
from realtime.document.grafting import graft


@pytest.fixture
def ids() -> Iterator[str]:
    return (f"new{number}" for number in count(1))


def grafted(nodes: list[Any], ids: Iterator[str]) -> tuple[list[Any], dict[str, str]]:
    scratch, origins = document.Scratch(), {}

    def write(fragment: XmlFragment) -> None:
        origins.update(graft(fragment, nodes, lambda: next(ids)))

    return document.read(scratch.written(5, write)).content["content"], origins


def words(*parts: Any) -> Any:
    return {"type": "paragraph", "attrs": {"id": "old"}, "content": list(parts)}


def text(said: str, *marks: str) -> Any:
    return {"type": "text", "text": said, "marks": [{"type": mark, "attrs": {"id": "k"}} for mark in marks]}


def test_a_block_gets_a_name_of_its_own_and_remembers_the_one_it_had(ids: Iterator[str]) -> None:
    [node], origins = grafted([words(text("Six benches"))], ids)
    assert (node["attrs"]["id"], origins) == ("new1", {"new1": "old"})


def test_a_list_goes_along_with_all_its_items(ids: Iterator[str]) -> None:
    item = {"type": "listItem", "attrs": {"id": "i"}, "content": [words(text("one"))]}
    [node], origins = grafted([{"type": "orderedList", "attrs": {"id": "l", "start": 3}, "content": [item]}], ids)
    assert node["attrs"] == {"id": "new1", "start": 3}
    assert node["content"][0]["content"][0]["content"] == [{"type": "text", "text": "one"}]
    assert origins == {"new1": "l", "new2": "i", "new3": "old"}


def test_what_was_only_proposed_stays_behind_and_what_is_to_go_still_stands(ids: Iterator[str]) -> None:
    parts = [text("Six "), text("steel", "deletion"), text("wooden", "insertion"), text(" benches", "comment")]
    [node], _origins = grafted([words(*parts)], ids)
    assert node["content"] == [{"type": "text", "text": "Six steel benches"}]


def test_a_word_behind_a_bold_one_is_not_bold(ids: Iterator[str]) -> None:
    bold = {"type": "text", "text": "now", "marks": [{"type": "bold"}]}
    [node], _origins = grafted([words(bold, text(" and then"))], ids)
    assert [each.get("marks") for each in node["content"]] == [[{"type": "bold"}], None]


def test_a_picture_comes_as_its_words_and_a_break_as_a_break(ids: Iterator[str]) -> None:
    picture = {"type": "image", "attrs": {"id": "p", "src": "/media/1", "alt": "The dry fountain"}}
    broken = words(text("One"), {"type": "hardBreak"}, text("Two"))
    [shown, lines], origins = grafted([picture, broken], ids)
    assert shown["type"] == "paragraph"
    assert shown["content"] == [{"type": "text", "text": "The dry fountain"}]
    assert origins["new1"] == "p"
    assert [each["type"] for each in lines["content"]] == ["text", "hardBreak", "text"]
