"""The writer: one thread of a process that stores updates, many rooms' in one transaction."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections
from prometheus_client import Histogram

from realtime.store.rows import Batch, Claimed, NoRoom, Outcome, Stored, append, append_together

log = logging.getLogger(__name__)

COMMIT_SECONDS = Histogram(
    "copact_room_commit_seconds",
    "Time to store one group of updates durably.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)


Job = tuple[list[Batch], Callable[[list[Outcome]], None]]


class Writer:
    """The one thread of a process that stores updates, many rooms' in one transaction."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def submit(self, batches: list[Batch], done: Callable[[list[Outcome]], None]) -> None:
        """`done` is called in the writer's thread, with an outcome for each batch."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="room-writer", daemon=True)
            self._thread.start()
        self._queue.put((batches, done))

    def stop(self) -> None:
        """Finish what was submitted, then end the thread."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(timeout=5)
            self._thread = None

    def _run(self) -> None:
        try:
            while (job := self._queue.get()) is not None:
                batches, done = job
                done(self._commit(batches))
        finally:
            connection.close()

    def _commit(self, batches: list[Batch]) -> list[Outcome]:
        begun = time.perf_counter()
        try:
            outcomes = _together(batches)
        except Exception:
            # One of them, or the connection: each by itself, so that one room's trouble is not everyone's.
            connection.close()
            outcomes = [_alone(batch) for batch in batches]
        COMMIT_SECONDS.observe(time.perf_counter() - begun)
        return outcomes


def _together(batches: list[Batch]) -> list[Outcome]:
    """All in one transaction; where a room has moved on meanwhile, each in its turn in another one.

    Rooms in the order of their ids, so that two processes never wait for each other. Past `atomic`,
    which this thread does not need: nothing else is ever under way on its connection.
    """
    here: Any = connections[DEFAULT_DB_ALIAS]
    if here.connection is None:
        here.ensure_connection()
        if here.vendor == "sqlite":
            opened: Any = here.connection
            opened.execute("PRAGMA cache_size=-2000")  # it only ever appends
    ordered = sorted(batches, key=_place)
    with here.wrap_database_errors, suppress(_MovedOn):
        with _transaction(here):
            if not append_together(here, here.connection.cursor(), ordered):
                raise _MovedOn
        return [Stored(batch.head + len(batch.entries)) for batch in batches]
    outcomes: dict[UUID, Outcome] = {}
    with here.wrap_database_errors, _transaction(here):
        for batch in ordered:
            outcomes[batch.room] = append(batch)
    return [outcomes[batch.room] for batch in batches]


class _MovedOn(Exception):
    """A room is not where its batch says."""


def _place(batch: Batch) -> int:
    return batch.room.int


@contextmanager
def _transaction(here: Any) -> Iterator[None]:
    raw = here.connection
    raw.execute("BEGIN IMMEDIATE" if here.vendor == "sqlite" else "BEGIN")
    try:
        yield
        raw.execute("COMMIT")
    except BaseException:
        with suppress(Exception):
            raw.rollback()
        raise


def _alone(batch: Batch) -> Outcome:
    try:
        return _together([batch])[0]
    except (NoRoom, Claimed) as problem:
        connection.close()
        return problem
    except Exception as problem:
        log.exception("Updates of room %s could not be stored.", batch.room)
        connection.close()
        return problem
