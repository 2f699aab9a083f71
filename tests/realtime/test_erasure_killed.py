"""The work of an erasure is killed at any statement, fails, is given out twice: nothing is half done, nothing is done twice."""

import os
import signal
import subprocess
import sys
import time
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from backend.base import wiping
from backend.base.journal import JournalEntry
from realtime.actions import agree_erasure, ask_erasure
from realtime.actions import anew as writing
from realtime.actions.beside import HELD
from realtime.actions.erasing import MOST_TRIES, SILENT, take_up_lost, take_words_out
from realtime.models import Erasure, NotePhoto, Update, Version
from tests import onfile
from tests.realtime.evenings import SAID, Evening, found, in_silence_and_on_photos, in_the_chat
from tests.realtime.pasts import fresh, said
from tests.realtime.served import ROOT, database_url

pytestmark = pytest.mark.django_db(transaction=True)

CHILD = """
import os, signal, sys
import django
django.setup()
from django.db import connection
from realtime.actions.erasing import take_words_out
left = int(sys.argv[2])
def count(execute, *rest):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(*rest)
with connection.execute_wrapper(count):
    take_words_out.call(sys.argv[1])
"""


@pytest.fixture
def evening() -> Evening:
    made = Evening()
    in_the_chat(made)
    in_silence_and_on_photos(made)
    made.version()
    return made


def agreed(evening: Evening) -> Erasure:
    erasure = ask_erasure(room=fresh(evening.room), person=evening.amal.person, by=evening.amal.person)
    agree_erasure(erasure=erasure, by=evening.lead.person, reason="Of course.")
    return erasure


def killed_after(erasure: Erasure, statements: int) -> int:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "backend.settings",
        "DATABASE_URL": database_url(),
        "REDIS_URL": "",
        "SECRET_KEY": settings.SECRET_KEY,
        "DATA_DIR": str(settings.DATA_DIR),
        "DEMO": "1",
    }
    command = [sys.executable, "-W", "ignore", "-c", CHILD, str(erasure.pk), str(statements)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False).returncode


def statements_of(work: Any) -> int:
    told: list[int] = []

    def count(execute: Any, *rest: Any) -> Any:
        told.append(1)
        return execute(*rest)

    with connection.execute_wrapper(count):
        work()
    return len(told)


def test_it_is_killed_at_any_point_and_nothing_is_half_done(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    twin = Evening()
    in_the_chat(twin)
    in_silence_and_on_photos(twin)
    twin.version()
    other = agreed(twin)
    with monkeypatch.context() as counted:  # what comes after the words are gone is not what is to be hit
        counted.setattr(wiping, "wipe", lambda *held: None)
        whole = statements_of(lambda: take_words_out.call(str(other.pk)))
    erasure = agreed(evening)
    rows = Update.objects.filter(room=evening.room).count()
    for part in (0.2, 0.55, 0.7, 0.75):
        assert killed_after(erasure, int(whole * part)) == -signal.SIGKILL
        erasure.refresh_from_db()
        assert erasure.state == "working"
        if erasure.log is None:
            assert SAID in said(fresh(evening.room))
            assert Update.objects.filter(room=evening.room).count() == rows
            assert NotePhoto.objects.across_cities().filter(room=evening.room).exists()
        else:
            assert found() == []
    take_words_out.call(str(erasure.pk))
    erasure.refresh_from_db()
    assert (erasure.state, erasure.files) == ("done", [])
    assert found() == []
    assert JournalEntry.objects.filter(verb="room.anew", subject_id=str(evening.room.pk)).count() == 1
    assert fresh(evening.room).log == 2


def test_what_is_given_out_twice_is_done_once(evening: Evening) -> None:
    erasure = agreed(evening)
    assert take_words_out.call(str(erasure.pk)) == "done"
    assert take_words_out.call(str(erasure.pk)) == "nothing"
    assert fresh(evening.room).log == 2


def test_two_workers_at_once_do_it_once(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second comes while the first has all prepared."""
    erasure, prepare = agreed(evening), writing.Anew.prepare
    others: list[str] = []

    def slow(self: Any) -> None:
        prepare(self)
        if not others:
            others.append("on its way")
            others.append(take_words_out.call(str(erasure.pk)))

    monkeypatch.setattr(writing.Anew, "prepare", slow)
    assert take_words_out.call(str(erasure.pk)) == "done"
    assert others[1] == "done"
    assert take_words_out.call(str(erasure.pk)) == "nothing"
    assert fresh(evening.room).log == 2
    assert JournalEntry.objects.filter(verb="erasure.done").count() == 1


def test_what_cannot_be_done_says_so_changes_nothing_and_is_tried_again(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    erasure = agreed(evening)
    with monkeypatch.context() as broken:
        broken.setattr(writing, "words_of", lambda content: [object()])
        assert take_words_out.call(str(erasure.pk)) == "failed"
    erasure.refresh_from_db()
    assert (erasure.state, erasure.problem, erasure.log) == ("failed", "cannot", None)
    assert SAID in said(fresh(evening.room))
    agree_erasure(erasure=erasure, by=evening.lead.person, reason="Once more.")
    assert take_words_out.call(str(erasure.pk)) == "done"
    assert found() == []


def test_what_breaks_every_time_is_given_up_in_the_end(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    erasure = agreed(evening)
    monkeypatch.setattr("realtime.actions.erasing.rewrite", lambda erasure: 1 / 0)
    for _try in range(MOST_TRIES - 1):
        with pytest.raises(ZeroDivisionError):
            take_words_out.call(str(erasure.pk))
    assert take_words_out.call(str(erasure.pk)) == "failed"
    erasure.refresh_from_db()
    assert (erasure.state, erasure.problem) == ("failed", "broke")


def test_work_that_gives_no_sign_of_life_is_given_out_again(evening: Evening) -> None:
    erasure = agreed(evening)
    DBTaskResult.objects.all().delete()
    assert take_up_lost() == 0
    Erasure.objects.across_cities().update(moved_at=timezone.now() - 2 * SILENT)
    assert take_up_lost() == 1
    assert DBTaskResult.objects.filter(task_path__endswith="take_words_out").count() == 1
    assert take_up_lost() == 0
    assert take_words_out.call(str(erasure.pk)) == "done"


def test_the_file_of_the_database_does_not_hold_them_either(evening: Evening) -> None:
    wiping.wipe(Update)
    assert SAID.encode() in onfile.database() or not onfile.readable()
    with CaptureQueriesContext(connection) as asked:
        take_words_out.call(str(agreed(evening).pk))
    wiped = {query["sql"] for query in asked if "VACUUM" in query["sql"]}
    assert connection.vendor == "sqlite" or len(wiped) == len(HELD)
    assert Version.objects.across_cities().filter(room=evening.room).exists()
    for _try in range(
        20 if connection.vendor == "postgresql" else 0
    ):  # whose own readers keep rows in sight for a moment
        if SAID.encode() not in onfile.database():
            break
        time.sleep(0.2)
        wiping.wipe(*HELD)
    assert SAID.encode() not in onfile.database()
