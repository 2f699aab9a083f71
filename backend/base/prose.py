"""ProseMirror documents as HTML, Markdown, plain text and blocks, from a list of what is allowed."""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from backend.base.marks import SUGGESTED, settled

Node = dict[str, Any]

DEPTH: Final = 80
ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
ADDRESS: Final = re.compile(r"(?:https?:|mailto:|tel:)[^\s\x00-\x1f\x7f]*", re.IGNORECASE)
PICTURE: Final = re.compile(r"/(?!/)[A-Za-z0-9/_.~%-]+")
UPLOAD: Final = re.compile(r"[A-Za-z0-9-]{1,64}")

INLINE: Final = frozenset({"text", "hardBreak"})
LISTS: Final = frozenset({"bulletList", "orderedList"})
CELLS: Final = frozenset({"tableCell", "tableHeader"})
WORDY: Final = frozenset({"paragraph", "heading"})
BLOCKS: Final = WORDY | LISTS | {"blockquote", "table", "image"}
PLAIN_MARKS: Final = ("bold", "italic")
NAMED_MARKS: Final = ("comment", "insertion", "deletion")

# Names that blocks carry: their own, the note of the board that their words come from, and the suggestion
# where it is only proposed that they begin here.
_NAMED: Final = {"id": BLOCKS | CELLS | {"listItem", "tableRow"}, "idea": {"paragraph"}, SUGGESTED: WORDY}

_TAGS: Final = {
    "paragraph": "p",
    "bulletList": "ul",
    "orderedList": "ol",
    "listItem": "li",
    "blockquote": "blockquote",
    "tableRow": "tr",
    "tableCell": "td",
    "tableHeader": "th",
}


class Piece(NamedTuple):
    """One block of words: its lasting id, what it is, what it says."""

    id: str
    kind: str
    text: str


# --- Cleaning ----------------------------------------------------------------------------


def clean(doc: Any) -> Node:
    """`doc` with nothing in it but nodes, marks and attributes that every reader of Copact knows.

    What is unknown is left out and its words stay, so a frozen text never loses what was written.
    """
    return {"type": "doc", "content": _blocks(_content(doc), 0) or [{"type": "paragraph"}]}


def as_it_stands(doc: Any) -> Node:
    """`doc` cleaned, and without what is only proposed or said about it."""
    return settled(clean(doc))


def _content(node: Any) -> list[Any]:
    found = node.get("content") if isinstance(node, dict) else None
    return found if isinstance(found, list) else []


def _blocks(children: list[Any], depth: int) -> list[Node]:
    out: list[Node] = []
    loose: list[Node] = []
    for child in children if depth < DEPTH else ():
        kind = _type(child)
        if kind in INLINE:
            loose.extend(_inline([child], depth))
            continue
        if loose:
            out.append({"type": "paragraph", "content": loose})
            loose = []
        if kind in BLOCKS:
            out.append(_block(child, depth))
        else:
            out.extend(_blocks(_content(child), depth + 1))
    if loose:
        out.append({"type": "paragraph", "content": loose})
    return out


def _block(node: Node, depth: int) -> Node:
    kind = node["type"]
    if kind in WORDY:
        return _node(node, _inline(_content(node), depth + 1))
    if kind == "image":
        return _node(node, [])
    if kind in LISTS:
        return _node(node, _wrapped(node, "listItem", depth))
    if kind == "table":
        return _node(node, [_row(row, depth) for row in _content(node) if _type(row) == "tableRow"])
    return _node(node, _blocks(_content(node), depth + 1) or [{"type": "paragraph"}])


def _type(node: Any) -> str:
    found = node.get("type") if isinstance(node, dict) else None
    return found if isinstance(found, str) else ""


def _wrapped(node: Node, kind: str, depth: int) -> list[Node]:
    items = []
    for child in _content(node):
        inner = _content(child) if _type(child) == kind else [child]
        blocks = _blocks(inner, depth + 2)
        if not blocks or blocks[0]["type"] != "paragraph":
            blocks.insert(0, {"type": "paragraph"})
        items.append(_node(child if _type(child) == kind else {"type": kind}, blocks))
    return items


def _row(row: Node, depth: int) -> Node:
    cells = [
        _node(cell, _blocks(_content(cell), depth + 3) or [{"type": "paragraph"}])
        for cell in _content(row)
        if _type(cell) in CELLS
    ]
    return _node(row, cells)


def _inline(children: list[Any], depth: int) -> list[Node]:
    out: list[Node] = []
    for child in children if depth < DEPTH else ():
        if _type(child) == "text":
            text = child.get("text")
            if isinstance(text, str) and (text := text.replace("\0", "")):
                _join(out, text, _marks(child))
        elif _type(child) == "hardBreak":
            out.append({"type": "hardBreak"})
        else:
            out.extend(_inline(_content(child), depth + 1))
    return out


def _join(out: list[Node], text: str, marks: list[Node]) -> None:
    last = out[-1] if out else None
    if last and last["type"] == "text" and last.get("marks", []) == marks:
        last["text"] += text
        return
    node: Node = {"type": "text", "text": text}
    if marks:
        node["marks"] = marks
    out.append(node)


