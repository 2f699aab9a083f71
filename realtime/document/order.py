"""Which of two neighbours stands first, as far as their own history tells."""

from bisect import bisect_right
from collections.abc import Callable
from typing import Final, NamedTuple

from realtime.document.update import Id

STEPS: Final = 20_000  # runs between two neighbours: more than any text has that people wrote
ALL_STEPS: Final = 100_000  # the same of all neighbours in one update from a socket
FEW: Final = 64  # structs that are not worth a look at what others wrote in the same place
CROWDED: Final = 8_000_000  # steps that a library may take past what others wrote there


class Head(NamedTuple):
    """The first unit of a run that one hand wrote in one go: every other has the one before it as its left neighbour."""

    clock: int
    origin: Id | None
    right: Id | None


class Heads:
    """The runs of every client."""

    def __init__(self) -> None:
        self.pieces = 0  # that were added: about as many a library keeps
        self._starts: dict[int, list[int]] = {}
        self._heads: dict[int, list[Head]] = {}

    def add(self, client: int, head: Head) -> bool:
        """Clients' heads in order; one that only goes on with the run before it is none, which is told."""
        self.pieces += 1
        heads = self._heads.setdefault(client, [])
        goes_on = head.origin == (client, head.clock - 1)
        if heads and goes_on and head.right == heads[-1].right:
            return False
        heads.append(head)
        self._starts.setdefault(client, []).append(head.clock)
        return True

    def of(self, key: Id) -> Head | None:
        client, clock = key
        place = bisect_right(self._starts.get(client, ()), clock)
        return self._heads[client][place - 1] if place else None

    def items(self) -> list[tuple[int, Head]]:
        return [(client, head) for client, heads in self._heads.items() for head in heads]


def neighbours(head: Head) -> object:
    """What a run was written between, told apart from all else with as little as there is; None without neighbours."""
    return head.origin if head.right is None else (head.origin, head.right)


def certain(left: Id, right: Id, left_run: Head | None, right_run: Head | None) -> bool:
    """Whether `left` surely stood right before `right` once: wherever somebody wrote between two neighbours, this tells."""
    if right_run is not None and before(right, right_run) == left:
        return True
    return left_run is not None and left_run.right == right


def before(key: Id, run: Head) -> Id | None:
    """The left neighbour of `key`, which is in `run`, when it was written."""
    return run.origin if key[1] == run.clock else (key[0], key[1] - 1)


def descends(key: Id, ancestor: Id | None, run_of: Callable[[Id], Head | None]) -> bool:
    """Whether following left neighbours from `key` leads to `ancestor`.

    What stood right before something when that was written on, stands behind its left neighbour by descent.
    """
    if ancestor is None:
        return True
    here: Id | None = key
    for _ in range(STEPS):
        if here is None:
            return False
        run = run_of(here)
        if run is None:
            return False
        if here[0] == ancestor[0] and run.clock <= ancestor[1] <= here[1]:
            return True
        here = run.origin
    return False
