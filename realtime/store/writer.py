"""The writer: one thread of a process that stores updates, many rooms' in one transaction."""

import logging
import queue
import threading
import time
from collections.abc import Callable

from django.db import DatabaseError, connection, transaction
from prometheus_client import Histogram

from realtime.store.rows import Batch, Claimed, NoRoom, Outcome, append

log = logging.getLogger(__name__)

COMMIT_SECONDS = Histogram(
    "copact_room_commit_seconds",
    "Time to store one group of updates durably.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)


class Writer:
    """The one thread of a process that stores updates, many rooms' in one transaction.

    It writes at once when it is idle; what comes while it commits goes together into the next commit.
    """

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[tuple[Batch, Callable[[Outcome], None]] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def submit(self, batch: Batch, done: Callable[[Outcome], None]) -> None:
        """`done` is called in the writer's thread."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="room-writer", daemon=True)
            self._thread.start()
        self._queue.put((batch, done))

    def stop(self) -> None:
        """Finish what was submitted, then end the thread."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(timeout=5)
            self._thread = None

    def _run(self) -> None:
        try:
            while (first := self._queue.get()) is not None:
                jobs, ending = [first], False
                while not self._queue.empty() and len(jobs) < 500:
                    if (job := self._queue.get()) is None:
                        ending = True
                        break
                    jobs.append(job)
                for (_, done), outcome in zip(jobs, self._commit([batch for batch, _ in jobs]), strict=True):
                    done(outcome)
                if ending:
                    return
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
    """All in one transaction; rooms in the order of their ids, so that two processes never wait for each other."""
    outcomes: dict[int, Outcome] = {}
    order = sorted(range(len(batches)), key=lambda place: batches[place].room.int)
    with transaction.atomic():
        for place in order:
            outcomes[place] = append(batches[place])
    return [outcomes[place] for place in range(len(batches))]


def _alone(batch: Batch) -> Outcome:
    try:
        with transaction.atomic():
            return append(batch)
    except (NoRoom, Claimed) as problem:
        return problem
    except DatabaseError as problem:
        log.exception("Updates of room %s could not be stored.", batch.room)
        connection.close()
        return problem
    except Exception as problem:
        log.exception("Updates of room %s could not be stored.", batch.room)
        return problem
