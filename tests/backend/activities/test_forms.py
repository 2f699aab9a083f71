"""What people type about activities: shapes, wall times, and errors at their fields."""

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from backend.activities.forms import ActivityForm, OutputForm, own_groups, take_errors
from backend.people.choices import Role
from tests.backend.activities.factories import Workshop
from tests.factories import grant, make_citizen, make_city, make_group, make_office

pytestmark = pytest.mark.django_db

DATA = {"title": "Care day", "day": "2030-07-01", "starts": "10:00", "ends": "12:00"}


def test_wall_times_become_moments_of_the_citys_zone():
    city = make_city()
    with timezone.override(city.zone):
        form = ActivityForm(DATA, city=city, person=make_citizen(city))
        assert form.is_valid()
    assert form.arguments()["starts_at"].isoformat() == "2030-07-01T10:00:00+02:00"


def test_an_hour_that_does_not_exist_is_an_error_at_its_field():
    city = make_city()
    with timezone.override(city.zone):
        form = ActivityForm(DATA | {"day": "2030-03-31", "starts": "02:30"}, city=city, person=None)
        assert not form.is_valid()
    assert form.errors.as_data()["starts"][0].code == "clocks"


def test_things_of_another_city_can_not_be_chosen():
    shop = Workshop(make_city())
    form = ActivityForm(
        DATA | {"pact": shop.pact.reference, "commons": shop.commons.slug}, city=make_city(), person=None
    )
    assert set(form.errors) == {"pact", "commons"}


def test_own_groups_are_those_one_is_in_without_the_office():
    city = make_city()
    person, mine = make_citizen(city), make_group(city)
    make_group(city)
    grant(person, Role.MEMBER, mine)
    grant(person, Role.MEMBER, make_office(city))
    assert list(own_groups(person, city)) == [mine]
    assert list(own_groups(None, city)) == []


def test_what_an_action_refused_stands_at_its_field_or_above_the_form():
    class Small(forms.Form):
        title = forms.CharField()

    form = Small({"title": "x"})
    assert form.is_valid()
    take_errors(form, ValidationError({"title": ["Too odd."], "nowhere": ["Lost."]}))
    take_errors(form, ValidationError("Plain."))
    assert form.errors["title"] == ["Too odd."]
    assert form.non_field_errors() == ["Lost.", "Plain."]


def test_an_output_without_a_group_is_ones_own():
    shop = Workshop(make_city())
    shop.activity.group = None
    form = OutputForm({"title": "x", "kind": "other", "owner": "me"}, activity=shop.activity, person=shop.maker)
    assert form.is_valid()
    assert form.arguments()["owner"] == shop.maker
    other = OutputForm({"title": "x", "kind": "other", "owner": "group"}, activity=shop.activity, person=shop.maker)
    assert set(other.errors) == {"owner"}
