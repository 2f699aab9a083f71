"""The child that sets a paper: within limits, from its own folder alone."""

import json
import subprocess
import sys
from pathlib import Path

from backend.base.pdf import WORKER


def work(source: Path, **more: object) -> "subprocess.CompletedProcess[bytes]":
    order = json.dumps({"source": str(source), "data": "{}", "at": 0, **more}).encode()
    return subprocess.run(
        [sys.executable, "-I", str(WORKER)], input=order, capture_output=True, env={}, timeout=60, check=False
    )


def test_a_source_is_set(tmp_path: Path) -> None:
    source = tmp_path / "one.typ"
    source.write_text('#set document(title: "One")\n#set text(lang: "en")\n= One')
    assert work(source).stdout.startswith(b"%PDF-")


def test_nothing_outside_its_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "papers"
    folder.mkdir()
    source = folder / "one.typ"
    for attempt in ("../secret.txt", "/../secret.txt", str(tmp_path / "secret.txt")):
        source.write_text(f'#set document(title: "One")\n#read("{attempt}")')
        done = work(source)
        assert done.returncode != 0
        assert b"secret" not in done.stdout


def test_no_package_is_fetched(tmp_path: Path) -> None:
    source = tmp_path / "one.typ"
    source.write_text('#import "@preview/cetz:0.3.0": canvas')
    assert work(source).returncode != 0


def test_endless_work_ends(tmp_path: Path) -> None:
    source = tmp_path / "one.typ"
    source.write_text("#let f(n) = f(n + 1)\n#f(0)")
    assert work(source).returncode != 0
