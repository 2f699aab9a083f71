"""Activities are planned by who may, called off with a reason, and done once they began."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from backend.activities import actions
from backend.activities.models import Activity
from backend.base.problems import Conflict
from backend.people.choices import Role
from tests.backend.activities.factories import Workshop, make_activity, make_commons, make_pact
from tests.backend.activities.stories import journalled
from tests.factories import (
    grant,
    make_citizen,
    make_city,
    make_facilitator,
    make_group,
    make_guest,
    make_officer,
    make_person,
)

pytestmark = pytest.mark.django_db


def test_a_neighbour_plans_an_activity_and_the_journal_says_so(city):
    activity = make_activity(city, title="Care day", place="Gate")
    assert activity.slug == "care-day"
    assert journalled(activity) == ["activity.plan"]


def test_two_activities_of_one_name_have_two_addresses(city):
    by = make_citizen(city)
    slugs = [
        make_activity(city, by=by, title=title).slug for title in ("Care day", "Care day", "care  dáy", "New", "اليوم")
    ]
    assert slugs == ["care-day", "care-day-2", "care-day-3", "new-2", "activity"]


def test_who_does_not_belong_to_the_city_plans_nothing(city):
    for stranger in (make_person(), make_guest(), make_citizen(make_city())):
        with pytest.raises(PermissionDenied):
            make_activity(city, by=stranger)


def test_an_officer_and_a_facilitator_plan_for_any_group(city):
    group = make_group(city)
    for by in (make_officer(city), make_facilitator(city)):
        assert make_activity(city, by=by, group=group).group == group


def test_only_people_of_a_group_plan_for_it(city):
    group = make_group(city)
    with pytest.raises(PermissionDenied):
        make_activity(city, by=make_citizen(city), group=group)
    member = make_citizen(city)
    grant(member, Role.MEMBER, group)
    assert make_activity(city, by=member, group=group).host == member


def test_things_of_another_city_do_not_belong_here(city):
    elsewhere = make_city()
    by = make_facilitator(city)
    for given in ({"commons": make_commons(elsewhere)}, {"pact": make_pact(elsewhere)}):
        with pytest.raises(ValidationError) as refused:
            make_activity(city, by=by, **given)
        assert list(refused.value.error_dict) == list(given)


def test_a_pact_that_is_not_signed_yet_has_no_activities(city):
    with pytest.raises(ValidationError, match="not signed"):
        make_activity(city, pact=make_pact(city, state="co_design"))


def test_under_a_pact_it_is_at_the_pacts_place(city):
    commons = make_commons(city)
    assert make_activity(city, pact=make_pact(city, commons=commons)).commons == commons


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"title": "a\u202eb"}, "title"),
        ({"story": "x" * 4001}, "story"),
        ({"ends_at": timezone.now() - timedelta(days=9)}, "ends_at"),
        ({"ends_at": timezone.now() + timedelta(days=90)}, "ends_at"),
    ],
)
def test_bad_words_and_times_are_refused_at_their_field(city, given, field):
    with pytest.raises(ValidationError) as refused:
        make_activity(city, **given)
    assert list(refused.value.error_dict) == [field]
    assert not Activity.objects.in_city(city).exists()


def test_a_host_calls_it_off_with_a_reason(city):
    activity = make_activity(city)
    actions.cancel_activity(activity, by=activity.host, reason="Storm warning.")
    activity.refresh_from_db()
    assert (activity.state, activity.cancelled_reason) == ("cancelled", "Storm warning.")
    with pytest.raises(Conflict):
        actions.cancel_activity(activity, by=activity.host, reason="Again.")


def test_calling_off_needs_a_reason_and_a_host(city):
    activity = make_activity(city)
    with pytest.raises(ValidationError):
        actions.cancel_activity(activity, by=activity.host, reason=" ")
    with pytest.raises(PermissionDenied):
        actions.cancel_activity(activity, by=make_citizen(city), reason="No.")


def test_it_took_place_only_after_it_began(city):
    coming = make_activity(city)
    with pytest.raises(ValidationError, match="not begun"):
        actions.mark_done(coming, by=coming.host)
    past = make_activity(city, days=-1)
    actions.mark_done(past, by=past.host, people_count=12)
    assert journalled(past) == ["activity.plan", "activity.done"]
    assert past.people_count == 12


def test_who_wanted_to_come_learns_that_it_is_off_and_a_maker_is_asked_for_the_name(city):
    shop, person = Workshop(city), make_citizen(city)
    activity = make_activity(city, by=shop.maker)
    actions.come(activity, by=person)
    actions.cancel_activity(activity, by=shop.maker, reason="Rain.")
    actions.add_contributor(shop.output, by=shop.maker, person=person)
    actions.add_contributor(shop.output, by=shop.maker, person=shop.maker)
    assert list(person.notifications.order_by("at", "id").values_list("kind", flat=True)) == [
        "activity_cancelled",
        "output_credit",
    ]
    assert not shop.maker.notifications.exists()
