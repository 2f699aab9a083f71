"""The shared document in the hands of pycrdt; beside this file only what writes into a text imports it.

What browsers get is always made from stored bytes by merging them; pycrdt's own copy of a document is
for trying updates out and for reading, and is thrown away when it fails.
"""

import contextlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from pycrdt import Doc, Map, StickyIndex, TransactionEvent, XmlElement, XmlFragment, XmlText, get_update, merge_updates

from realtime.document.changes import Gap
from realtime.document.guard import Known
from realtime.document.nodes import Node, add, marks_of, plain
from realtime.document.places import BOARD_ROOT, TEXT_ROOT
from realtime.document.update import Broken, Id
from realtime.document.writing import mend

EMPTY = b"\0\0"
PORTION = 200
PORTION_SIZE = 16 * 1024
_ASTRAL = b"\xf0\xf1\xf2\xf3\xf4"  # the first bytes of characters that take two UTF-16 units

T = TypeVar("T")


class Lost(LookupError):
    """The words that something should hang on are not there any more."""


class Block(NamedTuple):
    """A block to be written by the server: its node's name, its words, its attributes."""

    kind: str  # heading, paragraph or list_item
    text: str
    level: int = 2
    idea: str = ""  # the note of the board that it comes from


class Text(NamedTuple):
    """What a document says."""

    content: Node  # the ProseMirror document
    board: dict[str, dict[str, Any]]
    written: dict[int, int]  # client -> characters that it wrote in the text
    authors: dict[str, int]  # note of the board -> client that put it there
    damaged: list[int]  # places of updates that could not be read and were left out


def _guarded(call: Callable[[], T]) -> T:
    """Run a call into the library; a panic of its Rust side is no Exception in Python."""
    try:
        return call()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as problem:
        raise Broken(f"the library cannot take this: {problem}") from None


def merge(updates: Sequence[bytes]) -> bytes:
    """One update that says what all of `updates` say, without reading them into a document.

    In portions: for all at once the library's time grows with the square of their number.
    """
    while len(updates) > PORTION:
        portions = [updates[at : at + PORTION] for at in range(0, len(updates), PORTION)]
        updates = [_merged(portion) for portion in portions]
    return _merged(updates) if updates else EMPTY


def _portioned(updates: Sequence[bytes]) -> Iterator[list[bytes]]:
    """What the library takes at once costs it the square of that."""
    portion: list[bytes] = []
    size = 0
    for update in updates:
        portion.append(update)
        size += len(update)
        if len(portion) >= PORTION or size > PORTION_SIZE:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


def _merged(updates: Sequence[bytes]) -> bytes:
    return updates[0] if len(updates) == 1 else _guarded(lambda: merge_updates(*updates))


def diff(update: bytes, vector: bytes) -> bytes:
    """What a reader with the state `vector` lacks of `update`. Raises Broken for a vector that is none."""
    return _guarded(lambda: get_update(update, vector))


