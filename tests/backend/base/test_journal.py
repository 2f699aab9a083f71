"""The journal: chained behind the writes, and kept from changes by the database itself."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django_tasks_db.models import DBTaskResult
from hypothesis import given
from hypothesis import strategies as st

from backend.base.journal import JournalEntry, first_broken, link, link_all, link_scope, record, scopes, withhold
from tests.backend.base.journals import tamper, write
from tests.factories import make_city, make_person

pytestmark = pytest.mark.django_db


def test_a_line_tells_its_scope_from_the_subjects_city() -> None:
    city = make_city("gdansk")
    assert record(by=None, verb="x", subject=city).scope == "site"
    person = make_person()
    assert record(by=person, verb="x", subject=person, scope="gdansk").actor == person.pk


def test_links_number_the_lines_of_each_scope_by_itself() -> None:
    write(3, "torino"), write(2, "gdansk")
    assert (link("torino"), link("gdansk"), link("gdansk")) == (3, 2, 0)
    assert list(JournalEntry.objects.filter(scope="torino").order_by("number").values_list("number", flat=True)) == [
        1,
        2,
        3,
    ]
    assert scopes() == ["gdansk", "torino"]
    assert first_broken("torino") is None


def test_links_go_on_where_the_last_run_ended_also_in_batches() -> None:
    write(5)
    assert link("torino", batch=2) == 5
    write(4)
    assert link("torino") == 4
    assert first_broken("torino") is None


@given(st.lists(st.integers(0, 4), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_chain_holds_whatever_the_order_of_writing_and_linking(steps: list[int], chance: random.Random) -> None:
    with transaction.atomic():
        for count in steps:
            write(count, chance.choice(["a", "b"]))
            if chance.random() < 0.5:
                link(chance.choice(["a", "b"]))
        link("a"), link("b")
        assert first_broken("a") is None
        assert first_broken("b") is None
        assert not JournalEntry.objects.filter(number=None).exists()
        transaction.set_rollback(True)


@pytest.mark.parametrize("field", ["verb", "actor", "subject_id", "before", "after", "reason", "at", "hash", "scope"])
def test_a_changed_line_breaks_the_chain_at_its_place(field: str) -> None:
    entries = write(5)
    link("torino")
    other = {"actor": make_person().pk, "at": entries[0].at}.get(field, "x")
    tamper(entries[2], **{field: other})
    assert first_broken("torino") == 3


def test_a_line_taken_out_breaks_the_chain() -> None:
    entries = write(5)
    link("torino")
    tamper(entries[2], scope="elsewhere", number=77)
    assert first_broken("torino") == 3


@pytest.mark.usefixtures("guards")
class TestTheDatabaseRefuses:
    def refuses(self, change: Callable[[], Any]) -> None:
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()

    def test_another_reason_even_before_the_line_is_chained(self) -> None:
        entry = write(1)[0]
        self.refuses(lambda: JournalEntry.objects.filter(pk=entry.pk).update(reason="other"))

    def test_another_hash_once_the_line_is_chained(self) -> None:
        entry = write(1)[0]
        link("torino")
        self.refuses(lambda: JournalEntry.objects.filter(pk=entry.pk).update(hash="0" * 64))
        self.refuses(lambda: JournalEntry.objects.filter(pk=entry.pk).update(number=None))

    def test_anything_of_a_reason_but_that_it_goes(self) -> None:
        entry = write(1)[0]
        link("torino")
        mine = JournalEntry.objects.filter(pk=entry.pk)
        self.refuses(lambda: mine.update(seal=""))
        self.refuses(lambda: mine.update(salt="0" * 32))
        self.refuses(lambda: mine.update(reason="", verb="other"))
        assert mine.update(reason="", salt="") == 1
        self.refuses(lambda: mine.update(reason=entry.reason))
        self.refuses(lambda: mine.update(salt=entry.salt))

    def test_taking_a_line_out(self) -> None:
        entry = write(1)[0]
        self.refuses(entry.delete)
        self.refuses(JournalEntry.objects.all().delete)


def test_writing_a_line_asks_the_worker_once_to_chain_it(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        write(5)
    assert DBTaskResult.objects.filter(task_path__endswith="link_scope").count() == 1
    link_scope.call("torino")
    assert first_broken("torino") is None
    assert not JournalEntry.objects.filter(number=None).exists()


def test_the_clock_chains_what_a_lost_task_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    write(2)
    link_all()
    assert JournalEntry.objects.filter(number=None).count() == 2  # the task of these may still come
    monkeypatch.setattr("backend.base.journal.LINK_AFTER", -timedelta(seconds=5))
    link_all()
    assert not JournalEntry.objects.filter(number=None).exists()


@pytest.mark.django_db
def test_a_reason_is_withheld_and_the_chain_still_proves_the_rest() -> None:
    person = make_person()
    for number in range(4):
        record(by=person, verb="x", subject=person, reason=f"Reason {number}", scope="torino")
    link("torino")
    lines = JournalEntry.objects.filter(scope="torino").order_by("number")
    assert withhold(lines.filter(number=2), by=person) == 1
    link("torino")
    assert first_broken("torino") is None
    second = lines.get(number=2)
    assert (second.reason, second.salt, len(second.seal)) == ("", "", 64)
    assert lines.get(verb="journal.withhold").subject_id == str(second.key)
    tamper(second, verb="y")
    assert first_broken("torino") == 2


@pytest.mark.django_db
def test_a_reason_that_is_gone_without_a_line_about_it_breaks_the_chain() -> None:
    person = make_person()
    for number in range(3):
        record(by=person, verb="x", subject=person, reason=f"Reason {number}", scope="torino")
    link("torino")
    second = JournalEntry.objects.get(scope="torino", number=2)
    JournalEntry.objects.filter(pk=second.pk).update(reason="", salt="")
    assert first_broken("torino") == 2


@pytest.mark.django_db
def test_a_reason_from_before_reasons_had_seals_can_be_withheld_too() -> None:
    person = make_person()
    for number in range(3):
        record(by=person, verb="x", subject=person, reason=f"Reason {number}", scope="torino")
    tamper(JournalEntry.objects.get(reason="Reason 1"), salt="", seal="")
    link("torino")
    assert first_broken("torino") is None
    assert withhold(JournalEntry.objects.filter(reason="Reason 1"), by=person) == 1
    link("torino")
    assert first_broken("torino") is None
