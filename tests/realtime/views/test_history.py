"""Pages of a room's history: any moment, versions side by side, files, and words to be taken out."""

import json
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from realtime.actions import ask_erasure, close_room, freeze_version, post_passage, write_turns
from realtime.actions.erasing import take_words_out
from realtime.actions.upkeep import work_out_past
from realtime.models import Erasure, Participant, Room
from realtime.permissions import remember
from realtime.store import past
from tests.factories import make_citizen, make_officer
from tests.realtime.factories import join, leader, make_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def written() -> tuple[Room, Participant]:
    room = make_room()
    amal = join(room, "Amal")
    turns: Any = [(amal.person, "heading", "Benches"), (leader(room).person, "paragraph", "They stand in the sun.")]
    write_turns(room=room, turns=turns)
    freeze_version(room=room, by=leader(room).person, title="First evening", reason="Read aloud")
    room.refresh_from_db()
    return room, amal


def page(room: Room, part: str = "history/") -> str:
    return f"/{room.city.slug}/rooms/{room.slug}/{part}"


def as_guest(participant: Participant) -> Client:
    client, answer = Client(headers={"accept-language": "en"}), HttpResponse()
    remember(answer, participant)
    client.cookies.update(answer.cookies)
    return client


def as_lead(room: Room) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(leader(room).person)
    return client


def said(answer: Any) -> str:
    return " ".join(str(each) for each in get_messages(answer.wsgi_request))


def test_the_history_is_for_who_is_in_the_room_also_when_it_is_closed(written: Any) -> None:
    room, amal = written
    close_room(room=room, by=leader(room).person)
    for part in ("history/", "history/compare/", "erasure/"):
        assert as_guest(amal).get(page(room, part)).status_code == 200
        assert Client(headers={"accept-language": "en"}).get(page(room, part)).status_code == 404
        stranger = Client(headers={"accept-language": "en"})
        stranger.force_login(make_citizen(room.city))
        assert stranger.get(page(room, part)).status_code == 404


def test_a_moment_says_what_stood_there_who_wrote_it_and_when(written: Any) -> None:
    room, amal = written
    html = as_guest(amal).get(page(room) + "?at=1").content.decode()
    assert "Benches" in html
    assert "They stand" not in html
    assert 'type="range"' in html
    assert 'aria-valuetext="' in html
    assert html.count("Amal") >= 2  # beside the text and in the shares
    for wrong in ("0", "-4", "99999", "x", "", "9" * 30):
        assert as_guest(amal).get(page(room) + f"?at={wrong}").status_code == 200
    part = as_guest(amal).get(page(room) + "?at=1&part=moment").content.decode()
    assert part.startswith('<div class="stack" data-part="moment"')
    assert "<html" not in part


def test_pages_ask_the_database_as_often_for_many_as_for_one(written: Any) -> None:
    room, _amal = written
    client, pages = as_lead(room), ("history/", "history/compare/", "versions/1/")
    counts: list[list[int]] = []
    for _round in range(2):
        found = []
        for part in pages:
            client.get(page(room, part))
            with CaptureQueriesContext(connection) as asked:
                assert client.get(page(room, part)).status_code == 200
            found.append(len(asked))
        counts.append(found)
        for number in range(6):
            guest = join(room, f"Guest {number}")
            post_passage(room=room, by=guest.person, text=f"Passage {number}")
            freeze_version(room=room, by=leader(room).person, title=f"Version of {number}")
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 20


def test_two_versions_are_compared_in_words(written: Any) -> None:
    room, amal = written
    post_passage(room=room, by=amal.person, text="And in the shade.")
    html = as_guest(amal).get(page(room, "history/compare/?from=1&to=now")).content.decode()
    assert "1 paragraph added" in html
    assert "<ins>And in the shade.</ins>" in html
    assert "Put version 1 back" not in html
    assert "Put version 1 back" in as_lead(room).get(page(room, "history/compare/?from=1&to=now")).content.decode()
    assert as_guest(amal).get(page(room, "history/compare/?from=9")).status_code == 404


def test_who_leads_puts_a_version_back_with_a_reason(written: Any) -> None:
    room, amal = written
    post_passage(room=room, by=amal.person, text="And in the shade.")
    refused = as_guest(amal).post(page(room, "versions/1/restore/"), {"reason": "Mine"})
    assert "Only the facilitator" in said(refused)
    without = as_lead(room).post(page(room, "versions/1/restore/"), {"reason": ""})
    assert "Write something" in said(without)
    done = as_lead(room).post(page(room, "versions/1/restore/"), {"reason": "We agreed so."})
    assert "stands in the text again" in said(done)
    assert "shade" not in as_guest(amal).get(page(room, "text/")).content.decode()