class Scratch:
    """A copy of a document to try updates on."""

    def __init__(self) -> None:
        self._doc: Doc[Any] = Doc(allow_multithreading=True)
        self._doc.get(TEXT_ROOT, type=XmlFragment)
        self._doc.get(BOARD_ROOT, type=Map)

    def apply(self, update: bytes) -> None:
        """Raises Broken where the library fails; the copy must then not be used any more."""
        _guarded(lambda: self._doc.apply_update(update))

    def column_of(self, note: str) -> str:
        """The column that a note of the board says that it stands in."""

        def call() -> str:
            held = self._doc.get(BOARD_ROOT, type=Map).get(note)
            said = held.get("column") if isinstance(held, Map) else ""
            return said if isinstance(said, str) else ""

        return _guarded(call)

    def in_order(self, pairs: Sequence[tuple[Id, Id]]) -> bool:
        """Whether of each two places the first does not stand after the second."""
        return all(self._in_order(*pair) for pair in pairs)

    def _in_order(self, first: Id, second: Id) -> bool:
        def places() -> bool:
            with self._doc.transaction() as held:
                return _index(first, held) <= _index(second, held)

        try:
            return _guarded(places)
        except Broken:
            return True  # collected: it stands nowhere any more

    def whole(self) -> bytes:
        """All of it as one update. May be given to readers only where it is proved to say what its rows say."""
        return _guarded(self._doc.get_update)

    def content(self) -> Node:
        return _guarded(lambda: _document(self._doc.get(TEXT_ROOT, type=XmlFragment)))

    def board(self) -> dict[str, dict[str, Any]]:
        return _guarded(lambda: _notes(self._doc.get(BOARD_ROOT, type=Map)))

    def appended(self, client: int, blocks: Sequence[Block], ids: Callable[[], str], words: int = 0) -> list[bytes]:
        """The updates with which `client` writes `blocks` at the end of the text: one a block, or one
        for every few `words`, as a person writes."""
        return _guarded(lambda: _append(self._doc, client, blocks, ids, words))

    def written(self, client: int, write: Callable[[XmlFragment], None]) -> list[bytes]:
        """The update with which `client` writes something in the text, in one go. `write` may raise Lost."""
        lost: list[Lost] = []

        def call() -> list[bytes]:
            with _hand(self._doc, client) as (own, caught):
                with own.transaction():
                    try:
                        write(own.get(TEXT_ROOT, type=XmlFragment))
                    except Lost as problem:
                        lost.append(problem)
                return list(caught)

        updates = _guarded(call)
        if lost:
            raise lost[0]
        return updates

    def noted(self, client: int, notes: dict[str, dict[str, Any]]) -> list[bytes]:
        """The updates, one a note, with which `client` puts `notes` (id -> fields) on the board."""
        return _guarded(lambda: _note(self._doc, client, notes))

    def changed(self, client: int, changes: Mapping[str, Mapping[str, Any] | None]) -> list[bytes]:
        """The one update with which `client` sets fields of notes (None takes a field away); None for a note takes it away."""
        return _guarded(lambda: _change(self._doc, client, changes))


def _index(key: Id, held: Any) -> int:
    sticky = StickyIndex.from_json({"item": {"client": key[0], "clock": key[1]}, "assoc": 0})
    return sticky.get_index(held)


def new_client(taken: Any = ()) -> int:
    """A client id that nobody has used here; as wide as those of browsers."""
    while (client := secrets.randbits(32)) in taken or not client:
        pass
    return client


def load(updates: Sequence[bytes]) -> tuple[Scratch, Known, list[int]]:
    """A document from its stored updates: for trying on, its structure, and which rows could not be read.

    The bytes were checked when they were stored: what fails here was damaged since, or rests on what was. What was
    damaged may have come again later.
    """
    known = Known()
    sound, damaged = _taken(known, updates)
    scratch = Scratch()
    try:
        for portion in _portioned(sound):
            scratch.apply(mend(merge(portion), known.splits))
    except Broken:
        scratch = Scratch()
        for update in sound:
            with contextlib.suppress(Broken):
                scratch.apply(mend(update, known.splits))
    return scratch, known, damaged


def _taken(known: Known, updates: Sequence[bytes]) -> tuple[list[bytes], list[int]]:
    """The updates that could be taken, in an order in which they can; the places of the others."""
    sound: list[bytes] = []
    damaged: list[int] = []
    waiting = list(enumerate(updates))
    while waiting:
        early: list[tuple[int, bytes]] = []
        for place, update in waiting:
            try:
                known.take(update, limit=len(update))
                sound.append(update)
            except Gap:
                early.append((place, update))
            except Exception:
                damaged.append(place)
        if len(early) == len(waiting):
            return sound, damaged + [place for place, _ in early]
        waiting = early
    return sound, damaged


def read(updates: Sequence[bytes]) -> Text:
    """What the document of these stored updates says."""
    scratch, known, damaged = load(updates)
    return Text(scratch.content(), scratch.board(), dict(known.written), known.notes, damaged)


def has_astral(data: bytes) -> bool:
    """Whether `data` may hold a character that could be cut in two."""
    return any(byte in data for byte in _ASTRAL)


def mended(data: bytes, splits: set[Id]) -> bytes:
    """`data` as the library must read it, so that it reads what Yjs reads."""
    return mend(data, splits) if splits and has_astral(data) else data


# --- Reading -----------------------------------------------------------------------------


def _document(fragment: XmlFragment) -> Node:
    return {"type": "doc", "content": _children(fragment)}


def _children(parent: Any) -> list[Node]:
    nodes: list[Node] = []
    for child in parent.children:
        if isinstance(child, XmlText):
            for node in _words(child):
                add(nodes, node)
        elif isinstance(child, XmlElement):
            nodes.append(_element(child))
    return nodes


