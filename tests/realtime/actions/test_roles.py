"""Roles in a room: of two leaders who take the lead from each other at one moment, one stays."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied

from backend.base.problems import Conflict
from realtime import tools
from realtime.actions import leaders, remove, set_role, share_lead
from realtime.choices import RoomRole
from realtime.models import Participant
from tests.factories import make_person
from tests.realtime.factories import join, leader, make_room
from tests.together import at_once


def two_leaders() -> tuple[Participant, Participant]:
    room = make_room()
    one, other = leader(room), join(room, person=make_person("Bruna"))
    share_lead(participant=other, by=one.person)
    return one, other


def take_lead(who: Participant, whom: Participant) -> Callable[[], None]:
    args = {"id": str(whom.pk), "role": RoomRole.PARTICIPANT, "reason": "Too many lead."}
    return lambda: tools.do(room=who.room, tool="door", command="role", by=who.person, args=args)


def send_away(who: Participant, whom: Participant) -> Callable[[], None]:
    args = {"id": str(whom.pk), "reason": "Too many lead."}
    return lambda: tools.do(room=who.room, tool="moderation", command="remove", by=who.person, args=args)


def hand_on(who: Participant, whom: Participant) -> Callable[[], None]:
    args = {"id": str(whom.pk)}
    return lambda: tools.do(room=who.room, tool="leading", command="pass", by=who.person, args=args)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [take_lead, send_away, hand_on])
def test_two_leaders_at_one_moment_never_leave_a_room_without_any(
    act: Callable[[Participant, Participant], Callable[[], None]],
) -> None:
    for _time in range(6):
        one, other = two_leaders()
        told = at_once(act(one, other), act(other, one))
        assert leaders(one.room).count() == 1
        assert [isinstance(each, Conflict | PermissionDenied) or each is None for each in told] == [True, True]


def test_who_was_removed_meanwhile_removes_nobody(db: None) -> None:
    one, other = two_leaders()
    remove(participant=one, by=other.person, reason="Too many lead.")
    with pytest.raises(PermissionDenied):
        remove(participant=other, by=one.person, reason="Too many lead.")
    with pytest.raises(PermissionDenied):
        set_role(participant=other, by=one.person, role=RoomRole.OBSERVER, reason="Too many lead.")


def test_the_last_who_leads_is_not_removed(db: None) -> None:
    room = make_room()
    lead, bruna = leader(room), join(room, person=make_person("Bruna"))
    share_lead(participant=bruna, by=lead.person)
    set_role(participant=lead, by=bruna.person, role=RoomRole.PARTICIPANT, reason="Too many lead.")
    lead.refresh_from_db()
    with pytest.raises(Conflict) as refused:
        remove(participant=bruna, by=lead.person, reason="Too many lead.")  # who opened the room keeps its door
    assert refused.value.code == "last_facilitator"
