"""What checking an update gives: what of it is new, what it adds to what is known, or that it comes too early."""

from typing import NamedTuple

from realtime.document.order import Head
from realtime.document.update import Deletes, Id


class Gap(Exception):
    """Something before this update has not come: the sender should send again what is missing.

    `ends` tells, for each client of the update, the clock that will be known once it is taken.
    """

    ends: dict[int, int] = {}


class Change(NamedTuple):
    """An update that may be taken: `data` holds what is new in it and nothing else."""

    data: bytes
    advances: dict[int, tuple[int, int]]  # client -> from, to clock
    splits: set[Id]  # second halves of surrogate pairs that a cut parts from their first ones
    touches: frozenset[str]  # of "text", "board", "other": where something changes
    empty: bool
    doubts: tuple[tuple[Id, Id], ...] = ()  # neighbours of new structs of which the first may not stand first
    plain: bool = False  # letters after one's own last one, as in a text being typed


class Found(NamedTuple):
    """What checking found, not yet taken."""

    ends: dict[int, int]
    runs: list[tuple[int, int, int]]  # client, clock, place
    types: dict[Id, tuple[int, int]]
    lows: dict[int, set[int]]
    deletes: Deletes
    written: dict[int, int]
    notes: dict[str, int]
    heads: list[tuple[int, Head]]
