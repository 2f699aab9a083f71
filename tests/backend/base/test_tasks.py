"""Work for later: after the commit, again when it failed, and on the clock."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from backend.base import tasks
from backend.base.tasks import Slot, due, forget_finished, later, resume, task

done: list[str] = []


@task
def remember(word: str) -> None:
    done.append(word)


@task
def fail(word: str) -> None:
    done.append(word)
    raise ValueError(word)


@pytest.fixture(autouse=True)
def _nothing_done() -> None:
    done.clear()


def work_off() -> None:
    call_command("db_worker", "--batch", "--queue-name", "*", "--interval", "0", "--no-startup-delay", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_work_begins_only_when_the_transaction_has_ended_well() -> None:
    with transaction.atomic():
        later(remember, "lost")
        transaction.set_rollback(True)
    with transaction.atomic():
        later(remember, "kept")
        assert not DBTaskResult.objects.exists()
    later(remember, "tomorrow", delay=timedelta(days=1))
    work_off()
    assert done == ["kept"]


@pytest.mark.django_db(transaction=True)
def test_work_that_failed_is_tried_again_later_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "PAUSES", (timedelta(0), timedelta(0)))
    later(fail, "x")
    work_off()
    assert done == ["x", "x", "x"]
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {TaskResultStatus.FAILED}


@pytest.mark.django_db
def test_work_of_a_killed_worker_goes_back_into_the_queue() -> None:
    remember.enqueue("a")
    row = DBTaskResult.objects.get()
    row.claim("gone")
    assert resume() == 0
    DBTaskResult.objects.update(started_at=timezone.now() - timedelta(hours=1))
    assert resume() == 1
    row.refresh_from_db()
    assert row.status == TaskResultStatus.READY


@pytest.mark.django_db
def test_a_slot_of_time_is_claimed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert due("job", timedelta(hours=1))
    assert not due("job", timedelta(hours=1))
    Slot.objects.update(number=0)
    assert due("job", timedelta(hours=1))


@pytest.mark.django_db
def test_rows_of_finished_work_do_not_stay_for_ever() -> None:
    remember.enqueue("a")
    row = DBTaskResult.objects.get()
    row.claim("w")
    row.set_successful(None)
    assert forget_finished(timedelta(days=1)) == 0
    assert forget_finished(-timedelta(days=1)) == 1
