"""Votes and consent checks as pages: in the room without script, all together, one by one, and to take along."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from realtime import tools
from realtime.actions import submit_proposal, write_turns
from realtime.models import ConsentCheck, Poll, Room
from tests.realtime.factories import join, leader, make_room
from tests.realtime.visits import at, browser

pytestmark = pytest.mark.django_db
VOTES: dict[str, dict[str, str]] = {
    "single": {"choice": "o1"},
    "multiple": {"pick-o1": "on"},
    "ranking": {"place-o1": "1"},
    "scale": {"choice": "o1"},
    "temperature": {"choice": "o1"},
    "dots": {"dots-o1": "2"},
}


@pytest.fixture
def room() -> Room:
    room = make_room()
    write_turns(room=room, turns=[(leader(room).person, "paragraph", text) for text in ("Six benches.", "Shade.")])
    return room


def opened(room: Room, **fields: Any) -> Poll:
    args = {"kind": "single", "question": "Where?", "options": "=Garden\nSchool", "anonymous": "no", "open": "on"}
    tools.do(room=room, tool="polls", command="draft", by=leader(room).person, args=args | fields)
    return Poll.objects.in_city(room.city_id).filter(room=room)[0]


def close(room: Room, poll: Poll) -> None:
    tools.do(room=room, tool="polls", command="close", by=leader(room).person, args={"poll": str(poll.pk)})


@pytest.mark.parametrize("kind", sorted(VOTES))
def test_without_script_every_kind_is_voted_on_with_a_plain_form(room: Room, kind: str) -> None:
    amal = join(room)
    client, poll = browser(amal), opened(room, kind=kind)
    page = client.get(at(room)).content.decode()
    assert "Where?" in page
    assert 'data-part="vote-now" hidden' not in page
    answer = client.post(at(room, "tools/polls/vote/"), {"poll": poll.pk, **VOTES[kind]})
    assert answer["Location"].endswith("#decide")
    assert "Your vote counts." in client.get(at(room)).content.decode()
    close(room, poll)
    assert "1 of 2 have voted." in client.get(at(room)).content.decode()
    assert client.get(at(room, f"decide/{poll.number}/")).status_code == 200


def test_a_refused_vote_says_why_on_the_page_that_comes(room: Room) -> None:
    client, poll = browser(join(room)), opened(room)
    close(room, poll)
    answer = client.post(at(room, "tools/polls/vote/"), {"poll": poll.pk, "choice": "o1"}, follow=True)
    assert "The vote is closed." in answer.content.decode()


def test_a_new_vote_that_is_refused_keeps_what_was_typed(room: Room) -> None:
    client = browser(leader(room))
    fields = {"question": "Which evening?", "kind": "single", "options": "Tuesday"}
    answer = client.post(at(room, "tools/polls/draft/"), fields)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert all(part in page for part in ("Which evening?", "Tuesday", "at least two options"))


def test_a_new_check_that_is_refused_keeps_what_was_typed(room: Room) -> None:
    answer = browser(leader(room)).post(at(room, "tools/consent/prepare/"), {"question": "Good?", "eligible": "group"})
    assert (answer.status_code, "Good?" in answer.content.decode()) == (400, True)


def test_by_name_the_room_sees_who_chose_what_and_can_take_it_along(room: Room) -> None:
    client, poll = browser(join(room)), opened(room)
    client.post(at(room, "tools/polls/vote/"), {"poll": poll.pk, "choice": "o1"})
    assert client.get(at(room, "decide/1/")).status_code == 404
    close(room, poll)
    page = at(room, "decide/1/")
    assert "Amal" in client.get(page).content.decode()
    assert client.get(page, {"as": "csv"}).content.decode() == "option,votes,voters\n'=Garden,1,1\nSchool,0,0\n"
    assert client.get(page, {"as": "ballots"}).content.decode() == ("name,assisted,option,vote\nAmal,no,'=Garden,1\n")
    told = json.loads(client.get(page, {"as": "json"}).content)
    assert told["voters"][0]["name"] == "Amal"
    assert client.get(page, {"as": "else"}).status_code == 404


def test_an_anonymous_vote_is_taken_along_without_anybody(room: Room) -> None:
    poll = opened(room, anonymous="yes")
    for who in [join(room, name) for name in ("Amal", "Gianni", "Ioana", "Luca")]:
        browser(who).post(at(room, "tools/polls/vote/"), {"poll": poll.pk, "choice": "o2"})
    close(room, poll)
    client = browser(join(room, "Nadia"))
    page = at(room, "decide/1/")
    for kind in ("html", "csv", "json"):
        assert not any(name in client.get(page, {"as": kind}).content.decode() for name in ("Gianni", "Ioana", "Luca"))
    assert client.get(page, {"as": "ballots"}).status_code == 404


def test_nobody_outside_the_room_sees_its_votes(room: Room) -> None:
    poll = opened(room)
    close(room, poll)
    stranger = browser(join(make_room(), "Olga"))
    for path in ("decide/", "decide/1/"):
        assert stranger.get(at(room, path)).status_code == 404


def test_a_version_says_what_was_decided_on_it_and_so_does_the_proposal(room: Room) -> None:
    lead, amal = leader(room), join(room)
    client = browser(lead)
    assert client.post(at(room, "tools/consent/prepare/"), {"open": "on"}).status_code == 302
    check = ConsentCheck.objects.in_city(room.city_id).get()
    fields = {"check": check.pk, "answer": "concern", "text": "Too hot in July."}
    browser(amal).post(at(room, "tools/consent/answer/"), fields)
    page = client.get(at(room)).content.decode()
    assert "Too hot in July." in page
    client.post(at(room, "tools/consent/close/"), {"check": check.pk})
    page = client.get(at(room, "versions/1/")).content.decode()
    assert "The room agreed to this text, with concerns to resolve." in page
    assert check.text_sha256 in page
    assert "Too hot in July." in browser(amal).get(at(room, "decide/")).content.decode()
    proposal = submit_proposal(room=room, by=lead.person, title="Benches")
    page = client.get(f"/{room.city.slug}/proposals/{proposal.reference}/").content.decode()
    assert "The room agreed to this very text" in page


def test_the_projector_shows_the_question_and_no_name(room: Room) -> None:
    opened(room)
    browser(join(room, "Gianni Rossi")).get(at(room))
    page = browser(leader(room)).get(at(room, "projector/")).content.decode()
    assert ("Where?" in page, "Gianni Rossi" in page) == (True, False)


def test_the_page_of_decisions_asks_the_database_the_same_for_one_and_for_many(
    room: Room, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    client = browser(leader(room))
    close(room, opened(room))
    client.get(at(room, "decide/"))
    few = count_queries(lambda: client.get(at(room, "decide/")))
    for _each in range(3):
        close(room, opened(room))
    assert count_queries(lambda: client.get(at(room, "decide/"))) == few <= 14
