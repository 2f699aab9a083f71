"""Groups are dealt by lot: everyone in exactly one, as even as can be."""

import random

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from backend.base.problems import Conflict
from realtime.actions import (
    acts_of,
    admit,
    close_room,
    leave_room,
    mute,
    readmit,
    remove,
    return_to_room,
    set_role,
    share_lead,
)
from realtime.actions.acts import OPEN_TO_APPEAL
from realtime.actions.groups import deal
from realtime.choices import ParticipantState, RoomRole
from realtime.models import BreakoutSeat, Participant, Room, ToolState
from realtime.permissions import abilities, rules_of
from tests.factories import make_facilitator, make_person
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


def test_the_smallest_group_is_that_of_the_fewest_who_stay(session: Session) -> None:
    bea = join(session.room, "Bea")
    make(session, 2, choosing="hand")
    for who, number in ((session.amal, 1), (session.gianni, 1), (bea, 2)):
        session.do(session.lead, "breakouts", "put", id=str(who.pk), group=number)
    session.do(session.lead, "breakouts", "send")
    for who in (session.amal, session.gianni):
        leave_room(participant=who)
    assert session.see(join(session.room, "Late"), "breakouts")["mine"]["number"] == 1


def test_who_waits_in_the_main_room_goes_in_when_they_want(session: Session) -> None:
    make(session, 1, late="wait")
    session.do(session.lead, "breakouts", "send")
    late = join(session.room, "Late")
    assert session.see(late, "breakouts")["mine"] is None
    assert session.see(late, "breakouts")["may_choose"]
    session.do(late, "breakouts", "choose")
    assert session.see(late, "breakouts")["mine"]["number"] == 1


def test_nobody_goes_into_a_group_that_has_ended_before_the_others(session: Session) -> None:
    make(session, 2)
    session.do(session.lead, "breakouts", "send")
    close_room(room=child(session, 1), by=session.lead.person)
    late = [join(session.room, f"Late {place}") for place in range(3)]
    assert [session.see(who, "breakouts")["mine"]["number"] for who in late] == [2, 2, 2]
    with pytest.raises(Conflict, match="has ended"):
        session.do(session.lead, "breakouts", "put", id=late[0].pk, group=1)
    assert session.see(late[0], "breakouts")["mine"]["number"] == 2
    close_room(room=child(session, 2), by=session.lead.person)
    last = join(session.room, "Last")
    with pytest.raises(Conflict, match="no groups"):
        session.do(last, "breakouts", "choose")


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


def test_whom_the_main_room_sent_away_a_group_does_not_let_in_from_its_door(session: Session) -> None:
    make(session, 1, late="wait")
    session.do(session.lead, "breakouts", "send")
    late = join(session.room, "Late")
    room = child(session, 1)
    waits = Participant.objects.create(city=room.city, room=room, person=late.person, state=ParticipantState.WAITING)
    waits.room = room
    remove(participant=late, by=session.lead.person, reason="Shouting.")
    with pytest.raises(PermissionDenied, match="Shouting"):
        admit(participant=waits, by=session.lead.person)
    waits.refresh_from_db()
    assert waits.state == ParticipantState.WAITING


def test_who_was_sent_away_gets_no_place_in_a_group_with_another_role(session: Session) -> None:
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    other = join(session.room, person=make_person("Bruna"))
    remove(participant=other, by=session.lead.person, reason="Shouting.")
    set_role(participant=other, by=session.lead.person, role=RoomRole.FACILITATOR)
    assert in_child(child(session, 1), other).state == ParticipantState.REMOVED


def test_whoever_is_removed_is_out_of_their_group_too(session: Session) -> None:
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    remove(participant=session.amal, by=session.lead.person, reason="Shouting.")
    assert in_child(child(session, 1), session.amal).state == ParticipantState.REMOVED
    assert groups(session)[0]["names"] == ["Gianni"]


# --- What the main room takes and gives back -------------------------------------------------


@pytest.fixture
def out(session: Session) -> Room:
    """The room of the only group."""
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    return child(session, 1)


@pytest.fixture
def bruna(session: Session) -> Participant:
    found = join(session.room, person=make_person("Bruna"))
    share_lead(participant=found, by=session.lead.person)
    return found


def there(room: Room, who: Participant) -> tuple[str, str]:
    seat = in_child(room, who)
    return seat.state, seat.role


def inside(room: Room, session: Session) -> Session:
    return Session(room, in_child(room, session.lead), in_child(room, session.amal), in_child(room, session.gianni))


def writes(room: Room, who: Participant) -> bool:
    return abilities(in_child(room, who), rules_of(room))["write"]


def test_a_leader_who_is_removed_leads_no_group_until_they_are_let_back(
    session: Session, bruna: Participant, out: Room
) -> None:
    assert there(out, bruna) == (ParticipantState.ADMITTED, RoomRole.FACILITATOR)
    remove(participant=bruna, by=session.lead.person, reason="Shouting.")
    assert there(out, bruna)[0] == ParticipantState.REMOVED
    bruna.refresh_from_db()
    readmit(participant=bruna, by=session.lead.person, reason="It was settled.")
    assert there(out, bruna) == (ParticipantState.ADMITTED, RoomRole.FACILITATOR)


