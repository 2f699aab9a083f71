"""People come while there are places."""

from functools import partial

import pytest
from django.core.exceptions import PermissionDenied

from backend.activities import actions
from backend.activities.models import Attendance
from backend.base.problems import Conflict
from tests.backend.activities.factories import make_activity
from tests.factories import make_citizen, make_city, make_guest
from tests.together import at_once

pytestmark = pytest.mark.django_db


def test_saying_twice_that_one_comes_is_once(city):
    activity, person = make_activity(city, places=2), make_guest()
    assert actions.come(activity, by=person) == actions.come(activity, by=person)
    assert activity.attendances.count() == 1


def test_when_all_places_are_taken_it_is_a_kind_no_until_someone_leaves(city):
    activity = make_activity(city, places=1)
    first, second = make_citizen(city), make_citizen(city)
    actions.come(activity, by=first)
    with pytest.raises(Conflict, match="All places are taken"):
        actions.come(activity, by=second)
    actions.leave(activity, by=first)
    actions.leave(activity, by=first)
    actions.come(activity, by=second)
    assert [row.person for row in activity.attendances.all()] == [second]


def test_nobody_signs_up_for_what_is_over_or_called_off(city):
    past, off = make_activity(city, days=-3), make_activity(city)
    actions.cancel_activity(off, by=off.host, reason="Rain.")
    for activity in (past, off):
        with pytest.raises(PermissionDenied):
            actions.come(activity, by=make_citizen(city))


@pytest.mark.django_db(transaction=True)
def test_of_twenty_at_once_exactly_as_many_come_as_there_are_places():
    city = make_city()
    activity = make_activity(city, places=3)
    people = [make_citizen(city) for _ in range(20)]
    told = at_once(*(partial(actions.come, activity, by=person) for person in people))
    assert sorted(getattr(each, "code", "in") for each in told) == ["full"] * 17 + ["in"] * 3
    assert Attendance.objects.in_city(city).count() == 3
