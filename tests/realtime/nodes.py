"""Node programs that tests talk to, line by line: the judge of documents and the scripted people."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def node_is_missing() -> str:
    """Why tests with Node cannot run here, or nothing; in CI that is a failure."""
    reason = ""
    if shutil.which("node") is None:
        reason = "there is no Node here"
    elif not (ROOT / "node_modules" / "yjs").is_dir():
        reason = "node_modules is not installed"
    if reason and os.environ.get("CI"):
        pytest.fail(f"Yjs could not judge: {reason}")
    return reason


class Node:
    """One program; `call` sends a line and waits for its answer."""

    def __init__(self, program: str) -> None:
        path = Path(__file__).parent / program
        self._process = subprocess.Popen(
            ["node", str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True
        )
        self._number = 0

    def call(self, act: str, **args: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._number += 1
        self._process.stdin.write(json.dumps({"nr": self._number, "act": act, **args}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"{act}: Node has gone"
        answer = json.loads(line)["answer"]
        if isinstance(answer, dict) and "failed" in answer:
            pytest.fail(f"{act}: {answer['failed']}")
        return answer

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


@contextmanager
def node(program: str) -> Iterator[Node]:
    if reason := node_is_missing():
        pytest.skip(f"SKIPPED: {reason}")
    running = Node(program)
    try:
        yield running
    finally:
        running.close()
