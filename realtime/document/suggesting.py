"""Marks in the shared text that hang a comment or a proposed change on its words, and what a decision makes of them.

Written by the server for who may not write, and for every decision: always on the text as it stands
at that moment, so that nobody's copy of the document is ever left behind with a change that was refused.
"""

import base64
import difflib
import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from pycrdt import XmlElement, XmlText

from realtime.document.crdt import Lost, Scratch
from realtime.protocol import write_bytes

WORDY: Final = frozenset({"paragraph", "heading"})
SUGGESTED: Final = "suggested"
_TOKENS: Final = re.compile(r"\w+|\s+|[^\w\s]")

Spans = list[tuple[XmlText, int, int]]  # of a text, in its own bytes


class Taken(Lost):
    """Somebody has proposed something for these words already."""


class _Line:
    """The words of one block, over all texts in it; a line break between them counts as one character."""

    def __init__(self, block: XmlElement) -> None:
        self.block = block
        self.texts: list[XmlText] = []
        self._places: list[tuple[int, int, int] | None] = []  # of each character: its text, its bytes from, to
        self.settled: list[int] = []  # places of the characters that stand while nothing is decided
        self.struck: set[int] = set()  # places of those that somebody proposed to take away
        string = ""
        for child in block.children:
            if isinstance(child, XmlText):
                string += self._take(child)
            else:
                self.settled.append(len(self._places))
                self._places.append(None)
                string += "\n"
        self.string = string
        self.standing = "".join(string[place] for place in self.settled)

    def _take(self, text: XmlText) -> str:
        self.texts.append(text)
        number, at, said = len(self.texts) - 1, 0, ""
        for words, attributes in text.diff():
            letters = words if isinstance(words, str) else "\ufffc"
            for letter in letters:
                if (attributes or {}).get("deletion"):
                    self.struck.add(len(self._places))
                if not (attributes or {}).get("insertion"):
                    self.settled.append(len(self._places))
                size = len(letter.encode()) if isinstance(words, str) else 1
                self._places.append((number, at, at + size))
                at += size
            said += letters
        return said

    def spans(self, places: Sequence[int]) -> Spans:
        """The bytes of these characters, those that stand together as one."""
        found: Spans = []
        last = -1
        for place in places:
            known = self._places[place]
            if known is None:
                continue
            number, start, end = known
            if found and last == number and found[-1][2] == start:
                found[-1] = (self.texts[number], found[-1][1], end)
            else:
                found.append((self.texts[number], start, end))
            last = number
        return found

    def point(self, place: int) -> tuple[XmlText, int]:
        """Where something goes in before the character at `place`, next to the one before it if that is a letter."""
        before = self._places[place - 1] if place else None
        if before is not None:
            return self.texts[before[0]], before[2]
        after = self._places[place] if place < len(self._places) else None
        if after is not None:
            return self.texts[after[0]], after[1]
        if not self.texts:
            self.block.children.append(XmlText(""))
            self.texts = [child for child in self.block.children if isinstance(child, XmlText)]
        return self.texts[-1], len(self.texts[-1])


# --- Hanging something on words -------------------------------------------------------------


def comment(scratch: Scratch, client: int, key: str, block: str, start: int, quote: str) -> list[bytes]:
    """Mark `quote` in a block, where it stands nearest to `start`; the whole block for an empty quote. Raises Lost."""

    def write(fragment: Any) -> None:
        line = _line(fragment, block)
        found = [match.start() for match in re.finditer(re.escape(quote), line.string)] if quote else [0]
        if not found or not line.string:
            raise Lost
        first = min(found, key=lambda place: abs(place - start))
        name = f"comment--{_hash('comment', key)}"
        for text, begin, end in line.spans(range(first, first + len(quote or line.string))):
            text.format(begin, end, {name: {"id": key}})

    return scratch.written(client, write)


def rewrite(scratch: Scratch, client: int, mark: dict[str, Any], block: str, before: str, after: str) -> list[bytes]:
    """Propose that a block say `after` where it says `before`: word by word, as marks. Raises Lost."""

    def write(fragment: Any) -> None:
        line = _line(fragment, block)
        if line.standing != before:
            raise Lost
        # From the end on, so that earlier places stay where they are.
        for old, new in reversed(list(_changes(before, after))):
            _propose(line, old, new, mark)

    return scratch.written(client, write)


def _propose(line: _Line, old: range, new: str, mark: dict[str, Any]) -> None:
    """A letter goes by one suggestion alone: two would make nonsense of each other when they are decided."""
    words = " ".join(new.split("\n"))
    if words:
        place = line.settled[old.stop - 1] + 1 if old.stop else 0
        text, at = line.point(place)
        text.insert(at, words, {"insertion": mark})
    places = [line.settled[place] for place in old]
    if line.struck.intersection(places):
        raise Taken
    for text, first, last in reversed(line.spans(places)):
        text.format(first, last, {"deletion": mark})


