"""A text is asked about once, one check is open at a time, and each person has one concern that is still open."""

from typing import Any

import pytest

from realtime.choices import ConcernState, Outcome, VoteState
from realtime.models import Concern, ConsentCheck, Room, Version
from tests.realtime.factories import join, make_room
from tests.refusing import refused


@pytest.fixture
def room(db: None) -> Room:
    return make_room()


def version(room: Room, number: int) -> Version:
    facts = {"update_number": 0, "content": {}, "sha256": "x", "by": room.made_by}
    return Version.objects.create(city=room.city, room=room, number=number, **facts)


def check(room: Room, number: int, of: Version, seal: str, **fields: Any) -> ConsentCheck:
    facts = {"question": "?", "language": "en", "made_by": room.made_by, "text_sha256": seal, "version": of}
    return ConsentCheck.objects.create(city=room.city, room=room, number=number, **facts, **fields)


def test_the_same_text_is_asked_about_once_under_whatever_version(room: Room) -> None:
    first, second = version(room, 1), version(room, 2)
    check(room, 1, first, "a", outcome=Outcome.BLOCKED, state=VoteState.CLOSED)
    refused(lambda: check(room, 2, first, "a"), lambda: check(room, 2, second, "a"))
    check(room, 2, first, "a passage of it")


def test_where_too_few_answered_the_same_text_may_be_asked_about_again(room: Room) -> None:
    first = version(room, 1)
    check(room, 1, first, "a", outcome=Outcome.TOO_FEW, state=VoteState.CLOSED)
    check(room, 2, first, "a")
    refused(lambda: check(room, 3, first, "a"))


def test_numbers_are_given_once_and_one_check_is_open_at_a_time(room: Room) -> None:
    of = version(room, 1)
    check(room, 1, of, "a", state=VoteState.OPEN)
    refused(lambda: check(room, 1, of, "b"), lambda: check(room, 2, of, "b", state=VoteState.OPEN))
    check(room, 2, of, "b")


def test_a_person_has_one_open_concern_and_keeps_those_that_were_resolved(room: Room) -> None:
    asked, amal = check(room, 1, version(room, 1), "a"), join(room).person

    def concern(state: str = ConcernState.OPEN) -> Concern:
        return Concern.objects.create(
            city=room.city, check_of=asked, person=amal, kind="concern", text="Too hot.", state=state
        )

    concern(ConcernState.RESOLVED)
    concern(ConcernState.RESOLVED)
    concern()
    refused(concern)
