"""Votes at the same moment, on whichever database: each counts once, and a close never takes half of one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from realtime import tools
from realtime.actions import freeze_version, write_turns
from realtime.models import Ballot, ConsentCheck, Participant, Poll, Room
from tests.realtime.factories import join, leader, make_room
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def opened(room: Room, **fields: Any) -> Poll:
    lead = leader(room).person
    args = {"kind": "single", "question": "Where?", "options": ["A", "B"], "anonymous": "no", "open": "on", **fields}
    tools.do(room=room, tool="polls", command="draft", by=lead, args=args)
    return Poll.objects.in_city(room.city_id).get(room=room, state="open")


def vote(poll: Poll, who: Participant, choice: str) -> Callable[[], None]:
    args = {"poll": str(poll.pk), "choice": choice}
    return lambda: tools.do(room=who.room, tool="polls", command="vote", by=who.person, args=args)


def test_one_vote_raced_fifty_times_counts_once() -> None:
    room = make_room()
    who, poll = join(room), opened(room)
    answers = at_once(*(vote(poll, who, ("o1", "o2")[place % 2]) for place in range(50)))
    assert answers == [None] * 50
    assert Ballot.objects.count() == 1
    poll.refresh_from_db()
    assert poll.casts == 50
    tools.do(room=room, tool="polls", command="close", by=leader(room).person, args={"poll": str(poll.pk)})
    poll.refresh_from_db()
    assert poll.result is not None
    assert (poll.result["votes"], sum(row["count"] for row in poll.result["rows"])) == (1, 1)


def test_sixty_people_at_once_are_all_counted_without_a_conflict() -> None:
    room = make_room()
    people, poll = [join(room, f"Person {number}") for number in range(60)], opened(room)
    assert at_once(*(vote(poll, who, "o1") for who in people)) == [None] * 60
    assert Ballot.objects.count() == 60


@pytest.mark.parametrize("anonymous", ["yes", "no"])
def test_a_vote_that_races_the_close_is_counted_or_refused(anonymous: str) -> None:
    room = make_room()
    lead, people = leader(room).person, [join(room, f"Person {number}") for number in range(12)]
    poll = opened(room, anonymous=anonymous)
    args = {"poll": str(poll.pk)}

    def close() -> None:
        tools.do(room=room, tool="polls", command="close", by=lead, args=args)

    works = [vote(poll, who, "o1") for who in people]
    *answers, closed = at_once(*works, close)
    assert closed is None
    poll.refresh_from_db()
    counted = [answer for answer in answers if answer is None]
    refused = [answer for answer in answers if isinstance(answer, ValidationError)]
    assert len(counted) + len(refused) == len(people)
    assert poll.result is not None
    assert poll.result["votes"] == Ballot.objects.count() == len(counted)
    if anonymous == "yes":
        assert not Ballot.objects.exclude(value=None).exists()


def test_of_two_who_close_one_does() -> None:
    room = make_room()
    lead, poll = leader(room).person, opened(room)
    vote(poll, join(room), "o1")()
    args = {"poll": str(poll.pk)}
    answers = at_once(*[lambda: tools.do(room=room, tool="polls", command="close", by=lead, args=args)] * 4)
    assert answers.count(None) == 1


def test_answers_that_race_the_close_of_a_check_are_stamped_or_refused() -> None:
    room = make_room()
    lead, people = leader(room).person, [join(room, f"Person {number}") for number in range(10)]
    write_turns(room=room, turns=[(lead, "paragraph", "Six benches.")])
    tools.do(room=room, tool="consent", command="prepare", by=lead, args={"open": "on"})
    check = ConsentCheck.objects.in_city(room.city_id).get()

    def answer(who: Participant, said: str) -> Callable[[], None]:
        args = {"check": str(check.pk), "answer": said, "text": "Too hot."}
        return lambda: tools.do(room=room, tool="consent", command="answer", by=who.person, args=args)

    def close() -> None:
        tools.do(room=room, tool="consent", command="close", by=lead, args={"check": str(check.pk)})

    *answers, closed = at_once(*(answer(who, ("agree", "concern")[n % 2]) for n, who in enumerate(people)), close)
    assert closed is None
    check.refresh_from_db()
    counted = answers.count(None)
    assert check.turnout["answered"] == Ballot.objects.count() == counted
    assert check.turnout["agreed"] + check.turnout["concerns"] == counted
    assert check.concerns.across_cities().count() == check.turnout["concerns"]


def test_two_checks_at_once_on_one_text_are_one() -> None:
    room = make_room()
    lead = leader(room).person
    write_turns(room=room, turns=[(lead, "paragraph", "Six benches.")])
    freeze_version(room=room, by=lead)
    args = {"version": "1", "open": "on"}
    answers = at_once(*[lambda: tools.do(room=room, tool="consent", command="prepare", by=lead, args=args)] * 4)
    assert answers.count(None) == 1
    assert ConsentCheck.objects.in_city(room.city_id).count() == 1
