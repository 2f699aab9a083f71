"""Time-ordered public identifiers."""

import time
import uuid

from backend.base.ids import uuid7


def test_they_are_version_7_and_sort_by_time() -> None:
    before = int(time.time() * 1000)
    made = [uuid7()]
    time.sleep(0.002)
    made.append(uuid7())
    assert [each.version for each in made] == [7, 7]
    assert {each.variant for each in made} == {uuid.RFC_4122}
    assert made == sorted(made)
    assert before <= made[0].int >> 80 <= int(time.time() * 1000)


def test_those_of_one_millisecond_sort_by_time_too() -> None:
    made = []
    for _ in range(200):
        made.append(uuid7())
        until = time.time_ns() + 2000
        while time.time_ns() < until:
            pass
    assert len({each.int >> 80 for each in made}) < len(made)
    assert made == sorted(made)


def test_none_comes_twice() -> None:
    assert len({uuid7() for _ in range(2000)}) == 2000
