"""Pages of a room's history: for who was in it, with versions side by side and put back, and a long past that comes later."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from backend.base import prose
from realtime import document, store
from realtime.actions import close_room, comment_on, freeze_version, post_passage
from realtime.actions.upkeep import work_out_past
from realtime.store import past
from tests.factories import make_citizen
from tests.realtime.factories import join, leader
from tests.realtime.visits import ENGLISH, at, browser, messages_of

pytestmark = pytest.mark.django_db


def test_the_history_is_for_who_is_in_the_room_also_when_it_is_closed(recorded: Any) -> None:
    room, amal = recorded
    close_room(room=room, by=leader(room).person)
    for part in ("history/", "history/compare/", "erasure/"):
        assert browser(amal).get(at(room, part)).status_code == 200
        assert Client(headers=ENGLISH).get(at(room, part)).status_code == 404
        stranger = Client(headers=ENGLISH)
        stranger.force_login(make_citizen(room.city))
        assert stranger.get(at(room, part)).status_code == 404


def test_pages_ask_the_database_as_often_for_many_as_for_one(recorded: Any) -> None:
    room, _amal = recorded
    client, pages = browser(leader(room)), ("history/", "history/compare/", "versions/1/")
    counts: list[list[int]] = []
    for _round in range(2):
        found = []
        for part in pages:
            client.get(at(room, part))
            with CaptureQueriesContext(connection) as asked:
                assert client.get(at(room, part)).status_code == 200
            found.append(len(asked))
        counts.append(found)
        for number in range(6):
            guest = join(room, f"Guest {number}")
            post_passage(room=room, by=guest.person, text=f"Passage {number}")
            freeze_version(room=room, by=leader(room).person, title=f"Version of {number}")
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 20


def test_two_versions_are_compared_in_words(recorded: Any) -> None:
    room, amal = recorded
    post_passage(room=room, by=amal.person, text="And in the shade.")
    html = browser(amal).get(at(room, "history/compare/?from=1&to=now")).content.decode()
    assert "1 paragraph added" in html
    assert "<ins>And in the shade.</ins>" in html
    assert "Put version 1 back" not in html
    assert (
        "Put version 1 back" in browser(leader(room)).get(at(room, "history/compare/?from=1&to=now")).content.decode()
    )
    assert browser(amal).get(at(room, "history/compare/?from=9")).status_code == 404


def test_of_many_versions_only_the_two_that_are_compared_are_read(recorded: Any) -> None:
    room, amal = recorded
    for number in range(3):
        post_passage(room=room, by=amal.person, text=f"Passage {number}")
        freeze_version(room=room, by=leader(room).person)
    for path in (at(room, "history/compare/?from=1&to=2"), f"/api/v1/rooms/{room.pk}/compare/?from=1&to=2"):
        with CaptureQueriesContext(connection) as asked:
            assert browser(amal).get(path).status_code == 200
        whole = [each["sql"] for each in asked if '"realtime_version"."content"' in each["sql"]]
        assert len(whole) == 2
        assert not any("LIMIT 200" in each for each in whole)


def test_who_leads_puts_a_version_back_with_a_reason(recorded: Any) -> None:
    room, amal = recorded
    post_passage(room=room, by=amal.person, text="And in the shade.")
    refused = browser(amal).post(at(room, "versions/1/restore/"), {"reason": "Mine"})
    assert (refused.status_code, "Only the facilitator" in refused.content.decode()) == (403, True)
    without = browser(leader(room)).post(at(room, "versions/1/restore/"), {"reason": ""})
    assert (without.status_code, "Write something" in without.content.decode()) == (400, True)
    done = browser(leader(room)).post(at(room, "versions/1/restore/"), {"reason": "We agreed so."})
    assert "stands in the text again" in messages_of(done)
    assert "shade" not in browser(amal).get(at(room, "text/")).content.decode()


def test_the_page_says_what_loses_its_place_before_a_version_comes_back(recorded: Any) -> None:
    room, amal = recorded
    lead = browser(leader(room))
    page = at(room, "history/compare/?from=1&to=now")
    assert "nothing to put back" in lead.get(page).content.decode()
    post_passage(room=room, by=amal.person, text="And in the shade.\n\nA tap.")
    one, two = prose.blocks(document.read(store.updates_of(room.pk)[0]).content)[2:]
    for block in (one, two):
        comment_on(room=room, by=amal.person, text="Why?", language="en", block=block.id, quote=block.text)
    html = lead.get(page).content.decode()
    assert "2 open comments lose their place" in html
    assert "open suggestion" not in html
    with CaptureQueriesContext(connection) as few:
        lead.get(page)
    comment_on(room=room, by=amal.person, text="Why?", language="en", block=one.id, start=4, quote="in")
    with CaptureQueriesContext(connection) as more:
        assert "3 open comments lose their place" in lead.get(page).content.decode()
    assert len(few) == len(more)
    lead.post(at(room, "versions/1/restore/"), {"reason": "We agreed so."})
    assert "nothing to put back" in lead.get(page).content.decode()


def test_a_long_past_is_worked_out_by_the_worker_while_the_page_says_so(
    recorded: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    room, _amal = recorded
    monkeypatch.setattr(past, "FAR", 1)
    monkeypatch.setattr(past, "KEEP_EVERY", 1)
    past.forget(room.pk)
    with django_capture_on_commit_callbacks(execute=True):
        for _look in range(2):
            assert "is being put together" in browser(leader(room)).get(at(room, "history/")).content.decode()
    [work] = DBTaskResult.objects.filter(task_path__endswith="work_out_past")
    assert work_out_past.call(*work.args_kwargs["args"]) == room.head
    past._past.clear()
    assert "The text at a moment" in browser(leader(room)).get(at(room, "history/")).content.decode()
