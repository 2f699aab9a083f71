"""ProseMirror nodes as JSON: values as JSON has them, marks in the editor's order, words that stand together."""

from typing import Any

Node = dict[str, Any]

# Marks in the order in which the editor nests them.
_MARKS = ("link", "bold", "italic", "comment", "insertion", "deletion")


def plain(value: Any) -> Any:
    """A value as JSON has it: whole numbers whole, no characters that a database refuses."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else value if value == value else None
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, dict):
        return {str(key).replace("\0", ""): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, bool | int) else None


def marks_of(attributes: dict[str, Any]) -> list[Node]:
    """y-prosemirror gives marks that may overlap names like `comment--hash`."""
    marks = []
    for name in sorted(attributes, key=_rank):
        value = attributes[name]
        if value is None:
            continue
        mark: Node = {"type": name.partition("--")[0]}
        if isinstance(value, dict) and value:
            mark["attrs"] = plain(dict(sorted(value.items())))
        marks.append(mark)
    return marks


def _rank(name: str) -> tuple[int, str]:
    bare = name.partition("--")[0]
    return (_MARKS.index(bare) if bare in _MARKS else len(_MARKS), name)


def add(nodes: list[Node], node: Node) -> None:
    """Append words, joined with those before them where both have the same marks."""
    last = nodes[-1] if nodes else None
    if last and last["type"] == "text" == node["type"] and last.get("marks") == node.get("marks"):
        last["text"] += node["text"]
    else:
        nodes.append(node)
