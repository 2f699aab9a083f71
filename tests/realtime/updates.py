"""Updates as somebody's editor sends them, and one spelling for what different readers read."""

from typing import Any

from pycrdt import Doc, Text

POISON = bytes.fromhex("0101a4a38ef79db7c308ffffffff0f040101740868c3a96c6c6f203200")


def typed(client: int, text: str, root: str = "plain") -> list[bytes]:
    """The updates of someone who types `text` one letter at a time."""
    doc: Doc[Any] = Doc(client_id=client)
    words = doc.get(root, type=Text)
    updates: list[bytes] = []
    subscription = doc.observe(lambda event: updates.append(event.update))
    for letter in text:
        words += letter
    doc.unobserve(subscription)
    return updates


def plain(value: Any) -> Any:
    """A reading in one spelling: no empty attributes, joined words, numbers as JavaScript has them."""
    if isinstance(value, list):
        return joined([plain(each) for each in value])
    if isinstance(value, dict):
        tidy = {key.replace("\0", ""): plain(each) for key, each in value.items()}
        for name in ("attrs", "marks", "content"):
            if tidy.get(name) in ({}, []) and "type" in tidy:
                del tidy[name]
        if "marks" in tidy:
            tidy["marks"].sort(key=lambda mark: mark["type"])
        return tidy
    if isinstance(value, str):
        return value.replace("\0", "")  # a database refuses it, so the server leaves it out
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def joined(nodes: list[Any]) -> list[Any]:
    out: list[Any] = []
    for each in nodes:
        last = out[-1] if out else None
        words = isinstance(each, dict) and each.get("type") == "text"
        if words and isinstance(last, dict) and last.get("type") == "text" and last.get("marks") == each.get("marks"):
            last["text"] += each["text"]
        else:
            out.append(each)
    return out
