"""Brings a text to what it is to say with as few changes as it takes, so that what stays keeps who wrote it."""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from typing import Any, Final

from pycrdt import XmlElement, XmlText

from realtime.document.crdt import Scratch
from realtime.document.nodes import Node, marks_of, plain

WORDY: Final = frozenset({"paragraph", "heading"})
_TOKENS: Final = re.compile(r"\w+|\s+|[^\w\s]")
LARGE: Final = 4_000_000  # pairs of words above which a block is written anew

Clean = Callable[[Node], list[Node]]
Token = tuple[str, str]  # a word and its marks


def restored(scratch: Scratch, client: int, target: list[Node], clean: Clean, *, whole: bool = False) -> list[bytes]:
    """The update with which `client` makes the text say `target`, a list of clean blocks.

    `clean` tells what readers see of a node. With `whole`, blocks that differ are written anew.
    """
    return scratch.written(client, lambda fragment: _Hand(clean, whole=whole).bring(fragment, target))


def emptied(scratch: Scratch, client: int, ids: set[str]) -> list[bytes]:
    """The update with which `client` takes away the blocks `ids` where no words are left, and what held only them."""

    def sweep(fragment: Any) -> None:
        _sweep(fragment, ids)

    return scratch.written(client, sweep)


class _Hand:
    """Works on the blocks of one parent from the last to the first, so that places hold."""

    def __init__(self, clean: Clean, *, whole: bool) -> None:
        self.clean, self.whole = clean, whole

    def bring(self, parent: Any, target: list[Node]) -> None:
        children = list(parent.children)
        present = [self._seen(child) for child in children]
        known = {_id(node) for node in target} & {_id(node) for node in present if node} - {""}
        old = [_label(node, known) for node in present]
        new = [_label(node, known) for node in target]
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        for what, a, b, c, d in reversed(matcher.get_opcodes()):
            if what == "equal":
                for place in reversed(range(b - a)):
                    self._adapt(parent, a + place, present[a + place], target[c + place])
                continue
            if b > a:
                del parent.children[a:b]
            for place in reversed(range(c, d)):
                _insert(parent, a, target[place])

    def _seen(self, child: Any) -> Node | None:
        """A child as readers see it; None for what is none of one block."""
        seen = self.clean(_raw(child)) if isinstance(child, XmlElement) else []
        return seen[0] if len(seen) == 1 else None

    def _adapt(self, parent: Any, place: int, present: Node | None, wanted: Node) -> None:
        if present == wanted:
            return
        element = parent.children[place]
        fits = present is not None and present["type"] == wanted["type"] == element.tag
        if self.whole or present is None or not fits or not self._within(element, present, wanted):
            del parent.children[place : place + 1]
            _insert(parent, place, wanted)

    def _within(self, element: XmlElement, present: Node, wanted: Node) -> bool:
        """Change a block that stays; False where it is better written anew."""
        if wanted["type"] in WORDY:
            texts = list(element.children)
            bare = len(texts) == 1 and isinstance(texts[0], XmlText)
            if not bare or any(node["type"] != "text" for node in wanted.get("content", ())):
                return False
            if not _reword(texts[0], wanted.get("content", [])):  # type: ignore[arg-type]
                return False
        elif all(isinstance(child, XmlElement) for child in element.children):
            self.bring(element, wanted.get("content", []))
        else:
            return False
        _set(element, present.get("attrs", {}), wanted.get("attrs", {}))
        return True


def _raw(element: XmlElement) -> Node:
    attributes: Any = element.attributes
    node: Node = {"type": element.tag}
    if attrs := {key: plain(value) for key, value in attributes}:
        node["attrs"] = attrs
    content: list[Node] = []
    for child in element.children:
        if isinstance(child, XmlElement):
            content.append(_raw(child))
        elif isinstance(child, XmlText):
            for words, given in child.diff():
                if isinstance(words, str) and (words := words.replace("\0", "")):
                    content.append({"type": "text", "text": words, "marks": marks_of(given or {})})
    node["content"] = content
    return node


def _id(node: Node | None) -> str:
    return str(node.get("attrs", {}).get("id") or "") if node else ""