def _element(element: XmlElement) -> Node:
    node: Node = {"type": element.tag}
    attributes: Any = element.attributes
    if attrs := {key: plain(value) for key, value in attributes}:
        node["attrs"] = dict(sorted(attrs.items()))
    if children := _children(element):
        node["content"] = children
    return node


def _words(text: XmlText) -> Iterator[Node]:
    for words, attributes in text.diff():
        if not isinstance(words, str) or not (words := words.replace("\0", "")):
            continue
        node: Node = {"type": "text", "text": words}
        if marks := marks_of(attributes or {}):
            node["marks"] = marks
        yield node


def _notes(board: Map[Any]) -> dict[str, dict[str, Any]]:
    notes = {}
    for key in sorted(board.keys()):
        value = board[key]
        if isinstance(value, Map):
            notes[str(key)] = plain(value.to_py() or {})
    return notes


# --- Writing -----------------------------------------------------------------------------


@contextlib.contextmanager
def _hand(doc: Doc[Any], client: int) -> Iterator[tuple[Doc[Any], list[bytes]]]:
    """A copy of `doc` in which `client` writes, and the updates that come of it."""
    own: Doc[Any] = Doc(client_id=client, allow_multithreading=True)
    own.apply_update(doc.get_update())
    caught: list[bytes] = []

    def catch(event: TransactionEvent) -> None:
        caught.append(event.update)

    subscription = own.observe(catch)
    yield own, caught
    own.unobserve(subscription)


def _append(doc: Doc[Any], client: int, blocks: Sequence[Block], ids: Callable[[], str], words: int) -> list[bytes]:
    """Whole new nodes, and words at the end of one's own: elsewhere the library counts otherwise than browsers."""
    with _hand(doc, client) as (own, caught):
        fragment = own.get(TEXT_ROOT, type=XmlFragment)
        for block in blocks:
            first, *rest = _portions(block.text, words)
            with own.transaction():
                text = _write(fragment, block._replace(text=first), ids)
            for portion in rest:
                with own.transaction():
                    text += portion
        return list(caught)


def _portions(text: str, words: int) -> list[str]:
    if not words:
        return [text]
    single = text.split(" ")
    parts = [" ".join(single[at : at + words]) for at in range(0, len(single), words)]
    return [part if not place else f" {part}" for place, part in enumerate(parts)]


def _note(doc: Doc[Any], client: int, notes: dict[str, dict[str, Any]]) -> list[bytes]:
    with _hand(doc, client) as (own, caught):
        board = own.get(BOARD_ROOT, type=Map)
        for key, fields in notes.items():
            with own.transaction():
                board[key] = Map(fields)
        return list(caught)


def _change(doc: Doc[Any], client: int, changes: Mapping[str, Mapping[str, Any] | None]) -> list[bytes]:
    with _hand(doc, client) as (own, caught):
        board = own.get(BOARD_ROOT, type=Map)
        with own.transaction():
            for key, fields in changes.items():
                note = board.get(key)
                if fields is None and note is not None:
                    del board[key]
                elif fields is not None and isinstance(note, Map):
                    _set(note, fields)
        return list(caught)


def _set(note: Any, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        if value is not None:
            note[name] = value
        elif name in note:
            del note[name]


def _write(fragment: XmlFragment, block: Block, ids: Callable[[], str]) -> XmlText:
    words = XmlText(block.text)
    if block.kind == "list_item":
        paragraph = XmlElement("paragraph", {"id": ids()}, [words])
        item = XmlElement("listItem", {"id": ids()}, [paragraph])
        last = fragment.children[len(fragment.children) - 1] if len(fragment.children) else None
        if isinstance(last, XmlElement) and last.tag == "bulletList":
            last.children.append(item)
        else:
            fragment.children.append(XmlElement("bulletList", {"id": ids()}, [item]))
    elif block.kind == "heading":
        # The stubs say text only; browsers and the library keep a number a number.
        attrs: Any = {"id": ids(), "level": block.level}
        fragment.children.append(XmlElement("heading", attrs, [words]))
    else:
        named = {"id": ids()} | ({"idea": block.idea} if block.idea else {})
        fragment.children.append(XmlElement("paragraph", named, [words]))
    return words
