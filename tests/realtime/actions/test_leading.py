"""Who steps in where nobody leads: those who may, and of many one."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from backend.base.problems import Conflict
from backend.people.choices import Role
from backend.people.models import Notification
from realtime.actions import is_led, leaders, leave_room, leaves_nobody, pass_lead, share_lead, step_in
from realtime.actions.leading import ask_where_nobody_leads
from realtime.choices import RoomRole
from realtime.models import Participant, ToolState
from tests.factories import grant, make_citizen, make_group, make_officer, make_person
from tests.realtime.factories import join, leader, make_room
from tests.realtime.rounds import child, in_child, make
from tests.realtime.sessions import Session
from tests.together import at_once


def test_a_keeper_of_the_group_steps_in_and_others_do_not(db: None) -> None:
    from tests.factories import make_city

    city = make_city()
    group = make_group(city, "Comitato")
    steward = make_citizen(city, "Nadia")
    grant(steward, Role.STEWARD, group)
    room = make_room(city=city, group=group)
    leave_room(participant=leader(room))
    for who in (make_citizen(city, "Luca"), make_officer(make_city(), "Piotr"), join(room).person):
        with pytest.raises(PermissionDenied):
            step_in(room=room, by=who)
    assert step_in(room=room, by=steward).role == RoomRole.FACILITATOR


@pytest.mark.django_db(transaction=True)
def test_of_many_who_step_in_at_once_one_leads() -> None:
    room = make_room()
    people = [make_officer(room.city, f"Officer {number}") for number in range(5)]
    leave_room(participant=leader(room))
    told = at_once(*(partial(step_in, room=room, by=who) for who in people))
    assert [isinstance(each, Conflict) for each in told].count(True) == 4


# --- Who is there, and who is not ---------------------------------------------------------------


def seen(who: Participant, **ago: int) -> None:
    Participant.objects.across_cities().filter(pk=who.pk).update(seen_at=timezone.now() - timedelta(**ago))


def count(session: Session) -> int:
    """How often the room was told anything."""
    session.room.refresh_from_db()
    return session.room.told


def told() -> int:
    return Notification.objects.filter(kind="room_without_lead").count()


def test_a_leader_who_vanishes_is_missed_once_until_somebody_leads_again(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_officer(session.room.city, "Paola")
    seen(session.lead, minutes=10)
    assert ask_where_nobody_leads() == 0  # nobody is there who would miss them
    seen(session.amal, seconds=5)
    assert (ask_where_nobody_leads(), ask_where_nobody_leads()) == (1, 0)
    once = told()
    assert once
    seen(session.lead, seconds=-5)
    assert ask_where_nobody_leads() == 0
    later = timezone.now() + timedelta(minutes=10)
    Participant.objects.across_cities().filter(pk=session.amal.pk).update(seen_at=later)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert (ask_where_nobody_leads(), ask_where_nobody_leads()) == (1, 0)
    assert told() == 2 * once


def test_a_room_that_was_asked_for_already_is_told_nothing(session: Session) -> None:
    seen(session.lead, minutes=10)
    seen(session.amal, seconds=5)
    before = count(session)
    assert ask_where_nobody_leads() == 1
    asked = count(session)
    assert asked > before
    assert ask_where_nobody_leads() == 0
    assert count(session) == asked


def test_what_goes_wrong_in_one_room_leaves_the_others_theirs(
    session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    rooms = [session.room, make_room(city=session.room.city), make_room(city=session.room.city)]
    for room in rooms:
        seen(leader(room), minutes=10)
        seen(join(room, f"Person in {room.pk}"), seconds=5)
    ToolState.objects.create(room=session.room, tool="leading", state={"asked": "some day"}, revision=1)
    assert ask_where_nobody_leads() == 2
    assert f"Nobody could be asked to lead room {session.room.pk}." in caplog.text


def test_a_room_that_is_led_is_left_in_peace(session: Session) -> None:
    seen(session.lead, seconds=5)
    seen(session.amal, seconds=5)
    before = count(session)
    assert ask_where_nobody_leads() == 0
    assert count(session) == before


def test_who_said_goodbye_is_not_missed_again(session: Session) -> None:
    make_officer(session.room.city, "Paola")
    seen(session.amal, seconds=5)
    leave_room(participant=session.lead)
    before = told()
    assert before
    assert ask_where_nobody_leads() == 0
    assert told() == before


def test_while_its_leader_goes_round_the_groups_the_main_room_is_led(session: Session) -> None:
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    seen(session.lead, minutes=10)
    inside = in_child(child(session, 1), session.lead)
    seen(inside, minutes=10)
    assert not is_led(session.room)
    seen(inside, seconds=5)
    assert is_led(session.room)
    assert session.see(session.amal, "leading")["alone"] is False
    with pytest.raises(Conflict):
        step_in(room=session.room, by=make_officer(session.room.city, "Paola"))
    leave_room(participant=session.lead)
    assert not is_led(session.room)  # who said goodbye to the room is not looked for in its groups


def test_who_leads_only_a_group_does_not_lead_the_main_room(session: Session) -> None:
    nadia = join(session.room, person=make_person("Nadia"))
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    share_lead(participant=in_child(child(session, 1), nadia), by=session.lead.person)
    seen(in_child(child(session, 1), nadia), seconds=5)
    for place in (session.lead, in_child(child(session, 1), session.lead)):
        seen(place, minutes=10)
    assert not is_led(session.room)


def test_the_lead_is_not_passed_to_who_is_away(session: Session) -> None:
    nadia = join(session.room, person=make_person("Nadia"))
    for gone in (partial(seen, nadia, minutes=10), partial(leave_room, participant=nadia)):
        gone()
        with pytest.raises(ValidationError, match="Nadia is not here now"):
            pass_lead(participant=nadia, by=session.lead.person)
    later = timezone.now() + timedelta(seconds=5)
    Participant.objects.across_cities().filter(pk=nadia.pk).update(seen_at=later)  # back again
    pass_lead(participant=nadia, by=session.lead.person)
    assert is_led(session.room)


@pytest.mark.parametrize("give", [pass_lead, share_lead])
def test_who_went_out_of_the_main_room_and_works_in_a_group_leads_both(
    session: Session, give: Callable[..., None]
) -> None:
    nadia = join(session.room, person=make_person("Nadia"))
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    leave_room(participant=nadia)
    seen(in_child(child(session, 1), nadia), seconds=-1)
    nadia.refresh_from_db(fields=["left_at"])
    give(participant=nadia, by=session.lead.person)
    leave_room(participant=session.lead)
    assert [each.person for each in leaders(session.room)] == [nadia.person]
    assert is_led(session.room)
    session.do(nadia, "moderation", "lock", reason="We read.")


def test_the_lead_is_not_passed_to_who_went_out_of_room_and_group(session: Session) -> None:
    nadia = join(session.room, person=make_person("Nadia"))
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    inner = in_child(child(session, 1), nadia)
    leave_room(participant=nadia)
    seen(inner, seconds=-1)
    later = timezone.now() + timedelta(seconds=2)
    Participant.objects.across_cities().filter(pk=inner.pk).update(left_at=later)
    with pytest.raises(ValidationError, match="Nadia is not here now"):
        pass_lead(participant=nadia, by=session.lead.person)


def test_who_leads_with_somebody_long_gone_leads_alone(session: Session) -> None:
    nadia = join(session.room, person=make_person("Nadia"))
    share_lead(participant=nadia, by=session.lead.person)
    seen(session.amal, seconds=5)
    assert not leaves_nobody(session.lead)
    seen(nadia, minutes=10)
    assert leaves_nobody(session.lead)
