"""A document at any moment of its life, with whose words stand where; read from its stored updates alone.

Words belong to who first wrote them. An editor that splits, joins or moves paragraphs writes their words anew in
the name of who pressed the key; so words that were taken out and put in again keep their writer.
"""

from collections import deque
from collections.abc import Collection, Iterator
from difflib import SequenceMatcher
from typing import Any, Final, NamedTuple

from realtime.document import update as u
from realtime.document.items import Branch, Early, Item, Items, is_low, whole
from realtime.document.nodes import Node, add, marks_of, plain
from realtime.document.places import BOARD_ROOT, TEXT_ROOT
from realtime.document.update import Broken

NOW: Final = 2**62
NEVER: Final = NOW + 1
SHORT: Final = 12  # fewer units than this are not looked for among what was taken out earlier
REMEMBERED: Final = 256 * 1024  # units that are kept in mind for being put in again
ALIKE_FROM: Final = 4  # units that two texts must share in one place
ALIKE: Final = 3000  # units up to which two texts are compared letter by letter

# Values that say nothing of their own: which block it is, how it stands, where a note hangs.
HARMLESS: Final = frozenset({"id", "level", "start", "colspan", "rowspan", "order", "column", "colour", "idea", "into"})
SPELLED: Final = frozenset({"bold", "italic", "comment", "insertion", "deletion"})  # formats that hold no words

Owned = list[tuple[int, int]]  # how many units, and of which client


class Moment(NamedTuple):
    """What the text said, and for each of its blocks how many letters of which client stand in it."""

    content: Node
    credits: list[dict[int, int]]
    blanked: int  # letters that were left out