def _marks(node: Node) -> list[Node]:
    given: dict[str, dict[str, Any]] = {}
    marks = node.get("marks")
    for mark in marks if isinstance(marks, list) else ():
        if isinstance(mark, dict) and isinstance(mark.get("type"), str):
            attrs = mark.get("attrs")
            given.setdefault(mark["type"], attrs if isinstance(attrs, dict) else {})
    out: list[Node] = []
    href = given.get("link", {}).get("href")
    if isinstance(href, str) and ADDRESS.fullmatch(href.strip()):
        out.append({"type": "link", "attrs": {"href": href.strip()}})
    out += [{"type": name} for name in PLAIN_MARKS if name in given]
    return out + _hanging(marks if isinstance(marks, list) else [])


def _hanging(marks: list[Any]) -> list[Node]:
    """Comments, of which there may be many on the same words, and suggestions, of which there is one of a kind."""
    keys: dict[str, list[str]] = {name: [] for name in NAMED_MARKS}
    for mark in marks:
        attrs = mark.get("attrs") if isinstance(mark, dict) else None
        key = attrs.get("id") if isinstance(attrs, dict) else None
        name = mark.get("type") if isinstance(mark, dict) else None
        if isinstance(name, str) and name in keys and isinstance(key, str) and ID.fullmatch(key):
            keys[name].append(key)
    shown = {name: sorted(set(found)) if name == "comment" else found[:1] for name, found in keys.items()}
    return [{"type": name, "attrs": {"id": key}} for name, found in shown.items() for key in found]


def _node(node: Node, content: list[Node]) -> Node:
    out: Node = {"type": node["type"]}
    if attrs := _attrs(node):
        out["attrs"] = attrs
    if content:
        out["content"] = content
    return out


def _attrs(node: Node) -> dict[str, Any]:
    given = node.get("attrs")
    if not isinstance(given, dict):
        given = {}
    attrs: dict[str, Any] = {}
    kind = node["type"]
    for name, kinds in _NAMED.items():
        if kind in kinds and isinstance(given.get(name), str) and ID.fullmatch(given[name]):
            attrs[name] = given[name]
    if kind == "heading":
        attrs["level"] = 3 if given.get("level") == 3 else 2
    elif kind == "orderedList":
        attrs["start"] = _number(given.get("start"), 1, 9999)
    elif kind in CELLS:
        attrs["colspan"] = _number(given.get("colspan"), 1, 20)
        attrs["rowspan"] = _number(given.get("rowspan"), 1, 100)
    elif kind == "image":
        attrs |= _picture(given)
    return attrs


def _picture(given: dict[str, Any]) -> dict[str, Any]:
    src, upload = str(given.get("src") or ""), str(given.get("upload") or "")
    attrs = {"alt": str(given.get("alt") or "").replace("\0", "")[:500]}
    if PICTURE.fullmatch(src) and ".." not in src:
        attrs["src"] = src
    if UPLOAD.fullmatch(upload):
        attrs["upload"] = upload
    return attrs


def _number(value: Any, least: int, most: int) -> int:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return min(max(value, least), most) if whole else least


# --- HTML --------------------------------------------------------------------------------


def to_html(doc: Any) -> SafeString:
    """Safe HTML with blocks' ids in `data-id`. Headings are h2 and h3, empty ones paragraphs."""
    return mark_safe("".join(_html(node) for node in clean(doc)["content"]))  # noqa: S308  every part is escaped below


def _html(node: Node) -> str:
    kind, attrs = node["type"], node.get("attrs", {})
    if kind == "text":
        return _marked(node)
    if kind == "hardBreak":
        return "<br>"
    if kind == "image":
        return _image(attrs)
    inner = "".join(_html(child) for child in _content(node))
    name = f' data-id="{escape(attrs["id"])}"' if "id" in attrs else ""
    name += f' data-suggested="{escape(attrs[SUGGESTED])}"' if SUGGESTED in attrs else ""
    if kind == "table":
        return f"<table{name}><tbody>{inner}</tbody></table>"
    # A heading that says nothing (yet) would be a stop of a screen reader at nothing.
    tag = _TAGS[kind] if kind != "heading" else f"h{attrs['level']}" if inner.strip() else "p"
    for key in ("start", "colspan", "rowspan"):
        if attrs.get(key, 1) != 1:
            name += f' {key}="{attrs[key]}"'
    return f"<{tag}{name}>{inner}</{tag}>"


def _image(attrs: dict[str, Any]) -> str:
    if "src" not in attrs:
        return f"<p>{escape(attrs['alt'])}</p>" if attrs["alt"] else ""
    name = f' data-id="{escape(attrs["id"])}"' if "id" in attrs else ""
    upload = f' data-upload="{escape(attrs["upload"])}"' if "upload" in attrs else ""
    return f'<img{name}{upload} src="{escape(attrs["src"])}" alt="{escape(attrs["alt"])}">'