def _changes(before: str, after: str) -> Iterator[tuple[range, str]]:
    """Which characters of `before` go, and what comes in their place."""
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    starts = [0]
    for token in old:
        starts.append(starts[-1] + len(token))
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield range(starts[a], starts[b]), "".join(new[c:d])


def _line(fragment: Any, block: str) -> _Line:
    for element in _each(fragment):
        if block and _attributes(element).get("id") == block:
            return _Line(element)
    raise Lost


# --- Deciding -------------------------------------------------------------------------------


def decide(scratch: Scratch, client: int, key: str, *, accept: bool) -> list[bytes]:
    """Make the words say what was proposed, or what stood there before; nothing where no mark is left."""

    def write(fragment: Any) -> None:
        emptied = [block for block in _each(fragment) if _settle(block, key, accept=accept)]
        for block in _each(fragment):
            if _attributes(block).get(SUGGESTED) == key:
                del block.attributes[SUGGESTED]
                if not accept:
                    _join(fragment, block)
        for block in emptied:
            _remove_if_empty(fragment, block)

    return scratch.written(client, write)


def _settle(block: XmlElement, key: str, *, accept: bool) -> bool:
    """Decide in one block; whether it lost all of its words by that."""
    took = False
    texts = [child for child in block.children if isinstance(child, XmlText)]
    for text in texts:
        end = len(text)
        for words, attributes in reversed(text.diff()):
            start = end - (len(words.encode()) if isinstance(words, str) else 1)
            inserted, deleted = (_is(attributes, name, key) for name in ("insertion", "deletion"))
            if (deleted and accept) or (inserted and not accept):
                del text[start:end]
                took = True
            elif inserted:
                text.format(start, end, {"insertion": None})
            elif deleted:
                text.format(start, end, {"deletion": None})
            end = start
    return took and not any(len(text) for text in texts)


def _is(attributes: dict[str, Any] | None, name: str, key: str) -> bool:
    value = (attributes or {}).get(name)
    return isinstance(value, dict) and value.get("id") == key


def _join(fragment: Any, block: XmlElement) -> None:
    """A block whose beginning was only proposed goes back to the end of the one before it."""
    before: XmlElement | None = None
    for parent, index, element in _blocks(fragment):
        if element != block:
            before = element
            continue
        if before is None:
            return
        # All of it is read before anything is written: what is written there stands in nobody's way here.
        parts: list[Any] = [
            child.diff() if isinstance(child, XmlText) else getattr(child, "tag", "") for child in element.children
        ]
        line = _Line(before)
        text, _at = line.point(len(line.string))
        for part in parts:
            text = _append(before, text, part)
        _take_out(parent, index)
        return


def _append(block: XmlElement, text: XmlText, part: Any) -> XmlText:
    """Words, or a line break and a new place for words, at the end of a block; the text that ends it then."""
    if isinstance(part, str):
        block.children.append(XmlElement(part))
        fresh: XmlText = block.children.append(XmlText(""))
        return fresh
    for words, attributes in part:
        if isinstance(words, str):
            text.insert(len(text), words, attributes or {})
    return text


def _remove_if_empty(fragment: Any, block: XmlElement) -> None:
    for parent, index, element in _blocks(fragment):
        if element == block:
            if not any(len(child) if isinstance(child, XmlText) else True for child in element.children):
                _take_out(parent, index)
            return


def _take_out(parent: Any, index: int) -> None:
    """Remove a block, and what would be empty without it; a text keeps one block, a cell of a table its own."""
    if len(parent.children) > 1:
        del parent.children[index]
    elif isinstance(parent, XmlElement) and parent.tag not in {"tableCell", "tableHeader"}:
        above: Any = parent.parent
        _take_out(above, next(at for at, child in enumerate(above.children) if child == parent))


# --- Walking --------------------------------------------------------------------------------


def _blocks(parent: Any) -> Iterator[tuple[Any, int, XmlElement]]:
    """Every block of words in order, with what holds it and its place in that."""
    for index, child in enumerate(list(parent.children)):
        if not isinstance(child, XmlElement):
            continue
        if child.tag in WORDY:
            yield parent, index, child
        else:
            yield from _blocks(child)


def _each(fragment: Any) -> list[XmlElement]:
    return [block for _parent, _index, block in _blocks(fragment)]


def _attributes(element: XmlElement) -> dict[str, Any]:
    attributes: Any = element.attributes
    return dict(attributes)


def _hash(kind: str, key: str) -> str:
    """The eight letters by which y-prosemirror tells marks apart that may overlap."""
    mark = b"v\x02" + _said("type") + b"w" + _said(kind) + _said("attrs") + b"v\x01" + _said("id") + b"w" + _said(key)
    digest = bytearray(hashlib.sha256(mark).digest())
    for place in range(6, len(digest)):
        digest[place % 6] ^= digest[place]
    return base64.b64encode(bytes(digest[:6])).decode()


def _said(text: str) -> bytes:
    return write_bytes(text.encode())
