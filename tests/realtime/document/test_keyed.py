"""Of what several wrote under one key, the value that every reader shows."""

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc, Map

from realtime.document import update as u
from realtime.document.keyed import Near, last
from realtime.document.update import Id

HANDS = 4


@given(st.lists(st.tuples(st.integers(0, HANDS - 1), st.booleans()), min_size=1, max_size=40), st.randoms())
def test_it_is_the_value_that_a_reader_of_everything_shows(turns: list[tuple[int, bool]], order: random.Random) -> None:
    docs: list[Doc[Any]] = [Doc(client_id=10 + hand) for hand in range(HANDS)]
    said: list[bytes] = []
    found: list[tuple[Id, Near]] = []
    for number, (hand, hears) in enumerate(turns):
        doc = docs[hand]
        for each in said if hears else ():
            doc.apply_update(each)
        before = doc.get_state()
        doc.get("m", type=Map)["k"] = number
        said.append(doc.get_update(before))
        [block] = [block for block in u.parse(said[-1]).blocks if block.client == 10 + hand]
        found.append(((block.client, block.clock), Near(block.structs[0].origin, block.structs[0].right)))
    reader: Doc[Any] = Doc()
    for each in said:
        reader.apply_update(each)
    shown = found[int(reader.get("m", type=Map)["k"])][0]
    order.shuffle(found)
    assert last(dict(found)) == shown


def test_a_value_that_was_changed_very_often_has_its_last_one() -> None:
    values = {(7, clock): Near((7, clock - 1) if clock else None, None) for clock in range(50_000)}
    assert last(values) == (7, 49_999)
    assert last(dict(reversed(values.items()))) == (7, 49_999)
