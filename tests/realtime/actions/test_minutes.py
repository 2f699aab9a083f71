"""When a group has agreed to its minutes."""

import pytest

from realtime.actions.minutes import is_agreed


@pytest.mark.parametrize(
    ("rule", "agreed", "objected", "holds"),
    [
        ("nobody", 0, 0, True),
        ("nobody", 9, 1, False),
        ("most", 2, 1, True),
        ("most", 1, 1, False),
        ("most", 0, 0, False),
    ],
)
def test_the_rules_of_agreement(rule: str, agreed: int, objected: int, holds: bool) -> None:
    assert is_agreed(rule, {"agreed": agreed, "objected": objected}) is holds
