"""One write at a time where the database can do no more: SQLite's own way to wait is to sleep longer and longer."""

import threading
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.db import connection

_TURNS = threading.RLock()  # what a commit sets off may write, too


def in_turn() -> AbstractContextManager[Any]:
    """Stand in line for the next write of this process, where that helps.

    Who is in a transaction already has the database, and must not wait for those who wait for it.
    """
    queued = connection.vendor == "sqlite" and not connection.in_atomic_block
    return _TURNS if queued else nullcontext()
