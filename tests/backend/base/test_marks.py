"""Comments and suggestions on the words of a document, and the document without them."""

from typing import Any

from backend.base import marks, prose
from backend.base.marks import only as chosen


def text(words: str, *kinds: tuple[str, str]) -> dict[str, Any]:
    node: dict[str, Any] = {"type": "text", "text": words}
    if kinds:
        node["marks"] = [{"type": kind, "attrs": {"id": key}} for kind, key in kinds]
    return node


def paragraph(*content: dict[str, Any], **attrs: str) -> dict[str, Any]:
    return {"type": "paragraph", "attrs": attrs, "content": list(content)}


def doc(*content: dict[str, Any]) -> dict[str, Any]:
    return {"type": "doc", "content": list(content)}


SAID = doc(
    paragraph(
        text("Six "), text("steel", ("deletion", "s1")), text("wooden", ("insertion", "s1")), text(" benches"), id="p1"
    ),
    paragraph(text("with backs", ("comment", "c1"), ("comment", "c2")), id="p2"),
)


def test_a_suggestion_tells_what_goes_and_what_comes() -> None:
    found = marks.marked(SAID)
    assert list(found) == ["s1", "c1", "c2"]
    assert (found["s1"].block, found["s1"].deletion, found["s1"].insertion) == ("p1", "steel", "wooden")
    assert found["c2"].comment == "with backs"


def test_what_is_not_decided_is_not_in_the_text() -> None:
    assert prose.to_text(SAID) == "Six steel benches\n\nwith backs\n"
    assert prose.to_markdown(SAID) == "Six steel benches\n\nwith backs\n"
    assert [piece.text for piece in prose.blocks(SAID)] == ["Six steel benches", "with backs"]
    assert prose.first_words(SAID) == "Six steel benches with backs"
    bare = prose.as_it_stands(SAID)
    assert bare["content"][0]["content"] == [{"type": "text", "text": "Six steel benches"}]
    assert "<ins" not in prose.to_html(bare)
    assert "<ins" in prose.to_html(SAID)
    assert prose.as_it_stands(bare) == bare


def test_a_block_whose_beginning_is_only_proposed_stands_with_the_one_before() -> None:
    split = doc(
        paragraph(text("Shade"), id="p1"),
        {
            "type": "bulletList",
            "content": [
                {"type": "listItem", "content": [paragraph(text(" and seats"), id="p2", suggested="s1")]},
                {"type": "listItem", "content": [paragraph(text("new", ("insertion", "s1")), suggested="s1")]},
            ],
        },
    )
    assert prose.to_text(split) == "Shade and seats\n"
    assert prose.as_it_stands(split)["content"] == [
        {"type": "paragraph", "attrs": {"id": "p1"}, "content": [{"type": "text", "text": "Shade and seats"}]}
    ]
    assert 'data-suggested="s1"' in prose.to_html(split)


def test_only_the_comments_that_are_asked_for_are_shown() -> None:
    shown = prose.to_html(chosen(prose.clean(SAID), {"c2"}))
    assert 'data-comment="c2"' in shown
    assert "c1" not in shown


def test_a_text_of_nothing_but_proposals_is_empty() -> None:
    new = doc(paragraph(text("All new", ("insertion", "s1")), id="p1"))
    assert prose.to_text(new) == "\n"
    assert prose.blocks(new) == []
    assert marks.words_of(prose.clean(new), "p1") == ""
    assert marks.words_of(prose.clean(new), "p9") is None


# --- What hangs on blocks that stay -----------------------------------------------------------


def listed(*items: list[dict[str, Any]], key: str = "l1") -> dict[str, Any]:
    rows = [
        {"type": "listItem", "attrs": {"id": f"{key}-{place}"}, "content": content}
        for place, content in enumerate(items)
    ]
    return {"type": "bulletList", "attrs": {"id": key}, "content": rows}


def settled(*content: dict[str, Any]) -> dict[str, Any]:
    return marks.settled(prose.clean(doc(*content)))


def kept(now: dict[str, Any], wanted: dict[str, Any]) -> set[str]:
    """What hangs on the words still, where `wanted` is written over `now`."""
    made = marks.carried(prose.clean(now), wanted)
    assert marks.settled(made) == wanted
    return set(marks.marked(made))


def test_blocks_that_say_the_same_keep_what_hangs_on_them() -> None:
    assert kept(SAID, marks.settled(prose.clean(SAID))) == {"s1", "c1", "c2"}
    other = settled(paragraph(text("Six steel benches"), id="p1"), paragraph(text("with arms"), id="p2"))
    assert kept(SAID, other) == {"s1"}
    moved = settled(paragraph(text("with backs"), id="p2"), paragraph(text("New"), id="p3"))
    assert kept(SAID, moved) == {"c1", "c2"}
    assert kept(SAID, settled(paragraph(text("Nothing of it"), id="p9"))) == set()


def test_a_list_of_which_one_point_differs_keeps_what_hangs_on_the_others() -> None:
    first, second = (
        paragraph(text("Shade", ("comment", "c1")), id="a"),
        paragraph(text("Ivy", ("comment", "c2")), id="b"),
    )
    wanted = settled(listed([paragraph(text("Shade"), id="a")], [paragraph(text("Moss"), id="b")]))
    assert kept(doc(listed([first], [second])), wanted) == {"c1"}


def test_a_block_whose_beginning_is_only_proposed_goes_with_the_words_before_it() -> None:
    line = {"type": "horizontalRule"}
    parts = (paragraph(text("Shade"), id="p1"), line, paragraph(text(" and seats"), id="p2", suggested="s1"))
    whole = settled(*parts)
    assert prose.to_text(whole).startswith("Shade and seats")
    assert kept(doc(*parts, paragraph(text("Old"), id="p3")), whole) == {"s1"}
    assert kept(doc(*parts), settled(paragraph(text("Shade"), id="p1"), line)) == set()
    assert kept(doc(parts[2]), settled()) == set()


def test_of_two_blocks_with_the_same_words_each_is_taken_once() -> None:
    now = doc(
        {"type": "paragraph", "content": [text("Yes", ("comment", "c1"))]},
        {"type": "paragraph", "content": [text("Yes", ("comment", "c2"))]},
    )
    assert kept(now, marks.settled(prose.clean(now))) == {"c1", "c2"}
    assert kept(now, settled({"type": "paragraph", "content": [text("Yes")]})) == {"c1"}
