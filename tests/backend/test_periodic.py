"""The clock runs what is due, once, and what fails stops nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from backend.base.tasks import Slot
from backend.periodic import JOBS, start_clock, tick


@pytest.mark.django_db
def test_the_clock_ticks_on_and_two_clocks_become_one() -> None:
    start_clock()
    start_clock()
    DBTaskResult.objects.all().delete()
    tick.call()
    tick.call()
    following = DBTaskResult.objects.get()
    assert timezone.now() < following.run_after <= timezone.now() + timedelta(minutes=1)
    assert set(Slot.objects.values_list("job", flat=True)) == {"clock", *(job.name for job in JOBS)}


@pytest.mark.django_db
def test_a_job_that_fails_stops_neither_the_clock_nor_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Any:
        raise RuntimeError

    ran: list[str] = []
    jobs = (JOBS[0]._replace(run=broken), JOBS[1]._replace(run=lambda: ran.append("yes")))
    monkeypatch.setattr("backend.periodic.JOBS", jobs)
    tick.call()
    assert ran == ["yes"]
    assert DBTaskResult.objects.filter(status=TaskResultStatus.READY).count() == 1
