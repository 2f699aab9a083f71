"""Who steps in where nobody leads: those who may, and of many one."""

from functools import partial

import pytest
from django.core.exceptions import PermissionDenied

from backend.base.problems import Conflict
from backend.people.choices import Role
from realtime.actions import leave_room, step_in
from realtime.choices import RoomRole
from tests.factories import grant, make_citizen, make_group, make_officer
from tests.realtime.factories import join, leader, make_room
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
