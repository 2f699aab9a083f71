"""Words that came into a text by another's hand, as a group's do, are given back to who wrote them."""

from collections.abc import Iterator, Mapping
from typing import Final

from realtime.document import update as u
from realtime.document.items import Branch, Item, units
from realtime.document.places import BOARD_ROOT, TEXT_ROOT
from realtime.document.timeline import Owned, Timeline, values_of

Said = tuple[str, Owned]  # what a block said, in UTF-16 units, and whose units they are

STANDS_FOR: Final = 2**53  # from here on, client ids of nobody's browser


def spoken(timeline: Timeline, at: int) -> dict[str, Said]:
    """Block -> what it said after update `at`, and whose words they were."""
    found = {}
    for home, words in _worded(timeline):
        if not (key := _named(home, "id")):
            continue
        parts = [(item.text[: item.length_at(at)], item.author) for item in words if _stood(item, at)]
        found[key] = "".join(text for text, _ in parts), [(len(text), author) for text, author in parts]
    return found


def adopt(timeline: Timeline, brought: Mapping[str, Said]) -> None:
    """Give the words of blocks that were `brought` to their writers, once."""
    for home, words in _worded(timeline):
        key = _named(home, "id")
        if key in brought and key not in timeline.adopted:
            _give(timeline, words, *brought[key])
            timeline.adopted.add(key)
            timeline.carriers.add(words[0].client)


def adopt_ideas(timeline: Timeline, data: bytes) -> None:
    """After an update that put ideas of the board into the text: their words stay whose they were."""
    if b"idea" not in data or not timeline.made:
        return
    board = timeline.roots.get(BOARD_ROOT)
    for home, words in _worded(timeline):
        if words[0] not in timeline.made or board is None or not (key := _named(home, "idea")):
            continue
        last = board.last.get(key)
        note = last.value if last is not None else None
        said = note.last.get("text") if isinstance(note, Branch) else None
        if said is not None and isinstance(said.value, list):
            text = units(" ".join(str(said.value[-1]).split()))
            _give(timeline, words, text, [(len(text), said.author)])


def _give(timeline: Timeline, words: list[Item], said: str, owned: Owned) -> None:
    """What of `words` came as one, in one hand, and says the same."""
    chain = [item for item in words if item.client == words[0].client]
    timeline.compare(chain, "".join(item.text for item in chain), said, owned)


def _stood(item: Item, at: int) -> bool:
    return item.length_at(at) > 0 and (item.died is None or item.died > at)


def _worded(timeline: Timeline) -> Iterator[tuple[Branch, list[Item]]]:
    """Blocks that hold words themselves, with their words, also those that went since."""
    root = timeline.roots.get(TEXT_ROOT)
    waiting = [root] if root is not None else []
    while waiting:
        home = waiting.pop()
        words: list[Item] = []
        for child in _children(home):
            if child.kind == u.XML_ELEMENT:
                waiting.append(child)
            else:
                words += [item for item in _items(child) if item.kind == u.STRING]
        if words:
            yield home, words


def _items(home: Branch) -> Iterator[Item]:
    item = home.start
    while item is not None:
        yield item
        item = item.right


def _children(home: Branch) -> Iterator[Branch]:
    for item in _items(home):
        if isinstance(item.value, Branch):
            yield item.value


def _named(home: Branch, name: str) -> str:
    """The attribute `name` of a block."""
    last = home.last.get(name)
    names = [item.value[-1] for item in values_of(last) if isinstance(item.value, list)] if last is not None else []
    return str(names[-1]) if names else ""