def _marked(node: Node) -> str:
    out = str(escape(node["text"]))
    for mark in reversed(node.get("marks", [])):
        attrs = mark.get("attrs", {})
        if mark["type"] == "link":
            out = f'<a href="{escape(attrs["href"])}" rel="noopener nofollow ugc">{out}</a>'
        elif mark["type"] == "comment":
            out = f'<mark class="said" data-comment="{escape(attrs["id"])}">{out}</mark>'
        elif mark["type"] in NAMED_MARKS:
            tag = mark["type"][:3]
            out = f'<{tag} data-suggestion="{escape(attrs["id"])}">{out}</{tag}>'
        else:
            tag = "strong" if mark["type"] == "bold" else "em"
            out = f"<{tag}>{out}</{tag}>"
    return out


# --- Text --------------------------------------------------------------------------------
# What cannot show a mark says what stands while nothing is decided: no proposal passes for the text.


def blocks(doc: Any) -> list[Piece]:
    """Every block of words, in order, with its id: what clauses and provenance point at."""
    return list(_pieces(as_it_stands(doc), "doc"))


def _pieces(node: Node, inside: str) -> Iterator[Piece]:
    for child in _content(node):
        kind = child["type"]
        if kind in WORDY:
            if text := _said(child):
                yield Piece(child.get("attrs", {}).get("id", ""), inside if inside != "doc" else kind, text)
        else:
            yield from _pieces(child, kind if kind in {"listItem", "blockquote", *CELLS} else inside)


def _said(node: Node) -> str:
    parts = ("\n" if child["type"] == "hardBreak" else child.get("text", "") for child in _content(node))
    return "".join(parts)


def to_text(doc: Any) -> str:
    """Plain text: a block a paragraph, list items with a dash or a number."""
    return "\n\n".join(_lines(as_it_stands(doc)["content"], markdown=False)).strip() + "\n"


def to_markdown(doc: Any) -> str:
    """CommonMark, with tables as pipes."""
    return "\n\n".join(_lines(as_it_stands(doc)["content"], markdown=True)).strip() + "\n"


def first_words(doc: Any, length: int = 160) -> str:
    """The beginning of the text without its headings, cut at a word: for lists and cards."""
    words = " ".join(piece.text for piece in blocks(doc) if piece.kind != "heading").split()
    text = " ".join(words)
    return text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0] + "…"


def _lines(nodes: list[Node], *, markdown: bool) -> list[str]:
    return [line for node in nodes if (line := _line(node, markdown=markdown))]


def _line(node: Node, *, markdown: bool) -> str:
    kind, attrs = node["type"], node.get("attrs", {})
    if kind in WORDY:
        words = _words(node, markdown=markdown)
        return f"{'#' * attrs['level']} {words}" if markdown and kind == "heading" else words
    if kind in LISTS:
        return _list(node, markdown=markdown)
    if kind == "blockquote":
        inner = "\n\n".join(_lines(_content(node), markdown=markdown))
        return "\n".join(f"> {line}".rstrip() for line in inner.split("\n"))
    if kind == "table":
        return _table(node, markdown=markdown)
    return f"![{_escaped(attrs['alt'])}]({attrs.get('src', '')})" if markdown else attrs["alt"]


def _list(node: Node, *, markdown: bool) -> str:
    out = []
    number = node.get("attrs", {}).get("start", 1)
    for item in _content(node):
        sign = f"{number}. " if node["type"] == "orderedList" else "- "
        inner = ("\n\n" if markdown else "\n").join(_lines(_content(item), markdown=markdown))
        first, *rest = inner.split("\n")
        out.append("\n".join([sign + first, *(" " * len(sign) + line if line else "" for line in rest)]))
        number += 1
    return "\n".join(out)


def _table(node: Node, *, markdown: bool) -> str:
    rows = [
        [" ".join(_lines(_content(cell), markdown=markdown)).replace("\n", " ") for cell in _content(row)]
        for row in _content(node)
    ]
    if not markdown:
        return "\n".join("\t".join(row) for row in rows)
    if not rows:
        return ""
    width = max(len(row) for row in rows)
    lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~])")
_START = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s|$)", re.MULTILINE)


def _escaped(text: str) -> str:
    return _SIGNS.sub(r"\\\1", text)


def _words(node: Node, *, markdown: bool) -> str:
    if not markdown:
        return _said(node)
    parts = []
    for child in _content(node):
        if child["type"] == "hardBreak":
            parts.append("\\\n")
            continue
        words = _escaped(child["text"])
        names = {mark["type"]: mark.get("attrs", {}) for mark in child.get("marks", [])}
        words = _around(words, "**" if "bold" in names else "")
        words = _around(words, "*" if "italic" in names else "")
        if "link" in names:
            words = f"[{words}](<{names['link']['href'].replace('>', '%3E').replace('<', '%3C')}>)"
        parts.append(words)
    return _START.sub(lambda found: found[1] + "\\" + found[2], "".join(parts))


def _around(words: str, sign: str) -> str:
    """Emphasis stands next to letters: spaces at the edges stay outside."""
    bare = words.strip()
    return words.replace(bare, f"{sign}{bare}{sign}") if sign and bare else words
