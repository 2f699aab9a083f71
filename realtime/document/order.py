"""Which of two neighbours stands first, as far as their own history tells."""

from bisect import bisect_right
from typing import NamedTuple

from realtime.document.update import Id


class Head(NamedTuple):
    """The first unit of a run that one hand wrote in one go: every other has the one before it as its left neighbour."""

    clock: int
    origin: Id | None
    right: Id | None


class Heads:
    """The runs of every client."""

    def __init__(self) -> None:
        self._starts: dict[int, list[int]] = {}
        self._heads: dict[int, list[Head]] = {}

    def add(self, client: int, head: Head) -> None:
        """Clients' heads in order; one that only goes on with the run before it is none."""
        heads = self._heads.setdefault(client, [])
        goes_on = head.origin == (client, head.clock - 1)
        if not (heads and goes_on and head.right == heads[-1].right):
            heads.append(head)
            self._starts.setdefault(client, []).append(head.clock)

    def of(self, key: Id) -> Head | None:
        client, clock = key
        place = bisect_right(self._starts.get(client, ()), clock)
        return self._heads[client][place - 1] if place else None

    def items(self) -> list[tuple[int, Head]]:
        return [(client, head) for client, heads in self._heads.items() for head in heads]


def certain(left: Id, right: Id, left_run: Head | None, right_run: Head | None) -> bool:
    """Whether `left` surely stands before `right`: wherever somebody wrote between two neighbours, this tells."""
    if right_run is not None:
        if left[0] == right[0] and right_run.clock <= left[1] < right[1]:
            return True
        if right_run.clock == right[1] and right_run.origin == left:
            return True
    return left_run is not None and left_run.right == right
