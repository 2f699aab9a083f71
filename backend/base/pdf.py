"""Papers: a template of ours and data of anybody's, set by Typst in a child process; equal data give equal bytes."""

import json
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings

SECONDS: Final = 30  # of the clock; the child's own limit is on its time of calculation
TEMPLATES: Final = Path("frontend_templates/paper")
WORKER: Final = Path(__file__).with_name("pdf_worker.py")  # run, never imported: this process needs no typesetter

_turn = threading.BoundedSemaphore(1)


class NoPaper(Exception):
    """The paper could not be made; the argument is for the log."""


def paper(template: str, data: dict[str, Any], *, at: datetime) -> bytes:
    """The PDF of `template` filled with `data`, dated `at`. Raises NoPaper.

    The data never become part of the template's source: it reads them as JSON, and prints words as words.
    The child has no environment, finds no fonts but Typst's own and reads nothing outside the templates' folder.
    """
    source = settings.BASE_DIR / TEMPLATES / f"{template}.typ"
    order = {"source": str(source), "data": json.dumps(data, ensure_ascii=False), "at": int(at.timestamp())}
    command = [sys.executable, "-I", str(WORKER)]
    with _turn:
        try:
            child = subprocess.run(  # noqa: S603  fixed command, data on its standard input
                command,
                input=json.dumps(order).encode(),
                capture_output=True,
                timeout=SECONDS,
                check=False,
                env={},
                cwd=source.parent,
            )
        except subprocess.TimeoutExpired:
            raise NoPaper("it took too long") from None
    if child.returncode or not child.stdout.startswith(b"%PDF-"):
        raise NoPaper(child.stderr.decode("utf-8", "replace")[-2000:] or f"ended with {child.returncode}")
    return child.stdout
