"""Work for later: the only door to the task library, with retries and a clock for what recurs."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial, wraps
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks import task as library_task
from django_tasks_db.models import DBTaskResult

__all__ = ["Slot", "due", "later", "resume", "task"]

logger = logging.getLogger(__name__)

# How long failed work waits before each further try; after the last it is left as failed.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 600, 3600))
# A worker that has not finished by then was killed: no task here takes longer.
LOST_AFTER = timedelta(minutes=15)


def task(function: Callable[..., Any]) -> Any:
    """Make a module's function a task: `later(function, …)` then runs it in the worker.

    Arguments are JSON values (keys, never objects). The work must be safe to run twice: it runs
    again when it failed or its worker was killed.
    """

    @wraps(function)
    def attempt(*args: Any, tries: int = 0, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except Exception:
            if tries < len(PAUSES):
                logger.warning("Work failed and is tried again: %s", function.__qualname__)
                chosen = work.using(run_after=timezone.now() + PAUSES[tries])
                chosen.enqueue(*args, tries=tries + 1, **kwargs)
            raise

    work = library_task(attempt)
    return work


def later(work: Any, *args: Any, delay: timedelta | None = None, **kwargs: Any) -> None:
    """Enqueue `work` (made with @task) when the present transaction has committed."""
    chosen = work.using(run_after=timezone.now() + delay) if delay else work
    run: Callable[[], Any] = partial(chosen.enqueue, *args, **kwargs)
    transaction.on_commit(run)


class Slot(models.Model):
    """The last slot of time in which a recurring job was claimed."""

    job = models.CharField(max_length=48, primary_key=True)
    number = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.job} {self.number}"


def due(job: str, every: timedelta) -> bool:
    """Claim the present slot of `job`; True for exactly one caller in each."""
    number = int(timezone.now().timestamp() // every.total_seconds())
    if Slot.objects.filter(job=job, number__lt=number).update(number=number):
        return True
    return Slot.objects.get_or_create(job=job, defaults={"number": number})[1]


def resume() -> int:
    """Put work back in the queue whose worker was killed; tells how much."""
    lost = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=timezone.now() - LOST_AFTER)
    return lost.update(status=TaskResultStatus.READY)


def forget_finished(after: timedelta) -> int:
    """Drop the rows of work that ended well or for good longer than `after` ago."""
    done = DBTaskResult.objects.filter(
        status__in=(TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED), finished_at__lt=timezone.now() - after
    )
    return done.delete()[0]
