"""How many lines run in a call: what takes long, told without a clock."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def steps_of(call: Callable[[], object]) -> int:
    steps = 0

    def count(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal steps
        steps += 1
        return count

    held = sys.gettrace()
    sys.settrace(count)
    try:
        call()
    finally:
        sys.settrace(held)
    return steps
