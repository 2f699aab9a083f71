"""What recurs: a table of jobs, and the clock in the worker that runs them."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.utils import timezone

from backend.base import idempotency, journal, limits, tasks
from backend.pacts.actions import close_windows
from backend.people.actions import forget_expired_tokens
from realtime.actions.erasing import take_up_lost
from realtime.actions.leading import ask_where_nobody_leads
from realtime.actions.minutes import publish_due
from realtime.actions.photos import sweep_photos

logger = logging.getLogger(__name__)

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Job(NamedTuple):
    """One job of the table; `name` names it in the database and never changes."""

    name: str
    every: timedelta
    run: Callable[[], Any]


JOBS = (
    Job("lost work", MINUTE, tasks.resume),
    Job("journal chain", MINUTE, journal.link_all),
    Job("minutes due", MINUTE, publish_due),
    Job("words to take out", MINUTE, take_up_lost),
    Job("rooms that nobody leads", MINUTE, ask_where_nobody_leads),
    Job("counters", HOUR, limits.sweep),
    Job("repeated requests", HOUR, idempotency.forget_old),
    Job("ended windows", HOUR, close_windows),
    Job("photos of notes", DAY, sweep_photos),
    Job("ended sessions", DAY, SessionStore.clear_expired),
    Job("expired keys", DAY, forget_expired_tokens),
    Job("finished work", DAY, lambda: tasks.forget_finished(7 * DAY)),
)


@tasks.task
def tick() -> None:
    """Run what is due. The next tick is enqueued first; of two clocks one ends, since only one claims
    the minute."""
    with transaction.atomic():
        if not tasks.due("clock", MINUTE):
            return
        now = timezone.now()
        tick.using(run_after=now.replace(second=0, microsecond=0) + MINUTE).enqueue()
    for job in JOBS:
        if tasks.due(job.name, job.every):
            _run(job)


def _run(job: Job) -> None:
    """A job that fails stops neither the others nor the clock; it comes up again in its next slot."""
    try:
        job.run()
    except Exception:
        logger.exception("A recurring job failed: %s", job.name)


def start_clock() -> None:
    """Begin to tick, at each start of the site."""
    tick.enqueue()
