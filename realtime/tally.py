"""How votes are counted: pure sums over ballots, the same for whatever order they came in."""

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

from realtime.choices import PollKind

FEW = 4  # under this many, counts of an anonymous vote could name somebody

Row = dict[str, Any]


def count(kind: str, options: Sequence[str], values: Iterable[Any]) -> dict[str, Any]:
    """What the ballots `values` say of `options`: a row for each option in its order, and which came first.

    A row's `count` is votes, dots or points; `voters` how many people gave it any. Without votes nobody is first.
    """
    cast = list(values)
    rows = _ranked(options, cast) if kind == PollKind.RANKING else _added(kind, options, cast)
    best = max((row["count"] for row in rows), default=0)
    found: dict[str, Any] = {
        "votes": len(cast),
        "rows": rows,
        "first": [row["id"] for row in rows if row["count"] == best] if best else [],
    }
    if kind in (PollKind.SCALE, PollKind.TEMPERATURE):
        found |= _middle(rows)
    if kind == PollKind.RANKING:
        found["beats_all"] = _beats_all(options, cast)
    return found


def parts(kind: str, value: Any) -> dict[str, int]:
    """What one ballot gives to each option that it names, but for rankings."""
    if kind == PollKind.DOTS:
        return dict(value)
    return dict.fromkeys(value if kind == PollKind.MULTIPLE else [value], 1)


def _added(kind: str, options: Sequence[str], cast: list[Any]) -> list[Row]:
    rows: dict[str, Row] = {option: {"id": option, "count": 0, "voters": 0} for option in options}
    for value in cast:
        for option, given in parts(kind, value).items():
            rows[option]["count"] += given
            rows[option]["voters"] += given > 0
    return list(rows.values())


def _ranked(options: Sequence[str], cast: list[list[str]]) -> list[Row]:
    """Points by comparing two at a time (Borda): each ballot gives one point to the option that it puts higher,
    half a point to each where it places neither. So every ballot gives away the same sum, however long it is."""
    halves = dict.fromkeys(options, 0)
    for value in cast:
        places = _places(options, value)
        for one, other in combinations(options, 2):
            if places[one] == places[other]:
                halves[one] += 1
                halves[other] += 1
            else:
                halves[min(one, other, key=places.__getitem__)] += 2
    return [
        {
            "id": option,
            "count": halves[option] / 2,
            "voters": sum(option in value for value in cast),
            "on_top": sum(value[:1] == [option] for value in cast),
        }
        for option in options
    ]


def _places(options: Sequence[str], value: list[str]) -> dict[str, int]:
    """Where a ballot puts each option; all that it leaves out share the last place."""
    return dict.fromkeys(options, len(options)) | {option: place for place, option in enumerate(value)}


def _beats_all(options: Sequence[str], cast: list[list[str]]) -> str | None:
    """The option that more people put higher than lower against each single other one, where there is one."""
    if len(options) < 2:
        return None
    places = [_places(options, value) for value in cast]

    def beats(one: str, other: str) -> bool:
        return sum((at[one] < at[other]) - (at[one] > at[other]) for at in places) > 0

    return next((one for one in options if all(beats(one, other) for other in options if other != one)), None)


def _middle(rows: list[Row]) -> dict[str, Any]:
    """The median step of a scale (two where the middle lies between them), and the mean step from 1 on."""
    steps = [place for place, row in enumerate(rows) for _each in range(row["count"])]
    if not steps:
        return {"median": [], "mean": None}
    middle = {steps[(len(steps) - 1) // 2], steps[len(steps) // 2]}
    mean = round(sum(steps) / len(steps) + 1, 2)
    return {"median": [rows[place]["id"] for place in sorted(middle)], "mean": mean}
