"""Texts of editors, rendered from an allow-list: nothing that runs, nothing lost."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.base import prose


def doc(*nodes: Any) -> dict[str, Any]:
    return {"type": "doc", "content": list(nodes)}


def text(words: str, *marks: Any) -> dict[str, Any]:
    return {"type": "text", "text": words, "marks": list(marks)} if marks else {"type": "text", "text": words}


def paragraph(*inline: Any, **attrs: Any) -> dict[str, Any]:
    return {"type": "paragraph", "attrs": attrs, "content": list(inline)}


def item(*words: str) -> dict[str, Any]:
    return {"type": "listItem", "content": [paragraph(text(word)) for word in words]}


LINK = {"type": "link", "attrs": {"href": "https://a.example/?b=1&c=2"}}


def test_a_text_is_told_as_html_markdown_and_plain_text() -> None:
    whole = doc(
        {"type": "heading", "attrs": {"id": "h1", "level": 2}, "content": [text("Why & how")]},
        paragraph(text("Six "), text("benches", {"type": "bold"}), text(" here", LINK), id="p1"),
        {"type": "bulletList", "content": [item("one"), item("two", "more")]},
        {"type": "orderedList", "attrs": {"start": 3}, "content": [item("three")]},
        {"type": "blockquote", "content": [paragraph(text("said"))]},
    )
    assert prose.to_html(whole) == (
        '<h2 data-id="h1">Why &amp; how</h2><p data-id="p1">Six <strong>benches</strong>'
        '<a href="https://a.example/?b=1&amp;c=2" rel="noopener nofollow ugc"> here</a></p>'
        "<ul><li><p>one</p></li><li><p>two</p><p>more</p></li></ul>"
        '<ol start="3"><li><p>three</p></li></ol><blockquote><p>said</p></blockquote>'
    )
    assert prose.to_markdown(whole) == (
        "## Why & how\n\nSix **benches**[ here](<https://a.example/?b=1&c=2>)\n\n- one\n- two\n\n  more\n\n3. three\n\n> said\n"
    )
    assert prose.to_text(whole) == "Why & how\n\nSix benches here\n\n- one\n- two\n  more\n\n3. three\n\n> said\n"


def test_blocks_carry_their_ids_and_what_they_are() -> None:
    whole = doc(
        {"type": "heading", "attrs": {"id": "a", "level": 3}, "content": [text("T")]},
        {"type": "bulletList", "content": [{"type": "listItem", "content": [paragraph(text("x"), id="b")]}]},
        paragraph(id="empty"),
    )
    assert prose.blocks(whole) == [("a", "heading", "T"), ("b", "listItem", "x")]


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        " JaVaScRiPt:x",
        "data:text/html,x",
        "//evil.example",
        "https://a b",
        "vbscript:x",
        7,
        None,
    ],
)
def test_an_address_that_could_run_is_no_link(href: Any) -> None:
    html = prose.to_html(doc(paragraph(text("x", {"type": "link", "attrs": {"href": href}}))))
    assert html == "<p>x</p>"


@pytest.mark.parametrize(
    "src", ["https://evil.example/x.png", "//evil.example/x", "data:image/png;base64,AA", "/../x", "/a?b"]
)
def test_pictures_come_from_this_site_only(src: str) -> None:
    picture = {"type": "image", "attrs": {"src": src, "alt": "A tree"}}
    assert prose.to_html(doc(picture)) == "<p>A tree</p>"
    ours = {"type": "image", "attrs": {"src": "/media/rooms/1.webp", "alt": '"<', "upload": "u1"}}
    assert prose.to_html(doc(ours)) == '<img data-upload="u1" src="/media/rooms/1.webp" alt="&quot;&lt;">'


def test_what_is_unknown_goes_and_its_words_stay() -> None:
    whole = doc(
        {"type": "script", "content": [text("alert(1)")]},
        {
            "type": "paragraph",
            "attrs": {"id": 'x" onclick="y', "style": "z"},
            "content": [text("a", {"type": "blink"})],
        },
        text("loose"),
        {
            "type": "table",
            "content": [
                {
                    "type": "tableRow",
                    "content": [{"type": "tableCell", "attrs": {"colspan": "9"}, "content": [paragraph(text("c"))]}],
                }
            ],
        },
    )
    assert prose.to_html(whole) == (
        "<p>alert(1)</p><p>a</p><p>loose</p><table><tbody><tr><td><p>c</p></td></tr></tbody></table>"
    )


def test_suggestions_and_comments_keep_their_anchors() -> None:
    marks = [{"type": "comment", "attrs": {"id": "c1"}}, {"type": "insertion", "attrs": {"id": "s1", "by": "<x>"}}]
    assert prose.to_html(doc(paragraph(text("x", *marks)))) == (
        '<p><mark class="said" data-comment="c1"><ins data-suggestion="s1">x</ins></mark></p>'
    )


def test_cleaning_twice_changes_nothing() -> None:
    whole = doc({"type": "bulletList", "content": [paragraph(text("x")), item("y")]}, text("z\0"))
    once = prose.clean(whole)
    assert prose.clean(once) == once
    assert "\0" not in json.dumps(once)


def test_deep_nesting_does_not_end_the_process() -> None:
    deep: Any = paragraph(text("bottom"))
    for _ in range(2000):
        deep = {"type": "blockquote", "content": [deep]}
    assert prose.to_html(doc(deep)).startswith("<blockquote>")


def test_first_words_are_cut_at_a_word() -> None:
    whole = doc({"type": "heading", "content": [text("No")]}, paragraph(text("Six benches with backs and two tables")))
    assert prose.first_words(whole, 20) == "Six benches with…"
    assert prose.first_words(whole) == "Six benches with backs and two tables"


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "content", "attrs", "marks", "text", "id", "level", "href", "src"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)
_node = st.fixed_dictionaries(
    {"type": st.sampled_from(sorted(prose.BLOCKS | prose.INLINE | {"listItem", "tableRow", "tableCell", "x"}))},
    optional={"content": st.lists(_json, max_size=3), "attrs": _json, "text": st.text(max_size=20), "marks": _json},
)


@given(st.lists(_node, max_size=4))
def test_whatever_comes_is_rendered_or_left_out(nodes: Any) -> None:
    whole = {"type": "doc", "content": nodes}
    for render in (prose.to_html, prose.to_markdown, prose.to_text):
        assert isinstance(render(whole), str)
    html = prose.to_html(whole)
    assert "<script" not in html.lower()
    assert "javascript:" not in html.lower() or "href" not in html.lower()


@pytest.mark.parametrize("value", [None, 7, "x", [], {}, {"content": 7}, {"content": [None, 1, "x"]}])
def test_what_is_no_document_is_an_empty_one(value: Any) -> None:
    assert prose.to_html(value) == "<p></p>"


def test_a_heading_that_says_nothing_is_no_stop_for_a_screen_reader() -> None:
    empty = {"type": "heading", "attrs": {"level": 2, "id": "h1"}}
    assert prose.to_html(doc(empty)) == '<p data-id="h1"></p>'
    assert prose.to_html(doc({**empty, "content": [text("Shade")]})) == '<h2 data-id="h1">Shade</h2>'