@pytest.mark.parametrize(
    ("kind", "ending"), [("html", "html"), ("markdown", "md"), ("text", "txt"), ("prosemirror", "json")]
)
def test_a_version_and_the_text_of_now_can_be_taken_along(written: Any, kind: str, ending: str) -> None:
    room, amal = written
    for part in (f"versions/1/text/?as={kind}", f"text/?as={kind}&download"):
        answer = as_guest(amal).get(page(room, part))
        assert answer.status_code == 200
        name = "the-gardens-of-the-street" + ("-v1" if "versions" in part else "")
        assert f'filename="{name}.{ending}"' in answer["Content-Disposition"]
        body = answer.content.decode()
        assert "They stand in the sun." in body
        if kind == "prosemirror":
            assert json.loads(body)["type"] == "doc"
        if kind == "html":
            assert body.startswith("<!doctype html>")
            assert f'lang="{room.language}"' in body
    assert Client(headers={"accept-language": "en"}).get(page(room, f"versions/1/text/?as={kind}")).status_code == 404
    assert as_guest(amal).get(page(room, "versions/1/text/?as=exe")).status_code == 404


def test_one_asks_for_ones_own_words_and_the_lead_sees_what_would_go(written: Any) -> None:
    room, amal = written
    asked = as_guest(amal).post(page(room, "erasure/"), {"reason": "My name is in it."})
    assert "asked for" in said(asked)
    assert "Who leads the room decides" in as_guest(amal).get(page(room, "erasure/")).content.decode()
    html = as_lead(room).get(page(room, "erasure/")).content.decode()
    assert "7 letters of the text" in html
    assert "My name is in it." in html
    key = Erasure.objects.in_city(room.city_id).get().pk
    assert as_guest(amal).post(page(room, f"erasure/{key}/"), {"answer": "agree", "reason": "x"}).status_code == 404
    done = as_lead(room).post(page(room, f"erasure/{key}/"), {"answer": "agree", "reason": "Of course."})
    assert "are being taken out now" in said(done)
    state = page(room, "erasure/?part=state")
    assert "waits for its turn" in as_guest(amal).get(state).content.decode()
    take_words_out.call(str(key))
    assert "out of the room for good" in as_guest(amal).get(state).content.decode()
    html = as_lead(room).get(page(room, "erasure/")).content.decode()
    assert "7 letters of the text" in html[html.index("What was decided") :]
    assert "Benches" not in as_lead(room).get(page(room)).content.decode()
    assert "You have written nothing here" not in as_guest(amal).get(page(room, "erasure/")).content.decode()


def test_the_citys_staff_asks_for_somebody_who_rang(written: Any) -> None:
    room, amal = written
    officer = Client(headers={"accept-language": "en"})
    officer.force_login(make_officer(room.city))
    assert "Amal" in officer.get(page(room, "erasure/")).content.decode()
    officer.post(page(room, "erasure/"), {"person": str(amal.person_id), "reason": "They rang us."})
    assert Erasure.objects.in_city(room.city_id).get().person_id == amal.person_id
    assert officer.post(page(room, "erasure/"), {"person": "nobody"}).status_code == 404


def test_a_refusal_is_told_with_its_reason(written: Any) -> None:
    room, amal = written
    erasure = ask_erasure(room=room, person=amal.person, by=amal.person)
    answer = {"answer": "refuse", "reason": "All of us agreed to it."}
    as_lead(room).post(page(room, f"erasure/{erasure.pk}/"), answer)
    html = as_guest(amal).get(page(room, "erasure/")).content.decode()
    assert "All of us agreed to it." in html
    assert "You can turn to the City" in html


def test_a_long_past_is_worked_out_by_the_worker_while_the_page_says_so(
    written: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    room, _amal = written
    monkeypatch.setattr(past, "FAR", 1)
    monkeypatch.setattr(past, "KEEP_EVERY", 1)
    past.forget(room.pk)
    with django_capture_on_commit_callbacks(execute=True):
        for _look in range(2):
            assert "is being put together" in as_lead(room).get(page(room, "history/")).content.decode()
    [work] = DBTaskResult.objects.filter(task_path__endswith="work_out_past")
    assert work_out_past.call(*work.args_kwargs["args"]) == room.head
    past._past.clear()
    assert "The text at a moment" in as_lead(room).get(page(room, "history/")).content.decode()
