"""Two states of a text held against each other: which blocks changed, came, went or moved, and word by word how."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any, Final, NamedTuple

from backend.base import prose
from backend.base.prose import Piece

SAME, CHANGED, ADDED, REMOVED = "same", "changed", "added", "removed"
KEPT, IN, OUT = "kept", "in", "out"
ALIKE: Final = 0.5  # of the words, for two blocks to count as the same one
LARGE: Final = 2_000_000  # pairs of words above which only the ends are compared
_WORDS: Final = re.compile(r"\s+|\w+|[^\w\s]")

Words = list[tuple[str, str]]  # what became of them, and the words


class Change(NamedTuple):
    """One block: what became of it, and its words. `moved` where it stands behind or before others than it did."""

    state: str
    kind: str
    words: Words
    moved: bool = False

    @property
    def before(self) -> str:
        return "".join(text for what, text in self.words if what != IN)

    @property
    def after(self) -> str:
        return "".join(text for what, text in self.words if what != OUT)


class Comparison(NamedTuple):
    changes: list[Change]
    counts: dict[str, int]  # changed, added, removed, moved
    look: bool  # the words are the same, but not all that stands around them


def compare(before: Any, after: Any) -> Comparison:
    """What leads from the ProseMirror document `before` to `after`."""
    old, new = prose.blocks(before), prose.blocks(after)
    pairs = _pairs(old, new)
    straight = _straight(pairs)
    changes: list[Change] = []
    told = 0  # old blocks that went are told up to here

    def tell_gone(until: int) -> None:
        for place in range(told, until):
            if place not in pairs.values():
                changes.append(Change(REMOVED, old[place].kind, [(OUT, old[place].text)]))

    for place, piece in enumerate(new):
        source = pairs.get(place)
        if source is None:
            changes.append(Change(ADDED, piece.kind, [(IN, piece.text)]))
            continue
        if place in straight:
            tell_gone(source)
            told = source + 1
        words = words_between(old[source].text, piece.text)
        state = SAME if old[source].text == piece.text else CHANGED
        changes.append(Change(state, piece.kind, words, moved=place not in straight))
    tell_gone(len(old))
    counts = Counter(change.state for change in changes if change.state != SAME)
    counts["moved"] = sum(change.moved for change in changes)
    look = not any(counts.values()) and prose.as_it_stands(before) != prose.as_it_stands(after)
    return Comparison(changes, {key: count for key, count in counts.items() if count}, look)


# --- Which block is which ----------------------------------------------------------------


def _pairs(old: Sequence[Piece], new: Sequence[Piece]) -> dict[int, int]:
    """New place -> old place: by the lasting id, then by the same words, then by most of the words."""
    ids = {piece.id: place for place, piece in enumerate(old) if piece.id}
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for place, piece in enumerate(new):
        source = ids.get(piece.id)
        if source is not None and source not in taken:
            pairs[place] = source
            taken.add(source)
    _pair_rest(old, new, pairs, taken, exact=True)
    _pair_rest(old, new, pairs, taken, exact=False)
    return pairs


def _pair_rest(
    old: Sequence[Piece], new: Sequence[Piece], pairs: dict[int, int], taken: set[int], *, exact: bool
) -> None:
    left = [place for place in range(len(old)) if place not in taken]
    bags = {place: Counter(_WORDS.findall(old[place].text)) for place in left} if not exact else {}
    for place, piece in enumerate(new):
        if place in pairs or not left:
            continue
        if exact:
            found = next((each for each in left if old[each].text == piece.text), None)
        else:
            found = _most_alike(Counter(_WORDS.findall(piece.text)), bags, left)
        if found is not None:
            pairs[place] = found
            taken.add(found)
            left.remove(found)


def _most_alike(words: Counter[str], bags: dict[int, Counter[str]], left: Sequence[int]) -> int | None:
    best, found = ALIKE, None
    for each in left:
        shared = (words & bags[each]).total()
        alike = 2 * shared / max(1, words.total() + bags[each].total())
        if alike > best:
            best, found = alike, each
    return found


def _straight(pairs: dict[int, int]) -> set[int]:
    """New places whose blocks follow each other as before: the longest such row; all others have moved."""
    places = sorted(pairs)
    ends: list[int] = []  # smallest old place with which a row of this length ends
    last: list[int] = []  # and its new place
    before: dict[int, int | None] = {}
    for place in places:
        at = bisect_left(ends, pairs[place])
        before[place] = last[at - 1] if at else None
        ends[at : at + 1] = [pairs[place]]
        last[at : at + 1] = [place]
    found: set[int] = set()
    here = last[-1] if last else None
    while here is not None:
        found.add(here)
        here = before[here]
    return found


# --- Word by word ------------------------------------------------------------------------


def words_between(before: str, after: str) -> Words:
    """The words of both texts in one row: kept, out, in."""
    if before == after:
        return [(KEPT, after)] if after else []
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    head = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    rest = min(len(old), len(new)) - head
    tail = next((at for at in range(rest) if old[-1 - at] != new[-1 - at]), rest)
    middle = _middle(old[head : len(old) - tail], new[head : len(new) - tail])
    return _joined([(KEPT, "".join(old[:head])), *middle, (KEPT, "".join(old[len(old) - tail :]))])


def _middle(old: list[str], new: list[str]) -> Words:
    if len(old) * len(new) > LARGE:
        return [(OUT, "".join(old)), (IN, "".join(new))]
    out: Words = []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        kept = "".join(new[c:d])
        if what == "equal" and (kept.strip() or len(out) == 0):
            out.append((KEPT, kept))
        elif what == "equal":
            # A space between two changes reads better as a part of both.
            out += [(OUT, kept), (IN, kept)]
        else:
            out += [(OUT, "".join(old[a:b])), (IN, kept)]
    return out


def _joined(words: Words) -> Words:
    """Neighbours of one kind as one; between two kept parts first what went, then what came."""
    out: Words = []
    gone = come = ""
    for what, text in [*words, (KEPT, "")]:
        gone += text if what == OUT else ""
        come += text if what == IN else ""
        if what == KEPT and (text or (gone or come)):
            out += [part for part in ((OUT, gone), (IN, come)) if part[1]]
            gone = come = ""
            if text and out and out[-1][0] == KEPT:
                out[-1] = (KEPT, out[-1][1] + text)
            elif text:
                out.append((KEPT, text))
    return out
