"""Marks that the server writes into the text, with Yjs in Node as the judge of what browsers read."""

import contextlib
import random
from typing import Any

import pytest
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from backend.base import marks, prose
from realtime import document
from realtime.document import Lost, suggesting
from tests.realtime.nodes import Node
from tests.realtime.updates import plain

WORDS = ["a", "bé", "ß ", "😀", "ő tree ", "x😀y", "long words here ", "ą", "bench"]


class Sheet:
    """A text and its log, on which the server writes."""

    def __init__(self, *blocks: str) -> None:
        doc: Doc[Any] = Doc(client_id=7)
        fragment = doc.get("document", type=XmlFragment)
        for number, words in enumerate(blocks):
            fragment.children.append(XmlElement("paragraph", {"id": f"p{number}"}, [XmlText(words)]))
        self.log = [doc.get_update()]
        self.client = 100

    def do(self, call: Any, *args: Any, **more: Any) -> None:
        scratch, known, _ = document.load(self.log)
        self.client += 1
        for update in call(scratch, self.client, *args, **more):
            self.log.append(known.take(update).data)

    @property
    def content(self) -> dict[str, Any]:
        return document.read(self.log).content

    def text(self) -> str:
        return prose.to_text(self.content).strip()

    def agreed(self, judge: Node) -> bool:
        """Browsers read what the server reads."""
        seen = judge.call("newcomer", updates=[update.hex() for update in self.log])
        assert not seen["pending"]
        return bool(bare(seen["content"]) == bare(self.content))


def bare(value: Any) -> Any:
    """A reading without the letters by which the editor tells overlapping marks apart."""
    content = plain(value)
    for block in content["content"]:
        for words in block.get("content", ()):
            for each in words.get("marks", ()):
                each["type"] = each["type"].partition("--")[0]
            words.get("marks", []).sort(key=lambda each: (each["type"], str(each.get("attrs"))))
    return content


def mark(key: str) -> dict[str, Any]:
    return {"id": key, "by": "someone", "at": None}


def test_other_words_are_marked_word_by_word_and_the_text_still_says_the_old_ones(judge: Node) -> None:
    sheet = Sheet("Six steel benches 😀 with backs.", "Shade.")
    sheet.do(
        suggesting.rewrite, mark("s1"), "p0", "Six steel benches 😀 with backs.", "Seven wooden benches 🎉 with backs."
    )
    assert sheet.text() == "Six steel benches 😀 with backs.\n\nShade."
    stands = marks.marked(sheet.content)["s1"]
    assert (stands.deletion, stands.insertion) == ("Sixsteel😀", "Sevenwooden🎉")
    assert sheet.agreed(judge)
    accepted, rejected = Sheet(), Sheet()
    accepted.log, rejected.log = list(sheet.log), list(sheet.log)
    accepted.do(suggesting.decide, "s1", accept=True)
    rejected.do(suggesting.decide, "s1", accept=False)
    assert accepted.text() == "Seven wooden benches 🎉 with backs.\n\nShade."
    assert rejected.text() == "Six steel benches 😀 with backs.\n\nShade."
    for each in (accepted, rejected):
        assert marks.marked(each.content) == {}
        assert each.agreed(judge)
        assert len(each.log) == len(sheet.log) + 1


def test_deciding_again_about_what_is_decided_writes_nothing() -> None:
    sheet = Sheet("One")
    sheet.do(suggesting.decide, "s1", accept=True)
    assert len(sheet.log) == 1


def test_a_block_that_loses_all_its_words_goes_but_never_the_last(judge: Node) -> None:
    sheet = Sheet("One", "Two")
    for block, words in (("p0", "One"), ("p1", "Two")):
        sheet.do(suggesting.rewrite, mark(block), block, words, "")
        sheet.do(suggesting.decide, block, accept=True)
    assert sheet.content["content"] == [{"type": "paragraph", "attrs": {"id": "p1"}}]
    assert sheet.agreed(judge)


