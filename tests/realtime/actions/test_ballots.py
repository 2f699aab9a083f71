"""Votes as files: who chose what where votes were by name, and nothing that a spreadsheet would run."""

import csv
import io
from typing import Any

from realtime.actions import add_assisted
from realtime.actions.ballots import ballots_as_csv, poll_as_csv, poll_as_data, who_chose
from realtime.models import Poll
from tests.realtime.sessions import Session


def held(session: Session, votes: dict[str, dict[str, Any]], **fields: Any) -> Poll:
    """A poll that was voted on and closed: votes by name of who gave them."""
    args = {"kind": "single", "question": "Where?", "options": "=Garden\nSchool", "anonymous": "no", "open": "on"}
    session.do(session.lead, "polls", "draft", **args | fields)
    poll = Poll.objects.in_city(session.room.city_id).get(room=session.room)
    for name, vote in votes.items():
        who = {"Amal": session.amal, "Gianni": session.gianni}[name]
        session.do(who, "polls", "vote", poll=str(poll.pk), **vote)
    session.do(session.lead, "polls", "close", poll=str(poll.pk))
    poll.refresh_from_db()
    return poll


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_people_stand_by_the_alphabet_with_what_they_chose(session: Session) -> None:
    poll = held(session, {"Gianni": {"choice": "o2"}, "Amal": {"choice": "o1"}})
    assert [(row["name"], row["chose"]) for row in who_chose(poll)] == [
        ("Amal", [{"text": "=Garden", "gave": 1}]),
        ("Gianni", [{"text": "School", "gave": 1}]),
    ]


def test_words_that_look_like_a_formula_are_plain_text(session: Session) -> None:
    poll = held(session, {"Amal": {"choice": "o1"}})
    assert rows(poll_as_csv(poll)) == [["option", "votes", "voters"], ["'=Garden", "1", "1"], ["School", "0", "0"]]
    assert rows(ballots_as_csv(poll))[1] == ["Amal", "no", "'=Garden", "1"]


def test_dots_and_places_are_said_as_what_they_are(session: Session) -> None:
    dots = held(session, {"Amal": {"dots-o1": "2", "dots-o2": "1"}}, kind="dots", budget="3")
    assert rows(ballots_as_csv(dots)) == [
        ["name", "assisted", "option", "dots"],
        ["Amal", "no", "'=Garden", "2"],
        ["Amal", "no", "School", "1"],
    ]


def test_a_ranking_tells_the_place(session: Session) -> None:
    poll = held(session, {"Amal": {"place-o1": "2", "place-o2": "1"}}, kind="ranking")
    assert [(each["text"], each["gave"]) for each in who_chose(poll)[0]["chose"]] == [("School", 1), ("=Garden", 2)]


def test_a_vote_entered_by_hand_says_so(session: Session) -> None:
    rosa = add_assisted(room=session.room, name="Rosa", by=session.lead.person)
    session.do(session.lead, "polls", "draft", kind="single", question="?", options="A\nB", anonymous="no", open="on")
    poll = Poll.objects.in_city(session.room.city_id).get(room=session.room)
    session.do(session.lead, "polls", "vote", poll=str(poll.pk), choice="o1", **{"for": str(rosa.pk)})
    session.do(session.lead, "polls", "close", poll=str(poll.pk))
    poll.refresh_from_db()
    assert rows(ballots_as_csv(poll))[1:] == [["Rosa", "yes", "A", "1"]]


def test_of_an_anonymous_vote_there_is_a_head_and_nobody(session: Session) -> None:
    poll = held(session, {"Amal": {"choice": "o1"}}, anonymous="on")
    assert poll_as_data(poll)["voters"] == []
    assert rows(ballots_as_csv(poll)) == [["name", "assisted", "option", "vote"]]
