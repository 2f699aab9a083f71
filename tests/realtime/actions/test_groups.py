"""Groups are dealt by lot: everyone in exactly one, as even as can be."""

import random

from hypothesis import given
from hypothesis import strategies as st

from realtime.actions import remove
from realtime.actions.groups import deal
from realtime.choices import ParticipantState
from realtime.models import BreakoutSeat
from tests.realtime.factories import join
from tests.realtime.rounds import child, groups, in_child, make
from tests.realtime.sessions import Session


# --- The lot -----------------------------------------------------------------------------
@given(st.integers(0, 80), st.integers(0, 80), st.integers(1, 20), st.booleans(), st.integers())
def test_everyone_is_in_exactly_one_group_and_sizes_differ_by_one_at_most(
    hall: int, online: int, count: int, mixed: bool, seed: int
) -> None:
    people = [("hall", n) for n in range(hall)], [("online", n) for n in range(online)]
    dealt = deal(*people, count, mixed=mixed, lot=random.Random(seed))
    assert len(dealt) == count
    assert sorted(each for group in dealt for each in group) == sorted([*people[0], *people[1]])
    sizes = [len(group) for group in dealt]
    assert max(sizes) - min(sizes) <= 1


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 10), st.integers())
def test_mixed_groups_share_the_hall_as_evenly(hall: int, online: int, count: int, seed: int) -> None:
    dealt = deal(["hall"] * hall, ["online"] * online, count, mixed=True, lot=random.Random(seed))
    inside = [group.count("hall") for group in dealt]
    assert max(inside) - min(inside) <= 1


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 10), st.integers())
def test_apart_at_most_one_group_has_both(hall: int, online: int, count: int, seed: int) -> None:
    dealt = deal(["hall"] * hall, ["online"] * online, count, mixed=False, lot=random.Random(seed))
    assert sum(len(set(group)) > 1 for group in dealt) <= 1


def test_late_comers_go_into_the_smallest_group_or_wait(session: Session) -> None:
    make(session, 2)
    session.do(session.lead, "breakouts", "send")
    late = join(session.room, "Late")
    later = join(session.room, "Later")
    assert sorted(group["people"] for group in groups(session)) == [2, 2]
    numbers = {session.see(who, "breakouts")["mine"]["number"] for who in (late, later)}
    assert numbers == {1, 2}


def test_who_waits_in_the_main_room_goes_in_when_they_want(session: Session) -> None:
    make(session, 1, late="wait")
    session.do(session.lead, "breakouts", "send")
    late = join(session.room, "Late")
    assert session.see(late, "breakouts")["mine"] is None
    assert session.see(late, "breakouts")["may_choose"]
    session.do(late, "breakouts", "choose")
    assert session.see(late, "breakouts")["mine"]["number"] == 1


def test_whoever_is_moved_leaves_one_group_for_the_other(session: Session) -> None:
    make(session, 2)
    session.do(session.lead, "breakouts", "send")
    before = session.see(session.amal, "breakouts")["mine"]["number"]
    other = 3 - before
    session.do(session.lead, "breakouts", "put", id=str(session.amal.pk), group=other)
    assert in_child(child(session, before), session.amal).state == ParticipantState.REMOVED
    assert in_child(child(session, other), session.amal).state == ParticipantState.ADMITTED
    session.do(session.lead, "breakouts", "put", id=str(session.amal.pk), group=before)
    assert in_child(child(session, before), session.amal).state == ParticipantState.ADMITTED
    assert BreakoutSeat.objects.filter(participant=session.amal).count() == 1


def test_whoever_is_removed_is_out_of_their_group_too(session: Session) -> None:
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    remove(participant=session.amal, by=session.lead.person, reason="Shouting.")
    assert in_child(child(session, 1), session.amal).state == ParticipantState.REMOVED
    assert groups(session)[0]["names"] == ["Gianni"]