def test_a_proposed_split_is_undone_or_stays(judge: Node) -> None:
    for accept, words in ((True, "Shade\n\nand seats"), (False, "Shade and seats")):
        sheet = Sheet("Shade", "and seats")

        def split(scratch: Any, client: int) -> list[bytes]:
            def write(fragment: Any) -> None:
                fragment.children[1].attributes["suggested"] = "s1"
                fragment.children[0].children[0].insert(5, " ", {"bold": {}})

            return scratch.written(client, write)

        sheet.do(split)
        sheet.do(suggesting.decide, "s1", accept=accept)
        assert sheet.text().replace("Shade \n", "Shade\n") == words
        assert sheet.agreed(judge)


def test_a_comment_hangs_on_the_words_nearest_to_where_they_were_seen(judge: Node) -> None:
    sheet = Sheet("a bench, a tree, a bench")
    sheet.do(suggesting.comment, "c1", "p0", 15, "a bench")
    sheet.do(suggesting.comment, "c2", "p0", 0, "")
    content = sheet.content["content"][0]["content"]
    assert [each["text"] for each in content] == ["a bench, a tree, ", "a bench"]
    assert [m["attrs"]["id"] for m in content[1]["marks"]] in (["c1", "c2"], ["c2", "c1"])
    assert sheet.agreed(judge)
    with pytest.raises(Lost):
        sheet.do(suggesting.comment, "c3", "p0", 0, "a swing")
    with pytest.raises(Lost):
        sheet.do(suggesting.comment, "c3", "p9", 0, "")


def test_a_paragraph_that_changed_meanwhile_is_not_rewritten() -> None:
    sheet = Sheet("Six benches")
    with pytest.raises(Lost):
        sheet.do(suggesting.rewrite, mark("s1"), "p0", "Five benches", "Four benches")


@pytest.mark.parametrize("seed", range(25))
def test_random_proposals_and_decisions_read_the_same_in_browsers(judge: Node, seed: int) -> None:
    dice = random.Random(seed)

    def words(n: int) -> str:
        return "".join(dice.choice(WORDS) for _ in range(n)).strip() or "a"

    sheet = Sheet(*(words(6) for _ in range(3)))
    for step in range(12):
        blocks = [piece for piece in prose.blocks(sheet.content) if piece.id]
        what = dice.randrange(4)
        if what < 2 and blocks:
            block = dice.choice(blocks)
            with contextlib.suppress(suggesting.Taken):
                sheet.do(suggesting.rewrite, mark(f"s{step}"), block.id, block.text, words(6))
        elif what == 2 and blocks:
            sheet.do(suggesting.comment, f"c{step}", dice.choice(blocks).id, 0, "")
        elif keys := [key for key in marks.marked(sheet.content) if key.startswith("s")]:
            sheet.do(suggesting.decide, dice.choice(keys), accept=dice.random() < 0.5)
    assert sheet.agreed(judge)
    for key in [key for key in marks.marked(sheet.content) if key.startswith("s")]:
        before = sheet.text()
        sheet.do(suggesting.decide, key, accept=False)
        assert sheet.text() == before, "what is rejected leaves the text as it stood"
    assert sheet.agreed(judge)


def test_a_rejected_split_loses_no_line_break(judge: Node) -> None:
    sheet = Sheet("One")
    name = {"id": "pn", "suggested": "key00000"}

    def split(scratch: Any, client: int) -> list[bytes]:
        def write(fragment: Any) -> None:
            block = fragment.children.append(XmlElement("paragraph", name, [XmlText("two")]))
            block.children.append(XmlElement("hardBreak"))
            block.children.append(XmlText("three"))

        return list(scratch.written(client, write))

    sheet.do(split)
    sheet.do(suggesting.decide, "key00000", accept=False)
    [block] = sheet.content["content"]
    assert [node.get("text", node["type"]) for node in block["content"]] == ["Onetwo", "hardBreak", "three"]
    assert sheet.agreed(judge)
