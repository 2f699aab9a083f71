"""Yjs in Node, the judge of what browsers read."""

from collections.abc import Iterator

import pytest

from tests.realtime.nodes import Node, node


@pytest.fixture(scope="module")
def judge() -> Iterator[Node]:
    with node("judge.mjs") as running:
        yield running
