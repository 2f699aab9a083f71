"""What the database itself refuses about activities and outputs."""

from datetime import timedelta

import pytest

from backend.activities.models import Activity, Contribution, Output
from tests.backend.activities.factories import Workshop, make_activity, make_output
from tests.factories import make_citizen, make_city
from tests.refusing import refused

pytestmark = pytest.mark.django_db


def test_an_activity_ends_after_it_begins():
    activity = make_activity(make_city())
    rows = Activity.objects.in_city(activity.city).filter(pk=activity.pk)
    refused(lambda: rows.update(ends_at=activity.starts_at - timedelta(hours=1)))


def test_an_output_has_exactly_one_owner():
    shop = Workshop(make_city())
    rows = Output.objects.in_city(shop.city)
    refused(lambda: rows.update(owner=shop.maker))
    refused(lambda: rows.update(owner_group=None))
    assert shop.output.owned_by == shop.makers


def test_a_maker_is_a_person_or_a_group_and_once():
    shop = Workshop(make_city())
    part = {"city": shop.city, "output": shop.output, "language": "en"}
    refused(lambda: Contribution.objects.create(**part))
    refused(lambda: Contribution.objects.create(**part, person=shop.maker, group=shop.makers))
    made = Contribution.objects.create(**part, group=shop.makers)
    assert made.maker == shop.makers
    refused(lambda: Contribution.objects.create(**part, group=shop.makers))


def test_one_comes_once():
    city = make_city()
    activity, person = make_activity(city), make_citizen(city)
    activity.attendances.create(city=city, person=person)
    refused(lambda: activity.attendances.create(city=city, person=person))


def test_names_of_things():
    output = make_output(make_city(), title="Bench")
    assert str(output) == "Bench"
    assert output.owned_by == output.by
