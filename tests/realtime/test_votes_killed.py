"""The server is killed in the middle of a vote and of a consent check: nothing acknowledged is lost, nothing counts twice."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse

from realtime import tools
from realtime.actions import write_turns
from realtime.models import Ballot, ConsentCheck, Participant, Poll
from realtime.permissions import remember
from tests.realtime.factories import join, leader, make_room
from tests.realtime.served import Server, wait_for

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 24


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with ExitStack() as stack:
        running = Server(tmp_path)
        stack.callback(running.kill)
        yield running


def cookie_of(who: Participant) -> str:
    response = HttpResponse()
    remember(response, who)
    return response.cookies.output(header="", sep=";").split(";")[0].strip()


def order(server: Server, who: Participant, tool: str, command: str, args: dict[str, Any]) -> int:
    """A command as a page without script sends it; the status, or 0 where the server was gone."""
    path = f"/{who.room.city.slug}/rooms/{who.room.slug}/tools/{tool}/{command}/"
    cookie, token = cookie_of(who), "a" * 32
    line = HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"{cookie}; csrftoken={token}",
    }
    try:
        line.request("POST", path, urlencode({**args, "csrfmiddlewaretoken": token}), headers)
        return line.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        line.close()


def all_at_once(server: Server, people: list[Participant], tool: str, command: str, args: Any) -> dict[Any, int]:
    """Everyone sends, and in the middle of it the server is killed."""
    told: dict[Any, int] = {}

    def send(place: int, who: Participant) -> None:
        told[who.person_id] = order(server, who, tool, command, args(place))

    threads = [threading.Thread(target=send, args=pair) for pair in enumerate(people)]
    for thread in threads:
        thread.start()
    wait_for(lambda: sum(status == 302 for status in told.values()) >= PEOPLE // 4, 60)
    server.kill()
    for thread in threads:
        thread.join()
    return told


def test_killed_in_the_middle_of_a_vote_every_vote_that_was_taken_counts_once(server: Server) -> None:
    room = make_room()
    lead, people = leader(room).person, [join(room, f"Person {number}") for number in range(PEOPLE)]
    args = {"kind": "single", "question": "Where?", "options": ["A", "B"], "anonymous": "no", "open": "on"}
    tools.do(room=room, tool="polls", command="draft", by=lead, args=args)
    poll = Poll.objects.in_city(room.city_id).get()

    def choice(place: int) -> dict[str, str]:
        return {"poll": str(poll.pk), "choice": ("o1", "o2")[place % 2]}

    told = all_at_once(server, people, "polls", "vote", choice)
    kept = set(Ballot.objects.values_list("person_id", flat=True))
    assert {person for person, status in told.items() if status == 302} <= kept
    server.start()
    for place, who in enumerate(people):  # whoever is not sure sends again
        assert order(server, who, "polls", "vote", choice(place)) == 302
    tools.do(room=room, tool="polls", command="close", by=lead, args={"poll": str(poll.pk)})
    poll.refresh_from_db()
    assert poll.result is not None
    assert [row["count"] for row in poll.result["rows"]] == [PEOPLE / 2, PEOPLE / 2]
    assert (poll.result["voted"], Ballot.objects.count()) == (PEOPLE, PEOPLE)


def test_killed_in_the_middle_of_a_consent_check_no_answer_and_no_concern_is_lost(server: Server) -> None:
    room = make_room()
    lead, people = leader(room).person, [join(room, f"Person {number}") for number in range(PEOPLE)]
    write_turns(room=room, turns=[(lead, "paragraph", "Six benches with backs.")])
    tools.do(room=room, tool="consent", command="prepare", by=lead, args={"open": "on"})
    check = ConsentCheck.objects.in_city(room.city_id).get()

    def said(place: int) -> dict[str, str]:
        return {"check": str(check.pk), "answer": ("agree", "concern")[place % 2], "text": f"Too hot, says {place}."}

    told = all_at_once(server, people, "consent", "answer", said)
    kept = dict(Ballot.objects.values_list("person_id", "value"))
    assert {person for person, status in told.items() if status == 302} <= set(kept)
    with_words = set(check.concerns.across_cities().values_list("person_id", flat=True))
    assert with_words == {person for person, value in kept.items() if value == "concern"}
    server.start()
    for place, who in enumerate(people):
        assert order(server, who, "consent", "answer", said(place)) == 302
    tools.do(room=room, tool="consent", command="close", by=lead, args={"check": str(check.pk)})
    check.refresh_from_db()
    assert (check.turnout["answered"], check.turnout["agreed"], check.turnout["concerns"]) == (PEOPLE, 12, 12)
    assert check.concerns.across_cities().count() == PEOPLE // 2
    assert check.decision is not None
    assert check.decision.turnout["count"] == PEOPLE
