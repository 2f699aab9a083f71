"""Notes as every reader understands them: nothing a client writes makes one disappear or stand twice."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from realtime.document import board as boards

KEYS = ["a", "b", "c", "d", "e", "f"]
values: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.dictionaries(st.text(), st.integers())
)
fields = st.fixed_dictionaries(
    {},
    optional={
        "text": values,
        "column": st.one_of(values, st.sampled_from(["c1", "c2", "c9"])),
        "order": values,
        "colour": values,
        "group": st.one_of(values, st.sampled_from(["Water", "Shade"])),
        "image": values,
        "into": st.one_of(values, st.sampled_from(KEYS)),
    },
)
anything = st.dictionaries(st.sampled_from(KEYS), fields)


@given(anything)
def test_every_note_is_seen_exactly_once_whatever_was_written_into_it(board: dict[str, Any]) -> None:
    seen = [each.id for shown in boards.shown(board) for each in (shown.note, *shown.merged)]
    assert sorted(seen) == sorted(board)
    laid = boards.laid(boards.shown(board), ["c1", "c2"])
    assert sorted(shown.note.id for lane in laid.values() for shown in lane) == sorted(
        shown.note.id for shown in boards.shown(board)
    )


@given(anything)
def test_notes_of_a_group_stand_beside_each_other(board: dict[str, Any]) -> None:
    for lane in boards.laid(boards.shown(board), ["c1", "c2"]).values():
        names = [shown.note.group for shown in lane]
        changes = [name for at, name in enumerate(names) if name and (at == 0 or names[at - 1] != name)]
        assert len(changes) == len(set(changes))


@given(st.lists(st.floats(-1e6, 1e6), max_size=8), st.integers(-2, 10))
def test_a_note_lands_where_it_was_put(orders: list[float], index: int) -> None:
    board = {key: {"order": order, "column": "c1"} for key, order in zip("ghijklmn", orders, strict=False)}
    lane = [shown.note for shown in boards.laid(boards.shown(board), ["c1"])["c1"]]
    order, spread = boards.between(lane, index)
    after = [(spread.get(each.id, each.order), each.id) for each in lane]
    at = max(0, min(index, len(lane)))
    placed = sorted([*after, (order, "a")])
    assert [key for _order, key in placed if key != "a"] == [each.id for each in lane]
    assert placed.index((order, "a")) == at


def test_a_note_joins_a_group_between_two_of_it_and_leaves_it_when_away() -> None:
    lane = [boards.note_of(key, {"group": group}) for key, group in [("a", ""), ("b", "Water"), ("c", "Water")]]
    assert boards.group_at(lane, 2, "") == "Water"
    assert boards.group_at(lane, 1, "") == ""
    assert boards.group_at(lane, 3, "Water") == "Water"
    assert boards.group_at(lane, 0, "Water") == ""
