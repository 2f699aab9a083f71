"""An old state of a text comes back as new edits; Yjs in Node reads exactly that state."""

from typing import Any

import pytest

from backend.base import prose
from realtime import document
from realtime.document import Known
from realtime.document.restoring import restored
from tests.realtime.nodes import Node
from tests.realtime.updates import plain


def clean(each: Any) -> Any:
    return prose.clean({"type": "doc", "content": [each]})["content"]


def written(rows: list[bytes], client: int, target: Any, *, whole: bool = False) -> list[bytes]:
    scratch, known, _ = document.load(rows)
    return [known.take(update).data for update in restored(scratch, client, target["content"], clean, whole=whole)]


@pytest.mark.parametrize("whole", [False, True], ids=["word by word", "whole blocks"])
def test_any_moment_of_any_session_comes_back_exactly(judge: Node, whole: bool) -> None:
    exact = 0
    for seed in range(30):
        session = judge.call("session", seed=seed + 3000, split=bool(seed % 3 == 0))
        rows: list[bytes] = []
        known = Known()
        for each in session["log"]:
            rows.append(known.take(bytes.fromhex(each["hex"])).data)
        target = prose.clean(document.read(rows[: len(rows) // 2]).content)
        fresh = written(rows, 99, target, whole=whole)
        said = judge.call("newcomer", updates=[row.hex() for row in rows + fresh])
        got = plain(prose.clean(said["content"])) == plain(target)
        assert not said["pending"]
        assert got or not whole, f"seed {seed}"
        exact += got
    assert exact >= 28