class Timeline(Items):
    """Takes updates one after the other; says what the text was at any of them."""

    def __init__(self) -> None:
        super().__init__()
        self.damaged: list[int] = []
        self.early: dict[int, list[tuple[int, int, bytes]]] = {}  # client -> clock that is lacked, number, update
        self.number = 0
        self.memory: deque[tuple[str, Owned]] = deque()
        self.adopted: set[str] = set()  # blocks that came out of groups, and whose words stand under their writers
        self.carriers: set[int] = set()  # clients that brought them and wrote nothing else
        self._remembered = 0

    def append(self, number: int, data: bytes) -> None:
        """The next stored update; one that cannot be read is left out, as everywhere."""
        for _taken in self.coming(number, data):
            pass

    def coming(self, number: int, data: bytes) -> Iterator[tuple[int, bytes]]:
        """The same, and tells what it takes with it, each when it has just been taken: the update itself, and those
        that came too early and waited for it. They stand in the text from now on."""
        self.number = number
        ready = deque([(number, data)])
        while ready:
            row, data = ready.popleft()
            try:
                self.take(number, data)
            except Early as early:
                client, clock = early.lacked
                self.early.setdefault(client, []).append((clock, row, data))
                continue
            except Broken:
                self.damaged.append(row)
                continue
            if self.made or self.lost:
                self._give_back()
            yield row, data
            for client in [client for client in self.early if client in self._held]:
                ready.extend(self._awaited(client))

    def _awaited(self, client: int) -> list[tuple[int, bytes]]:
        """Updates that came before something of `client` which has come now."""
        known, waiting = self.clock(client), self.early.pop(client)
        if left := [each for each in waiting if each[0] >= known]:
            self.early[client] = left
        return [(row, data) for clock, row, data in waiting if clock < known]

    # --- whose words ---------------------------------------------------------------------

    def _give_back(self) -> None:
        """Words that this update took out and put in again stay whose they were."""
        if self.made:
            self.made = [item for item in self.made if item.died is None]
        lost = [(_said(chain), _owned(chain)) for chain in _chains(self.lost)] if self.lost else []
        if self.made and (lost or sum(item.length for item in self.made) >= SHORT):
            for chain in _chains(self.made):
                self._trace(chain, lost)
        for said, owned in lost:
            if len(said) >= SHORT:
                self.remember(said, owned)

    def remember(self, said: str, owned: Owned) -> None:
        """Words that were taken out, for the case that they are put in again."""
        self.memory.append((said, owned))
        self._remembered += len(said)
        while self._remembered > REMEMBERED:
            self._remembered -= len(self.memory.popleft()[0])

    def _trace(self, chain: list[Item], lost: list[tuple[str, Owned]]) -> None:
        said = _said(chain)
        earlier = reversed(self.memory) if len(said) >= SHORT else ()
        for text, owned in [*lost, *earlier] if len(said) > 1 else ():
            if (found := text.find(said)) >= 0:
                self._assign(chain, 0, _part(owned, found, len(said)))
                return
        for text, owned in lost:
            self.compare(chain, said, text, owned)

    def compare(self, chain: list[Item], said: str, text: str, owned: Owned) -> None:
        """Parts of what was taken out that stand in what was put in."""
        if len(text) > 1 and (found := said.find(text)) >= 0:
            self._assign(chain, found, owned)
        elif len(text) <= ALIKE and len(said) <= ALIKE:
            for match in SequenceMatcher(None, text, said, autojunk=False).get_matching_blocks():
                if match.size >= ALIKE_FROM:
                    self._assign(chain, match.b, _part(owned, match.a, match.size))

    def _assign(self, chain: list[Item], start: int, owned: Owned) -> None:
        """From unit `start` of the chain on, the words are those of `owned`."""
        place = 0
        while start and chain[place].length <= start:
            start -= chain[place].length
            place += 1
        if start:
            chain.insert(place + 1, self._apart(chain[place], start))
            place += 1
        for length, author in owned:
            left = length
            while left:
                item = chain[place]
                if item.length > left:
                    chain.insert(place + 1, self._apart(item, left))
                item.author = author
                left -= item.length
                place += 1

    def _apart(self, item: Item, offset: int) -> Item:
        """Cut for our own purposes: no character falls apart by it."""
        before = dict(self.cuts) if is_low(item.text[offset]) else None
        rest = self.split(item, offset)
        if before is not None:
            self.cuts = before
        return rest

    # --- reading -------------------------------------------------------------------------

    def read(self, at: int = NOW, *, without: Collection[int] = (), sign: str = "") -> Moment:
        """The text after update `at`; the words of the clients `without` are left out, with `sign` in their place."""
        return _Reading(self, at, frozenset(without), sign).moment()

    def written(self) -> dict[int, int]:
        """Client -> how many letters it ever wrote in the text, or in a group for it."""
        total: dict[int, int] = {}
        for client in self.clients():
            for item in self.of(client):
                own = item.author == client or client in self.carriers
                if own and item.kind == u.STRING and item.home is not None and item.home.kind == u.XML_TEXT:
                    total[item.author] = total.get(item.author, 0) + letters(item.text)
        return total

    def notes(self) -> Iterator[tuple[str, Item, dict[str, list[Item]]]]:
        """The notes of the board that are there now: key, the item, and the values of each field, oldest first."""
        board = self.roots.get(BOARD_ROOT)
        for key, item in sorted(board.last.items()) if board is not None else ():
            if item.died is None and isinstance(item.value, Branch):
                yield key, item, {name: list(values_of(last)) for name, last in item.value.last.items()}


def values_of(last: Item) -> Iterator[Item]:
    """The values that a key had, the oldest first."""
    found: list[Item] = []
    item: Item | None = last
    while item is not None:
        found.append(item)
        item = item.left
    return reversed(found)


def letters(text: str) -> int:
    return len(text) if text.isascii() else sum(not is_low(char) for char in text)


def _said(chain: list[Item]) -> str:
    return "".join(item.text for item in chain)


def _owned(chain: list[Item]) -> Owned:
    return [(item.length, item.author) for item in chain]


def _part(owned: Owned, start: int, length: int) -> Owned:
    out: Owned = []
    for size, author in owned:
        if start >= size:
            start -= size
            continue
        take = min(size - start, length)
        if take > 0:
            out.append((take, author))
        length -= take
        start = 0
    return out


def _chains(items: list[Item]) -> list[list[Item]]:
    """Words that stand one behind the other, as one chain each."""
    members = set(items)
    chains = []
    for item in items:
        if _near(item, members, back=True) is not None:
            continue
        chain = [item]
        while (after := _near(chain[-1], members)) is not None:
            chain.append(after)
        chains.append(chain)
    return chains


def _near(item: Item, members: set[Item], *, back: bool = False) -> Item | None:
    """The neighbour among `members`, over formats and what went long ago."""
    other = item.left if back else item.right
    while other is not None and other not in members and (other.kind != u.STRING or other.died is not None):
        other = other.left if back else other.right
    return other if other is not None and other in members else None


