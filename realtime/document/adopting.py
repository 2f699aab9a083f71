"""Words that came into a text by another's hand, as a group's do, are given back to who wrote them."""

from collections.abc import Iterator, Mapping
from typing import Final

from realtime.document import update as u
from realtime.document.items import Branch, Item
from realtime.document.places import TEXT_ROOT
from realtime.document.timeline import Owned, Timeline, values_of

Said = tuple[str, Owned]  # what a block said, in UTF-16 units, and whose units they are

STANDS_FOR: Final = 2**53  # from here on, client ids of nobody's browser


def spoken(timeline: Timeline, at: int) -> dict[str, Said]:
    """Block -> what it said after update `at`, and whose words they were."""
    found = {}
    for key, words in _worded(timeline):
        parts = [(item.text[: item.length_at(at)], item.author) for item in words if _stood(item, at)]
        found[key] = "".join(text for text, _ in parts), [(len(text), author) for text, author in parts]
    return found


def adopt(timeline: Timeline, brought: Mapping[str, Said]) -> set[str]:
    """Give the words of blocks that were `brought` to their writers; tells which blocks were found."""
    done = set()
    for key, words in _worded(timeline):
        if key not in brought or not words:
            continue
        said, owned = brought[key]
        chain = [item for item in words if item.client == words[0].client]
        timeline.compare(chain, "".join(item.text for item in chain), said, owned)
        done.add(key)
    return done


def _stood(item: Item, at: int) -> bool:
    return item.length_at(at) > 0 and (item.died is None or item.died > at)


def _worded(timeline: Timeline) -> Iterator[tuple[str, list[Item]]]:
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
        if words and (key := _id(home)):
            yield key, words


def _items(home: Branch) -> Iterator[Item]:
    item = home.start
    while item is not None:
        yield item
        item = item.right


def _children(home: Branch) -> Iterator[Branch]:
    for item in _items(home):
        if isinstance(item.value, Branch):
            yield item.value


def _id(home: Branch) -> str:
    last = home.last.get("id")
    names = [item.value[-1] for item in values_of(last) if isinstance(item.value, list)] if last is not None else []
    return str(names[-1]) if names else ""
