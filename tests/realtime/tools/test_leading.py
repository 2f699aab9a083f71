"""The lead: passed on, shared, given up, and taken where nobody has it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from backend.base.journal import JournalEntry
from backend.base.problems import Conflict
from backend.people.models import Notification
from realtime.actions import add_assisted, is_led, leave_room, step_in
from realtime.broadcast import attach, detach
from realtime.choices import RoomRole
from realtime.models import Participant, Room
from realtime.tools import show, told_snapshots, viewer_of
from tests.factories import make_facilitator, make_officer, make_person
from tests.realtime.factories import join
from tests.realtime.sessions import Session


@pytest.fixture
def nadia(session: Session) -> Participant:
    return join(session.room, person=make_person("Nadia"))


def role(participant: Participant) -> str:
    participant.refresh_from_db()
    return participant.role


def away(participant: Participant, **past: int) -> None:
    rows = Participant.objects.across_cities().filter(pk=participant.pk)
    rows.update(seen_at=timezone.now() - timedelta(**past))


def test_the_lead_is_passed_on(session: Session, nadia: Participant) -> None:
    session.do(session.lead, "leading", "pass", id=str(nadia.pk))
    assert (role(nadia), role(session.lead)) == (RoomRole.FACILITATOR, RoomRole.PARTICIPANT)
    session.do(nadia, "moderation", "lock", reason="We read.")
    assert JournalEntry.objects.filter(verb="room.lead.pass", subject_id=str(nadia.pk)).exists()


def test_the_lead_is_shared_and_one_steps_down(session: Session, nadia: Participant) -> None:
    with pytest.raises(Conflict):
        session.do(session.lead, "leading", "step_down")
    session.do(session.lead, "leading", "share", id=str(nadia.pk))
    assert session.see(session.amal, "leading")["names"] == ["Irene", "Nadia"]
    session.do(session.lead, "leading", "step_down")
    assert session.see(session.amal, "leading")["names"] == ["Nadia"]
    with pytest.raises(Conflict):
        session.do(nadia, "leading", "step_down")


def test_a_guest_leads_only_with_an_account(session: Session) -> None:
    for command in ("pass", "share"):
        with pytest.raises(ValidationError, match="account"):
            session.do(session.lead, "leading", command, id=str(session.amal.pk))
    with pytest.raises(ValidationError):
        session.do(session.lead, "leading", "pass", id=str(session.lead.pk))
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "leading", "pass", id=str(session.gianni.pk))


def test_a_room_is_led_for_two_minutes_after_its_leader_was_away(session: Session) -> None:
    away(session.lead, seconds=170)
    seen = session.see(session.amal, "leading")
    assert (is_led(session.room), seen["alone"]) == (True, False)
    assert seen["alone_from"] is not None
    away(session.lead, seconds=190)
    assert (is_led(session.room), session.see(session.amal, "leading")["alone"]) == (False, True)


def test_a_groups_room_is_led_from_the_main_one(session: Session) -> None:
    session.do(session.lead, "breakouts", "make", count=1, minutes=10, everyone="1")
    session.do(session.lead, "breakouts", "send")
    inner = Room.objects.across_cities().get(parent=session.room)
    in_group = Participant.objects.across_cities().filter(room=inner)
    in_group.filter(person=session.lead.person).update(seen_at=timezone.now() - timedelta(minutes=10))
    mine = in_group.select_related("person").get(person=session.amal.person)
    Participant.objects.across_cities().filter(pk=session.lead.pk).update(seen_at=timezone.now())
    assert show(inner, viewer_of(mine), ["leading"])["leading"]["alone"] is False
    leads = in_group.select_related("person", "room__city").get(person=session.lead.person)
    leave_room(participant=leads)  # on to the next group: nobody is called for that
    assert not Notification.objects.filter(kind="room_without_lead").exists()
    away(session.lead, minutes=10)
    assert show(inner, viewer_of(mine), ["leading"])["leading"]["alone"] is True


def test_the_main_room_hears_that_its_leader_is_in_a_group(session: Session) -> None:
    session.do(session.lead, "breakouts", "make", count=1, minutes=10, everyone="1")
    session.do(session.lead, "breakouts", "send")
    inner = Room.objects.across_cities().get(parent=session.room)
    hints: list[dict[str, Any]] = []
    attach(hints.append)
    try:
        told_snapshots(inner.pk, ["leading"], [])
    finally:
        detach(hints.append)
    assert {"room": session.room.pk.hex, "tool": "leading"} in hints


def test_who_leads_by_plain_forms_is_there(session: Session) -> None:
    away(session.lead, minutes=10)
    session.do(session.lead, "moderation", "lock", reason="We read.")
    assert is_led(session.room)


def test_who_leads_by_plain_forms_for_somebody_without_a_device_is_there(session: Session) -> None:
    pina = add_assisted(room=session.room, name="Nonna Pina", by=session.lead.person)
    away(session.lead, minutes=10)
    session.do(session.lead, "chat", "post", text="The benches are too low.", **{"for": str(pina.pk)})
    assert is_led(session.room)


def test_a_leader_who_goes_leaves_a_room_that_asks_for_one(session: Session, nadia: Participant) -> None:
    officer = make_officer(session.room.city, "Paola")
    leave_room(participant=session.lead)
    assert session.see(session.amal, "leading")["alone"] is True
    told = Notification.objects.filter(kind="room_without_lead")
    assert officer.pk in set(told.values_list("person", flat=True))
    assert nadia.person_id not in set(told.values_list("person", flat=True))
    assert JournalEntry.objects.filter(verb="room.lead.none").exists()


def test_the_citys_staff_steps_in_where_nobody_leads(session: Session) -> None:
    officer = make_officer(session.room.city, "Paola")
    with pytest.raises(Conflict):
        step_in(room=session.room, by=officer)
    leave_room(participant=session.lead)
    mine = step_in(room=session.room, by=officer)
    assert mine.role == RoomRole.FACILITATOR
    assert is_led(session.room)
    session.do(mine, "moderation", "lock", reason="We read.")
    assert JournalEntry.objects.filter(verb="room.lead.step_in").exists()
    with pytest.raises(Conflict):
        step_in(room=session.room, by=make_facilitator(session.room.city, "Bruna"))


def test_who_may_step_in_sees_the_button(session: Session) -> None:
    bruna = make_officer(session.room.city, "Bruna")
    here = join(session.room, person=bruna)
    assert session.see(session.lead, "leading")["may_step_in"] is False  # they lead already
    leave_room(participant=session.lead)
    assert session.see(here, "leading")["may_step_in"] is True
    assert session.see(session.amal, "leading")["may_step_in"] is False
    assert session.see(None, "leading")["names"] == []
    session.do(here, "leading", "step_in")
    assert role(here) == RoomRole.FACILITATOR
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "leading", "step_in")


def test_looking_asks_the_database_the_same_for_many(at_most: Callable[[str, int], None]) -> None:
    at_most("leading", 4)
