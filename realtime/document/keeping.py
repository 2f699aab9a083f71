"""A timeline as bytes and back, so that nobody needs to read a long log twice."""

import json
import zlib
from typing import Any, Final

from realtime.document import update as u
from realtime.document.items import Branch, Item, units, whole
from realtime.document.timeline import Timeline

FORM: Final = 5  # grows when the bytes, or what is worked out from a log, mean something else


def dump(timeline: Timeline) -> bytes:
    branches: list[Branch] = []
    places: dict[int, int] = {}  # id of an item -> its place
    numbers: dict[int, int] = {}  # id of a branch -> its number
    rows: list[list[Any]] = []

    def number(branch: Branch) -> int:
        if id(branch) not in numbers:
            numbers[id(branch)] = len(branches)
            branches.append(branch)
        return numbers[id(branch)]

    roots = {name: number(branch) for name, branch in timeline.roots.items()}
    for client in timeline.clients():
        for item in timeline.of(client):
            places[id(item)] = len(rows)
            rows.append(_row(item, number(item.value) if isinstance(item.value, Branch) else -1))
    body = {
        "form": FORM,
        "number": timeline.number,
        "damaged": timeline.damaged,
        "early": [
            [client, clock, row, update.hex()]
            for client, waiting in timeline.early.items()
            for clock, row, update in waiting
        ],
        "cuts": [[*key, row] for key, row in timeline.cuts.items()],
        "memory": [[whole(text), owned] for text, owned in timeline.memory],
        "adopted": sorted(timeline.adopted),
        "carriers": sorted(timeline.carriers),
        "roots": roots,
        "branches": [[branch.kind, branch.name] for branch in branches],
        "lists": [each for branch in branches for each in _lists(branch, numbers[id(branch)], places)],
        "items": rows,
    }
    return zlib.compress(json.dumps(body, separators=(",", ":")).encode(), 1)


def _row(item: Item, branch: int) -> list[Any]:
    text = item.kind == u.STRING
    author = 0 if item.author == item.client else item.author
    marks = [part for mark in item.marks for part in mark]
    value = whole(item.text) if text and not _halved(item.text) else list(item.text) if text else item.value
    return [
        item.client,
        item.clock,
        item.length,
        item.kind,
        branch if branch >= 0 else value,
        item.origin or 0,
        item.right_origin or 0,
        item.died or 0,
        author,
        marks,
    ]


def _halved(text: str) -> bool:
    return units(whole(text)) != text


def _lists(branch: Branch, number: int, places: dict[int, int]) -> list[list[Any]]:
    found: list[list[Any]] = []
    if branch.start is not None:
        found.append([number, None, _places(branch.start, places)])
    for key, last in branch.last.items():
        first = last
        while first.left is not None:
            first = first.left
        found.append([number, key, _places(first, places)])
    return found


def _places(item: Item | None, places: dict[int, int]) -> list[int]:
    found: list[int] = []
    while item is not None:
        found.append(places[id(item)])
        item = item.right
    return found


def load(data: bytes) -> Timeline | None:
    """None for bytes of another form."""
    body = json.loads(zlib.decompress(data))
    if body.get("form") != FORM:
        return None
    timeline = Timeline()
    timeline.number, timeline.damaged = body["number"], body["damaged"]
    for client, clock, row, update in body["early"]:
        timeline.early.setdefault(client, []).append((clock, row, bytes.fromhex(update)))
    timeline.cuts = {(client, clock): row for client, clock, row in body["cuts"]}
    for text, owned in body["memory"]:
        timeline.remember(units(text), [(length, author) for length, author in owned])
    timeline.adopted, timeline.carriers = set(body["adopted"]), set(body["carriers"])
    branches = [Branch(kind, name) for kind, name in body["branches"]]
    timeline.roots = {name: branches[number] for name, number in body["roots"].items()}
    items = [_item(row, branches) for row in body["items"]]
    timeline.fill(items)
    for number, key, places in body["lists"]:
        _linked(branches[number], key, [items[place] for place in places])
    return timeline


def _item(row: list[Any], branches: list[Branch]) -> Item:
    client, clock, length, kind, value, origin, right, died, author, marks = row
    item = Item(client, clock, kind, length, 0)
    if kind == u.STRING:
        item.text = units(value) if isinstance(value, str) else "".join(value)
    else:
        item.value = branches[value] if kind == u.TYPE else value
    item.origin = tuple(origin) if origin else None
    item.right_origin = tuple(right) if right else None
    item.died = died or None
    item.author = author or client
    item.marks = list(zip(marks[::2], marks[1::2], strict=True))
    return item


def _linked(branch: Branch, key: str | None, items: list[Item]) -> None:
    before: Item | None = None
    for item in items:
        item.home, item.key, item.left = branch, key, before
        if before is not None:
            before.right = item
        before = item
    if key is None:
        branch.start = items[0]
    else:
        branch.last[key] = items[-1]