def _label(node: Node | None, known: set[str]) -> str:
    """By what a block is the same one: its lasting id, where both texts have it, else what it says."""
    if node is None:
        return "\0"
    if (key := _id(node)) in known:
        return f"#{key}"
    bare = {**node, "attrs": {name: value for name, value in node.get("attrs", {}).items() if name != "id"}}
    return json.dumps(bare, sort_keys=True)


def _set(element: XmlElement, present: dict[str, Any], wanted: dict[str, Any]) -> None:
    for key in present.keys() - wanted.keys():
        del element.attributes[key]
    for key, value in wanted.items():
        if present.get(key) != value:
            element.attributes[key] = value


# --- Words -------------------------------------------------------------------------------


def _tokens(parts: list[tuple[str, str]]) -> list[Token]:
    return [(word, marks) for text, marks in parts for word in _TOKENS.findall(text)]


def _reword(text: XmlText, wanted: list[Node]) -> bool:
    """Change only the words that differ; the library counts in bytes."""
    raw = [(words, given or {}) for words, given in text.diff()]
    if not all(isinstance(words, str) and "\0" not in words for words, _ in raw):
        return False
    old = _tokens([(words, json.dumps(marks_of(given), sort_keys=True)) for words, given in raw])
    new = _tokens([(node["text"], json.dumps(node.get("marks", []), sort_keys=True)) for node in wanted])
    if len(old) * len(new) > LARGE:
        return False
    starts = [0]
    for word, _ in old:
        starts.append(starts[-1] + len(word.encode()))
    for what, a, b, c, d in reversed(SequenceMatcher(None, old, new, autojunk=False).get_opcodes()):
        if what == "equal":
            continue
        if b > a:
            del text[starts[a] : starts[b]]
        at = starts[a]
        for words, marks in _runs(new[c:d]):
            text.insert(at, words, _attributes(json.loads(marks)))
            at += len(words.encode())
    return True


def _runs(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    words, marks = "", ""
    for word, each in tokens:
        if words and each != marks:
            yield words, marks
            words = ""
        words, marks = words + word, each
    if words:
        yield words, marks


def _attributes(marks: list[Node]) -> dict[str, Any]:
    """Marks as y-prosemirror writes them; of several of one kind each has a name of its own."""
    kinds = [mark["type"] for mark in marks]
    out: dict[str, Any] = {}
    for mark in marks:
        attrs = mark.get("attrs", {})
        name = mark["type"]
        if kinds.count(name) > 1:
            digest = hashlib.sha256(json.dumps(attrs, sort_keys=True).encode()).digest()
            name = f"{name}--{base64.b64encode(digest[:6]).decode()}"
        out[name] = attrs
    return out


# --- Whole blocks ------------------------------------------------------------------------


def _insert(parent: Any, place: int, node: Node) -> None:
    attrs: Any = {key: value for key, value in node.get("attrs", {}).items() if value is not None}
    element = parent.children.insert(place, XmlElement(node["type"], attrs))
    text: XmlText | None = None
    for child in node.get("content", []):
        if child["type"] != "text":
            text = None
            _insert(element, len(element.children), child)
            continue
        if text is None:
            text = element.children.append(XmlText())
        text.insert(len(text), child["text"], _attributes(child.get("marks", [])))


# --- Taking away what is empty -----------------------------------------------------------


def _sweep(parent: Any, ids: set[str]) -> bool:
    """Whether nothing is left in `parent`."""
    children = list(parent.children)
    for place in reversed(range(len(children))):
        child = children[place]
        if not isinstance(child, XmlElement):
            continue
        attributes: Any = child.attributes
        mine = attributes.get("id") in ids
        holds = child.tag not in WORDY and child.tag != "hardBreak" and len(child.children) > 0
        gone = _sweep(child, ids) if holds else mine and not _says(child)
        if gone and child.tag not in ("tableCell", "tableHeader"):
            del parent.children[place : place + 1]
    return not any(isinstance(child, XmlElement) or len(child) for child in parent.children)


def _says(element: XmlElement) -> bool:
    for child in element.children:
        if isinstance(child, XmlText):
            if any(not isinstance(words, str) or words.strip() for words, _ in child.diff()):
                return True
        elif child.tag != "hardBreak":  # type: ignore[union-attr]
            return True
    return False
