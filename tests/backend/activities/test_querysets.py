"""How activities and outputs are read."""

import pytest

from backend.activities import actions
from backend.activities.models import Activity, Contribution, Output
from backend.cities.querysets import Unscoped
from tests.backend.activities.factories import make_activity, make_output
from tests.factories import make_citizen, make_city

pytestmark = pytest.mark.django_db


def titles(rows):
    return [row.title for row in rows]


def test_what_is_to_come_is_nearest_first_and_the_past_latest_first():
    city = make_city()
    for title, days in (("week", 7), ("now", -0.05), ("day", 1), ("yesterday", -1), ("long ago", -30)):
        make_activity(city, title=title, days=days)
    off = make_activity(city, title="off", days=2)
    actions.cancel_activity(off, by=off.host, reason="Rain.")
    rows = Activity.objects.in_city(city)
    assert titles(rows.upcoming()) == ["now", "day", "week"]
    assert titles(rows.past()) == ["yesterday", "long ago"]
    assert "off" in titles(rows.announced())


def test_who_comes_is_counted_without_who_did_not():
    city = make_city()
    activity = make_activity(city)
    for person in (make_citizen(city), make_citizen(city)):
        actions.come(activity, by=person)
    activity.attendances.update(came=None)
    row = activity.attendances.first()
    row.came = False
    row.save()
    assert Activity.objects.in_city(city).for_list().get().coming == 1


def test_a_query_without_a_city_is_refused():
    for model in (Activity, Output, Contribution):
        with pytest.raises(Unscoped):
            list(model.objects.all())


def test_makers_come_along_in_one_query(django_assert_num_queries):
    city = make_city()
    output = make_output(city)
    for _ in range(3):
        actions.add_contributor(output, by=output.by, person=make_citizen(city))
    with django_assert_num_queries(3):
        row = Output.objects.in_city(city).for_page().get()
        assert len([part.person.name for part in row.contributions.all()]) == 3
    assert Contribution.objects.in_city(city).of(output.contributions.first().person).count() == 1
