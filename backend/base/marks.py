"""What hangs on the words of a ProseMirror document without being part of them: comments and proposed changes."""

import json
from typing import Any, Final

Node = dict[str, Any]

WORDY: Final = frozenset({"paragraph", "heading"})
HANGING: Final = frozenset({"comment", "insertion", "deletion"})
SUGGESTED: Final = "suggested"


class Marked:
    """What one comment or one suggestion stands on: the block where it begins, and its words."""

    def __init__(self, block: str) -> None:
        self.block = block
        self.comment = self.insertion = self.deletion = ""

    @property
    def stands(self) -> bool:
        return bool(self.comment or self.insertion or self.deletion)


def marked(doc: Any) -> dict[str, Marked]:
    """Everything that hangs on the words, by its id, in the order of the text."""
    found: dict[str, Marked] = {}
    for block in _wordy(doc):
        attrs = block.get("attrs") or {}
        name = str(attrs.get("id") or "")
        if key := attrs.get(SUGGESTED):
            found.setdefault(str(key), Marked(name)).insertion += "\n"
        for node in block.get("content") or ():
            for mark in node.get("marks") or ():
                key = (mark.get("attrs") or {}).get("id")
                if mark.get("type") in HANGING and isinstance(key, str):
                    place = found.setdefault(key, Marked(name))
                    setattr(place, mark["type"], getattr(place, mark["type"]) + node.get("text", "\n"))
    return found


def _wordy(node: Any) -> list[Node]:
    found: list[Node] = []
    for child in node.get("content") or ():
        if isinstance(child, dict) and child.get("type") in WORDY:
            found.append(child)
        elif isinstance(child, dict) and child.get("type") != "text":
            found += _wordy(child)
    return found


def words_of(doc: Any, name: str) -> str | None:
    """What one block of a cleaned document says while nothing is decided; None where there is no such block."""
    for block in _wordy(doc):
        if (block.get("attrs") or {}).get("id") == name:
            return "".join(node.get("text", "\n") for node in _without_marks(block).get("content") or ())
    return None


def settled(doc: Any) -> Node:
    """A cleaned document as it stands while nothing is decided: without what was proposed, and without any marks.

    A block whose beginning was only proposed stands at the end of the one before it.
    """
    return {**doc, "content": _settled(doc.get("content") or [], [])}


def _settled(nodes: list[Node], last: list[Node]) -> list[Node]:
    """`last` holds the block of words that came before, wherever in the text it was."""
    out: list[Node] = []
    for node in nodes:
        if node.get("type") in WORDY:
            block = _without_marks(node)
            if not (node.get("attrs") or {}).get(SUGGESTED):
                last[:] = [block]
                out.append(block)
            elif last and block.get("content"):
                last[0]["content"] = _joined([*last[0].get("content", []), *block["content"]])
        elif "content" in node:
            inner = _settled(node["content"], last)
            if inner or not node["content"]:
                out.append({**node, "content": inner})
        else:
            out.append(node)
    return out


def carried(present: Any, wanted: Any) -> Node:
    """The settled document `wanted`, with what hangs on those blocks of `present` that say the very same.

    Settled, it is `wanted` again.
    """
    made = {**wanted, "content": _carried(present.get("content") or [], wanted.get("content") or [])}
    return made if settled(made) == wanted else dict(wanted)


def _carried(present: list[Node], wanted: list[Node]) -> list[Node]:
    found: dict[str, list[tuple[list[Node], list[Node]]]] = {}  # first block -> as it is settled, as it stands
    for run in _runs(present):
        if bare := _settled(run, []):
            found.setdefault(_name(bare[0]), []).append((bare, run))
    out: list[Node] = []
    at = 0
    while at < len(wanted):
        node, same = wanted[at], found.get(_name(wanted[at]), [])
        fitting = next((each for each in same if wanted[at : at + len(each[0])] == each[0]), None)
        if fitting is not None:
            same.remove(fitting)
            out += fitting[1]
            at += len(fitting[0])
            continue
        held = next((run[0] for _bare, run in same if len(run) == 1 and run[0].get("type") == node.get("type")), None)
        if held is not None and node.get("type") not in WORDY and "content" in node:
            node = {**node, "content": _carried(held.get("content") or [], node["content"])}
        out.append(node)
        at += 1
    return out


def _runs(nodes: list[Node]) -> list[list[Node]]:
    """Nodes that are settled together: a block whose beginning was only proposed goes into the block of words before."""
    runs: list[list[Node]] = []
    for node in nodes:
        first = next(iter(_wordy({"content": [node]})), None)
        runs.append([node])
        if first is None or not (first.get("attrs") or {}).get(SUGGESTED):
            continue
        into = next((at for at in reversed(range(len(runs) - 1)) if _wordy({"content": runs[at]})), len(runs) - 1)
        runs[into:] = [[each for run in runs[into:] for each in run]]
    return runs


def _name(node: Node) -> str:
    """By its lasting id, where it has one."""
    return str((node.get("attrs") or {}).get("id") or json.dumps(node, sort_keys=True))


def _without_marks(block: Node) -> Node:
    kept: list[Node] = []
    for node in block.get("content") or ():
        marks = node.get("marks") or []
        if any(mark["type"] == "insertion" for mark in marks):
            continue
        plain = {key: value for key, value in node.items() if key != "marks"}
        if rest := [mark for mark in marks if mark["type"] not in HANGING]:
            plain["marks"] = rest
        kept.append(plain)
    bare: Node = {key: value for key, value in block.items() if key not in {"content", "attrs"}}
    if attrs := {key: value for key, value in (block.get("attrs") or {}).items() if key != SUGGESTED}:
        bare["attrs"] = attrs
    if kept:
        bare["content"] = _joined(kept)
    return bare


def _joined(nodes: list[Node]) -> list[Node]:
    """Words next to each other with the same marks are one piece."""
    out: list[Node] = []
    for node in nodes:
        last = out[-1] if out else None
        if last and "text" in last and "text" in node and last.get("marks") == node.get("marks"):
            out[-1] = {**last, "text": last["text"] + node["text"]}
        else:
            out.append(node)
    return out


def only(doc: Any, keys: set[str]) -> Node:
    """A cleaned document with the comments of `keys` alone: what is settled is not shown in the text any more."""
    if "content" not in doc:
        return dict(doc)
    return {**doc, "content": [_only(node, keys) for node in doc["content"]]}


def _only(node: Node, keys: set[str]) -> Node:
    if "marks" in node:
        marks = [mark for mark in node["marks"] if mark["type"] != "comment" or mark["attrs"]["id"] in keys]
        rest = {key: value for key, value in node.items() if key != "marks"}
        return {**rest, "marks": marks} if marks else rest
    return only(node, keys)