class _Reading:
    """One look at one moment."""

    def __init__(self, timeline: Timeline, at: int, without: frozenset[int], sign: str) -> None:
        self.timeline, self.at, self.without, self.sign = timeline, at, without, sign
        self.credit: dict[int, int] = {}
        self.blanked = 0

    def moment(self) -> Moment:
        blocks: list[Node] = []
        credits = []
        root = self.timeline.roots.get(TEXT_ROOT)
        for item in self._present(root) if root is not None else ():
            self.credit = {}
            before = len(blocks)
            if item.value.kind == u.XML_ELEMENT:
                blocks.append(self._element(item.value))
            else:
                self._words(item.value, blocks)
            self._mend(blocks[before:])
            credits += [self.credit] * (len(blocks) - before)
        return Moment({"type": "doc", "content": blocks}, credits, self.blanked)

    def _present(self, home: Branch) -> Iterator[Item]:
        """The types in a list that stood there."""
        item = home.start
        while item is not None:
            if isinstance(item.value, Branch) and self._stands(item):
                yield item
            item = item.right

    def _stands(self, item: Item) -> bool:
        return item.marks[0][1] <= self.at and (item.died is None or item.died > self.at)

    def _element(self, home: Branch) -> Node:
        node: Node = {"type": home.name}
        attrs = {key: value[0] for key in sorted(home.last) if (value := self._value(home.last[key]))}
        if attrs:
            node["attrs"] = attrs
        children: list[Node] = []
        for item in self._present(home):
            if item.value.kind == u.XML_ELEMENT:
                children.append(self._element(item.value))
            else:
                self._words(item.value, children)
        self._mend(children)
        if children:
            node["content"] = children
        return node

    def _value(self, last: Item) -> list[Any] | None:
        """What a key held: the last that had been set, unless it was taken away again."""
        item: Item | None = last
        while item is not None and item.marks[0][1] > self.at:
            item = item.left
        if item is None or not self._stands(item) or not isinstance(item.value, list):
            return None
        if item.author in self.without and item.key not in HARMLESS:
            return None
        return [plain(item.value[-1])]

    def _words(self, home: Branch, nodes: list[Node]) -> None:
        formats: dict[str, Any] = {}
        signed = False
        item = home.start
        while item is not None:
            if item.kind == u.FORMAT and self._stands(item):
                self._format(item, formats)
            elif item.kind in (u.STRING, u.DELETED):
                text, signed = self._said(item, signed)
                if text:
                    node: Node = {"type": "text", "text": text}
                    if marks := marks_of(formats):
                        node["marks"] = marks
                    add(nodes, node)
            item = item.right

    def _said(self, item: Item, signed: bool) -> tuple[str, bool]:
        if item.kind == u.STRING:
            return self._text(item, signed) if self._stands(item) else ("", signed)
        if not self.sign or not self._was_taken(item):
            return "", signed
        return "" if signed else self.sign, True

    def _was_taken(self, item: Item) -> bool:
        """Whether words stood there that were taken out of the log for good: a place that nobody deleted by then."""
        came = item.marks[0][1] <= self.at
        return came and item.length > 1 and (item.value is None or item.value > self.at)

    def _format(self, item: Item, formats: dict[str, Any]) -> None:
        key, value = item.value
        if value is None or item.author not in self.without or key.partition("--")[0] in SPELLED:
            formats[key] = value

    def _text(self, item: Item, signed: bool) -> tuple[str, bool]:
        """What of an item had come; in place of words that are left out, one sign for all that stand together."""
        text = item.text[: item.length_at(self.at)].replace("\0", "")
        count = letters(text)
        if item.author in self.without:
            self.blanked += count
            return ("" if signed or not text.strip() else self.sign), signed or bool(text.strip())
        self.credit[item.author] = self.credit.get(item.author, 0) + count
        return self._uncut(item, text), False

    def _uncut(self, item: Item, text: str) -> str:
        """Half a character stays half where it had been cut by then."""
        if text.isascii():
            return text
        cuts = self.timeline.cuts
        if is_low(text[0]) and cuts.get((item.client, item.clock), NEVER) <= self.at:
            text = "\ufffd" + text[1:]
        if "\ud800" <= text[-1] <= "\udbff" and cuts.get((item.client, item.end), NEVER) <= self.at:
            text = text[:-1] + "\ufffd"
        return text

    @staticmethod
    def _mend(nodes: list[Node]) -> None:
        for node in nodes:
            if node["type"] == "text":
                node["text"] = whole(node["text"])
