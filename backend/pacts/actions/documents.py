"""Plain lines as a document and back, for people who write without the editor."""

import re
from typing import Any

from backend.base.ids import uuid7
from backend.base.prose import blocks

Node = dict[str, Any]


def _words(text: str) -> list[Node]:
    return [{"type": "text", "text": text}] if text else []


def _block(kind: str, text: str, **attrs: Any) -> Node:
    return {"type": kind, "attrs": {"id": uuid7().hex[-12:], **attrs}, "content": _words(text)}


def document_of(text: str) -> Node:
    """`# ` begins a heading, `- ` a point of a list, an empty line ends a paragraph."""
    nodes: list[Node] = []
    paragraph: list[str] = []

    def close() -> None:
        if paragraph:
            nodes.append(_block("paragraph", " ".join(paragraph)))
            paragraph.clear()

    for line in [*(line.strip() for line in text.split("\n")), ""]:
        if found := re.match(r"(#{1,3})\s+(.+)", line):
            close()
            nodes.append(_block("heading", found[2], level=min(3, max(2, len(found[1])))))
        elif found := re.match(r"[-*•]\s+(.+)", line):
            close()
            if not nodes or nodes[-1]["type"] != "bulletList":
                nodes.append({"type": "bulletList", "content": []})
            nodes[-1]["content"].append({"type": "listItem", "content": [_block("paragraph", found[1])]})
        elif line:
            paragraph.append(line)
        else:
            close()
    return {"type": "doc", "content": nodes or [_block("paragraph", "")]}


SIGNS = {"heading": "# ", "listItem": "- "}


def text_of(content: Node) -> str:
    """The same lines again, to go on writing from."""
    out: list[str] = []
    for piece in blocks(content):
        point = piece.kind == "listItem" and bool(out) and out[-1].startswith("- ")
        if out and not point:
            out.append("")
        out.append(SIGNS.get(piece.kind, "") + piece.text.replace("\n", " "))
    return "\n".join(out)
