"""Puts blocks of one document at the end of another, as new nodes with ids of their own."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from pycrdt import XmlElement, XmlFragment, XmlText

Node = dict[str, Any]

# What goes along: talk about a passage and changes that were only proposed stay where they were made.
_MARKS: Final = frozenset({"bold", "italic", "link"})
_NAMED: Final = frozenset({"level", "start", "colspan", "rowspan"})


def graft(fragment: XmlFragment, nodes: Sequence[Node], ids: Callable[[], str]) -> dict[str, str]:
    """Write `nodes` at the end of `fragment`; answers with new id -> the id it had before."""
    origins: dict[str, str] = {}
    for node in nodes:
        _put(fragment, node, ids, origins)
    return origins


def _put(parent: Any, node: Node, ids: Callable[[], str], origins: dict[str, str]) -> None:
    given: dict[str, Any] = node.get("attrs") or {}
    kind = str(node["type"])
    if kind == "image":
        _put(parent, _in_words(given), ids, origins)
        return
    attrs: dict[str, Any] = {name: value for name, value in given.items() if name in _NAMED and value is not None}
    attrs["id"] = ids()
    if isinstance(given.get("id"), str):
        origins[attrs["id"]] = given["id"]
    element = XmlElement(kind, attrs)
    parent.children.append(element)
    children: list[Node] = node.get("content") or []
    if kind in ("paragraph", "heading"):
        _write(element, children)
        return
    for child in children:
        _put(element, child, ids, origins)


def _in_words(attrs: dict[str, Any]) -> Node:
    """A picture belongs to the room that it was put into; what it shows goes along in words."""
    alt = str(attrs.get("alt") or "")
    return {"type": "paragraph", "attrs": {"id": attrs.get("id")}, "content": [{"type": "text", "text": alt}]}


def _write(element: XmlElement, children: Sequence[Node]) -> None:
    words: XmlText | None = None
    for child in children:
        if child["type"] == "hardBreak":
            element.children.append(XmlElement("hardBreak"))
            words = None
            continue
        marks = {mark["type"]: mark.get("attrs") or {} for mark in child.get("marks") or ()}
        if not child.get("text") or "insertion" in marks:
            continue
        if words is None:
            words = XmlText()
            element.children.append(words)
        kept = {name: attrs for name, attrs in marks.items() if name in _MARKS}
        # A run without marks says so: what is written after a bold word would be bold, too.
        words.insert(len(words), child["text"], {**dict.fromkeys(_MARKS), **kept} if len(words) or kept else None)
