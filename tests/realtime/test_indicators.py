"""How fairly a session was shared: bands, never a list of persons, and nothing at all of the few."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from realtime import document, store, tools
from realtime.actions import ask_erasure, freeze_version, post_passage, restore_version
from realtime.indicators import FEW, fair_share, share
from realtime.models import ClientClock, Participant, ToolState
from tests.realtime.factories import join, leader, make_room
from tests.realtime.pasts import agree, fresh
from tests.realtime.rounds import end, inside, send
from tests.realtime.sessions import Session


def people(count: int) -> dict[str, tuple[Any, str]]:
    return {f"p{number}": (number, "guest") for number in range(count)}


def heard(*seconds: int) -> dict[int, float]:
    return dict(enumerate(seconds))


def test_the_three_who_spoke_most_are_one_band() -> None:
    found = share(people(20), heard(300, 200, 100, 100, 100, 100, 100), [])
    assert found["speaking"] == {"active": 7, "silent": 13, "of": 3, "top": 6}
    assert found["writing"] is None


def test_few_people_are_not_told_of() -> None:
    assert share(people(4), heard(300, 5), [(1, 50)])["speaking"] is None
    # Few who spoke among many: how many is told, not how much each.
    assert share(people(9), heard(300, 5), [])["speaking"] == {"active": 2, "silent": 7, "of": 2}


def test_letters_written_count_by_person_over_all_their_devices() -> None:
    clocks = [(number % 6, 10) for number in range(12)]
    assert share(people(8), {}, clocks)["writing"] == {"active": 6, "silent": 2, "of": 3, "top": 5}


@given(st.lists(st.integers(0, 4000), max_size=30), st.integers(0, 30))
def test_the_parts_make_the_whole_and_no_person_stands_in_it(seconds: list[int], silent: int) -> None:
    count = len(seconds) + silent
    found = share(people(count), heard(*seconds), [])["speaking"]
    if found is None:
        assert count < FEW or not any(seconds)
        return
    assert found["active"] + found["silent"] == count
    assert 0 <= found.get("top", 0) <= 10
    assert all(isinstance(value, int) for value in found.values())


@pytest.mark.django_db
def test_new_voices_are_those_who_were_in_no_room_of_the_city_before() -> None:
    before = make_room()
    known = join(before, "Amal")
    room = make_room(before.made_by, city=before.city)
    again = join(room, person=known.person)
    others = [join(room, f"Person {number}") for number in range(5)]
    state = {"heard": {str(each.pk): {"turns": 1, "seconds": 30} for each in (again, *others[:3])}}
    ToolState.objects.create(room=room, tool="speaking", state=state)
    found = fair_share(room)
    assert (found["people"], found["assisted"], found["new_voices"]) == (7, 0, 3)
    assert found["speaking"] == {"active": 4, "silent": 3, "of": 3}


def spoke(session: Session, who: Participant, seconds: int = 60) -> None:
    """Somebody has the word for so long."""
    session.do(who, "speaking", "raise")
    session.do(session.lead, "speaking", "next")
    row = ToolState.objects.get(room=session.room, tool="speaking")
    row.state["current"]["since"] = (timezone.now() - timedelta(seconds=seconds)).isoformat()
    row.save()
    session.do(who, "speaking", "done")


def test_who_spoke_in_a_group_has_spoken_in_the_session(session: Session) -> None:
    for number in range(4):
        join(session.room, f"Person {number}")
    spoke(session, session.gianni)
    for _round in range(2):
        send(session)
        for who in (inside(session).amal, inside(session).gianni):
            spoke(inside(session), who)
        end(session)
    found = fair_share(session.room)
    assert found["speaking"] == {"active": 2, "silent": 5, "of": 2}
    assert found["new_voices"] == 2
    assert session.see(session.lead, "fair") == found
    assert fair_share(inside(session).room)["speaking"] == {"active": 2, "silent": 5, "of": 2}


def test_the_three_who_spoke_most_are_so_in_the_whole_session(session: Session) -> None:
    others = [join(session.room, f"Person {number}") for number in range(4)]
    for who in (session.amal, session.gianni, *others):
        spoke(session, who, seconds=10)
    assert fair_share(session.room)["speaking"]["top"] == 5
    send(session)
    spoke(inside(session), inside(session).amal, seconds=940)
    assert fair_share(session.room)["speaking"]["top"] == 10


def test_one_group_or_many_are_asked_for_with_as_many_questions(
    session: Session, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    for number in range(2):
        join(session.room, f"Person {number}")
    send(session)
    spoke(inside(session), inside(session).amal)
    few = count_queries(lambda: fair_share(session.room))
    for _round in range(2):
        end(session)
        send(session)
        spoke(inside(session), inside(session).gianni)
    assert count_queries(lambda: fair_share(session.room)) == few <= 6


def test_who_brings_others_words_has_not_written_them(brought: Any) -> None:
    room, amal, bo = brought
    lead = leader(room).person
    for number in range(2):
        join(room, f"Guest {number}")
    assert fair_share(room)["writing"] == {"active": 2, "silent": 3, "of": 2}
    clocks = ClientClock.objects.filter(person=lead)
    assert set(clocks.values_list("carried", flat=True)) == {True}
    version = freeze_version(room=room, by=lead)
    post_passage(room=room, by=bo.person, text="And moss.")
    restore_version(version=version, by=lead, reason="Back.")
    board = document.read(store.updates_of(room.pk)[0]).board
    tools.do(room=fresh(room), tool="board", command="into_text", by=lead, args={"id": next(iter(board))})
    assert fair_share(room)["writing"] == {"active": 2, "silent": 3, "of": 2}
    agree(ask_erasure(room=fresh(room), person=amal.person, by=amal.person), lead)
    new = clocks.filter(room=room, log=fresh(room).log)
    assert set(new.values_list("carried", flat=True)) == {True}  # in the new log, too
