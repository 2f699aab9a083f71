"""Plain lines become a document and are the same lines again."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.pacts.actions.documents import document_of, text_of


def kinds(text: str) -> list[str]:
    return [node["type"] for node in document_of(text)["content"]]


def words(node: Any) -> str:
    return "".join(each.get("text", "") for each in node["content"])


def test_lines_of_a_paragraph_are_one_and_an_empty_line_ends_it() -> None:
    content = document_of("One\nline.\n\n\nTwo.")["content"]
    assert [words(node) for node in content] == ["One line.", "Two."]


def test_points_beside_each_other_are_one_list() -> None:
    assert kinds("- one\n* two\n• three\n\nText\n- four") == ["bulletList", "paragraph", "bulletList"]
    assert len(document_of("- one\n* two\n• three")["content"][0]["content"]) == 3


@pytest.mark.parametrize(("line", "level"), [("# What", 2), ("## What", 2), ("### What", 3)])
def test_a_heading_is_never_the_pages_own(line: str, level: int) -> None:
    [node] = document_of(line)["content"]
    assert (node["type"], node["attrs"]["level"], words(node)) == ("heading", level, "What")


@pytest.mark.parametrize("line", ["#no heading", "-no point", "#", "-", "####  four"])
def test_signs_without_their_words_are_words(line: str) -> None:
    assert kinds(line) == ["paragraph"]


def test_nothing_is_an_empty_paragraph() -> None:
    assert kinds("") == ["paragraph"]
    assert text_of(document_of("")) == ""


def test_every_block_has_a_name_of_its_own() -> None:
    content = document_of("# a\n\nb\n\nc")["content"]
    assert len({node["attrs"]["id"] for node in content}) == 3


LINES = st.lists(st.sampled_from(["# Title", "- point", "- more", "Words.", "", "  spaced  "]), max_size=12)


@given(LINES)
def test_written_out_and_read_again_it_is_the_same(lines: list[str]) -> None:
    once = text_of(document_of("\n".join(lines)))
    assert text_of(document_of(once)) == once
