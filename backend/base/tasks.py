"""Work for later: the only door to the task library, with retries."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

__all__ = ["later", "task"]


def later(work: Any, *args: Any, delay: timedelta | None = None, **kwargs: Any) -> None:
    """Enqueue `work` (made with @task) when the present transaction has committed.

    Arguments are JSON values (keys, never objects); the work must be safe to run twice.
    """
    chosen = work.using(run_after=timezone.now() + delay) if delay else work
    run: Callable[[], Any] = partial(chosen.enqueue, *args, **kwargs)
    transaction.on_commit(run)
