"""Which of the values that were written under one key is the one that it has, by Yjs' rule."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from realtime.document.update import Id


class Near(NamedTuple):
    """What a value was written after, and before what."""

    origin: Id | None
    right: Id | None


def last(values: Mapping[Id, Near]) -> Id:
    """The value that a key has, of all that were written under it; each is known once, none hangs on itself."""
    order = _Order(values)
    begun: set[Id] = set()
    for first in values:
        waiting = [first]
        while waiting:
            id_ = waiting[-1]
            if id_ in order.following:
                waiting.pop()
            elif id_ in begun:
                order.put(id_)
            else:
                begun.add(id_)
                waiting += [near for near in values[id_] if near is not None and near in values and near not in begun]
    assert order.last is not None
    return order.last


class _Order:
    """What was written under one key, from the first to the last."""

    def __init__(self, values: Mapping[Id, Near]) -> None:
        self.values = values
        self.following: dict[Id | None, Id | None] = {None: None}
        self.last: Id | None = None

    def put(self, id_: Id) -> None:
        """Where Yjs puts it: behind what it was written after, and behind those beside it that go first."""
        near = self.values[id_]
        left = near.origin if near.origin in self.following else None
        left = self._behind(left, id_, near)
        self.following[id_] = self.following[left]
        self.following[left] = id_
        if self.last == left:
            self.last = id_

    def _behind(self, left: Id | None, id_: Id, near: Near) -> Id | None:
        seen: set[Id] = set()
        conflicting: set[Id] = set()
        for other in self._between(left, near.right):
            seen.add(other)
            conflicting.add(other)
            theirs = self.values[other]
            if theirs.origin == near.origin:
                if other[0] < id_[0]:
                    left = other
                    conflicting.clear()
                elif theirs.right == near.right:
                    break
            elif theirs.origin in seen:
                if theirs.origin not in conflicting:
                    left = other
                    conflicting.clear()
            else:
                break
        return left

    def _between(self, left: Id | None, right: Id | None) -> Iterator[Id]:
        other = self.following[left]
        while other is not None and other != right:
            yield other
            other = self.following[other]