def test_who_was_removed_from_the_main_room_does_not_come_in_by_a_group(session: Session) -> None:
    vera = join(session.room, person=make_facilitator(session.room.city, "Vera"))
    set_role(participant=vera, by=session.lead.person, role=RoomRole.OBSERVER, reason="Only three lead.")
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    remove(participant=vera, by=session.lead.person, reason="Shouting.")
    with pytest.raises(PermissionDenied, match="asked you to leave"):
        return_to_room(room=child(session, 1), by=vera.person)


def test_who_leads_no_more_takes_part_in_one_group_or_watches_none(
    session: Session, bruna: Participant, out: Room
) -> None:
    set_role(participant=bruna, by=session.lead.person, role=RoomRole.OBSERVER, reason="Only one leads.")
    assert there(out, bruna)[0] == ParticipantState.REMOVED
    set_role(participant=bruna, by=session.lead.person, role=RoomRole.PARTICIPANT)
    assert there(out, bruna) == (ParticipantState.ADMITTED, RoomRole.PARTICIPANT)  # in the smallest, as who comes late
    share_lead(participant=bruna, by=session.lead.person)
    assert there(out, bruna) == (ParticipantState.ADMITTED, RoomRole.FACILITATOR)


def test_who_watches_the_main_room_watches_their_group(session: Session, out: Room) -> None:
    set_role(participant=session.gianni, by=session.lead.person, role=RoomRole.OBSERVER, reason="As they asked.")
    assert there(out, session.gianni)[1] == RoomRole.OBSERVER
    set_role(participant=session.gianni, by=session.lead.person, role=RoomRole.PARTICIPANT)
    assert there(out, session.gianni)[1] == RoomRole.PARTICIPANT


def test_a_scribe_of_the_main_room_is_none_of_the_group(session: Session, out: Room) -> None:
    set_role(participant=in_child(out, session.amal), by=session.lead.person, role=RoomRole.SCRIBE)
    set_role(participant=session.gianni, by=session.lead.person, role=RoomRole.SCRIBE)
    assert [there(out, each)[1] for each in (session.amal, session.gianni)] == [RoomRole.SCRIBE, RoomRole.PARTICIPANT]


def test_who_is_muted_in_the_main_room_is_muted_in_the_group(session: Session, out: Room) -> None:
    lead = session.lead.person
    mute(participant=session.amal, by=lead, muted=True, reason="Too loud.")
    assert in_child(out, session.amal).chat_muted
    mute(participant=session.amal, by=lead, muted=False)
    assert not in_child(out, session.amal).chat_muted
    mute(participant=in_child(out, session.amal), by=lead, muted=True, reason="Too loud here.")
    mute(participant=session.amal, by=lead, muted=True, reason="Too loud.")
    mute(participant=session.amal, by=lead, muted=False)
    assert in_child(out, session.amal).chat_muted  # the group's own


def test_what_freezes_the_main_room_freezes_its_groups_and_leaves_their_own_locks(session: Session, out: Room) -> None:
    inner = inside(out, session)
    inner.do(inner.lead, "moderation", "lock", reason="Only scribes write.")
    session.do(session.lead, "moderation", "freeze", reason="A quarrel.")
    assert not abilities(inner.amal, rules_of(out))["board"]
    assert inner.see(inner.amal, "moderation")["reason"] == "A quarrel."
    with pytest.raises(Conflict, match="main room"):
        inner.do(inner.lead, "moderation", "unfreeze")
    session.do(session.lead, "moderation", "unfreeze")
    seen = inner.see(inner.amal, "moderation")
    assert (seen["frozen"], seen["locked"], seen["reason"]) == (False, True, "Only scribes write.")
    assert abilities(inner.amal, rules_of(out))["board"]


def test_a_group_that_froze_itself_stays_frozen_when_the_main_room_goes_on(session: Session, out: Room) -> None:
    inner = inside(out, session)
    inner.do(inner.lead, "moderation", "freeze", reason="We read.")
    session.do(session.lead, "moderation", "freeze", reason="A quarrel.")
    session.do(session.lead, "moderation", "unfreeze")
    seen = inner.see(inner.amal, "moderation")
    assert (seen["frozen"], seen["reason"]) == (True, "We read.")
    inner.do(inner.lead, "moderation", "unfreeze")
    assert writes(out, session.amal)


def test_groups_that_are_sent_from_a_frozen_room_are_frozen(session: Session) -> None:
    session.do(session.lead, "moderation", "freeze", reason="Listen first.")
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    assert not writes(child(session, 1), session.amal)
    session.do(session.lead, "moderation", "unfreeze")
    assert writes(child(session, 1), session.amal)


def test_calling_back_stands_in_the_log_and_leaves_a_groups_own_lock(session: Session, out: Room) -> None:
    inner = inside(out, session)
    inner.do(inner.lead, "moderation", "lock", reason="Only scribes write.")
    session.do(session.lead, "breakouts", "call_back")
    for room in (session.room, out):
        act = acts_of(room).first()
        assert (act.act, act.reason) == ("call_back", inner.see(inner.amal, "moderation")["reason"])
    assert "call_back" in OPEN_TO_APPEAL
    session.do(session.lead, "breakouts", "extend", minutes=5)
    seen = inner.see(inner.amal, "moderation")
    assert (seen["frozen"], seen["locked"], seen["reason"]) == (False, True, "Only scribes write.")
    assert ToolState.objects.get(room=out, tool="moderation").state["above"] == {}
