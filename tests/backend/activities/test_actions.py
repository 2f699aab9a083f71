"""Activities are planned, called off and done; people come while there are places; outputs credit who agreed."""

import io
import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from backend.activities import actions
from backend.activities.models import Activity, Attendance, Contribution, Output
from backend.base.journal import JournalEntry
from backend.base.problems import Conflict
from backend.people.choices import Role
from tests.backend.activities.factories import (
    Workshop,
    make_activity,
    make_commons,
    make_keeper,
    make_output,
    make_pact,
)
from tests.backend.base import pictures
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


@pytest.fixture
def city():
    return make_city()


def journalled(thing) -> list[str]:
    return list(JournalEntry.objects.filter(subject_id=str(thing.pk)).order_by("id").values_list("verb", flat=True))


# -- Planning -------------------------------------------------------------------------------------


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


# -- Coming ---------------------------------------------------------------------------------------


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
    told: list[str] = []

    def try_it(person) -> None:
        try:
            actions.come(activity, by=person)
            told.append("in")
        except Conflict as conflict:
            told.append(conflict.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (told.count("in"), told.count("full")) == (3, 17)
    assert Attendance.objects.in_city(city).count() == 3


# -- Outputs --------------------------------------------------------------------------------------


def test_an_output_belongs_to_the_group_and_counts_under_the_pact(city):
    shop = Workshop(city)
    assert shop.output.owner_group == shop.makers
    assert shop.output.owner is None
    assert shop.output.pact == shop.pact
    assert journalled(shop.output) == ["output.record"]


def test_without_a_group_it_is_the_recorders_own(city):
    by = make_citizen(city)
    assert make_output(city, by=by).owner == by


def test_makers_are_counted_at_once_and_named_when_they_say_yes(city):
    shop, rosa = Workshop(city), make_citizen(city, "Rosa")
    parts = [
        {"person": shop.maker, "credit": "drawing"},
        {"person": rosa, "credit": "sewing"},
        {"group": shop.neighbours},
    ]
    output = make_output(city, by=shop.maker, activity=shop.activity, contributions=parts)
    assert [part.consented for part in output.contributions.order_by("id")] == [True, False, False]
    hers = output.contributions.get(person=rosa)
    with pytest.raises(PermissionDenied):
        actions.credit_contributor(hers, by=shop.maker)
    actions.credit_contributor(hers, by=rosa)
    assert hers.consented_at is not None
    actions.credit_contributor(hers, by=rosa, consented=False)
    hers.refresh_from_db()
    assert (hers.consented, hers.consented_at) == (False, None)
    assert journalled(hers) == ["contribution.credit", "contribution.withdraw"]


def test_a_groups_keeper_agrees_for_the_group(city):
    shop = Workshop(city)
    part = actions.add_contributor(shop.output, by=shop.maker, group=shop.neighbours)
    actions.credit_contributor(part, by=shop.contact)
    assert part.consented


def test_for_a_child_the_guardian_agrees_and_the_child_may_take_it_back(city):
    shop, parent = Workshop(city), make_citizen(city)
    child = make_guest("Lia", kind="assisted", guardian=parent)
    part = actions.add_contributor(shop.output, by=shop.maker, person=child)
    with pytest.raises(PermissionDenied):
        actions.credit_contributor(part, by=child)
    actions.credit_contributor(part, by=parent)
    actions.credit_contributor(part, by=child, consented=False)
    assert not Contribution.objects.in_city(city).get(pk=part.pk).consented


def test_the_same_maker_is_not_counted_twice(city):
    shop = Workshop(city)
    actions.add_contributor(shop.output, by=shop.maker, person=shop.contact)
    with pytest.raises(ValidationError, match="already"):
        actions.add_contributor(shop.output, by=shop.maker, person=shop.contact)
    with pytest.raises(ValidationError):
        actions.add_contributor(shop.output, by=shop.maker)


def test_strangers_record_nothing(city):
    shop = Workshop(city)
    with pytest.raises(PermissionDenied):
        make_output(city, by=make_citizen(city), activity=shop.activity)
    with pytest.raises(PermissionDenied):
        actions.add_contributor(shop.output, by=make_citizen(city), person=shop.maker)


def test_a_member_may_not_give_the_groups_work_to_someone_else(city):
    shop, member = Workshop(city), make_citizen(city)
    grant(member, Role.MEMBER, shop.makers)
    with pytest.raises(PermissionDenied):
        make_output(city, by=member, activity=shop.activity, owner=make_citizen(city))


def test_a_thing_has_one_owner(city):
    shop = Workshop(city)
    with pytest.raises(ValidationError, match="not both"):
        make_output(city, by=shop.maker, activity=shop.activity, owner=shop.maker, owner_group=shop.makers)


@pytest.mark.parametrize("given", [{"kind": "weapon"}, {"licence": "mine"}, {"title": "\x07"}])
def test_an_output_of_an_unknown_kind_or_licence_is_refused(city, given):
    with pytest.raises(ValidationError):
        make_output(city, **given)
    assert not Output.objects.in_city(city).exists()


# -- Pictures -------------------------------------------------------------------------------------


def picture() -> io.BytesIO:
    return io.BytesIO(pictures.picture(size=(60, 40)))


def test_an_owner_adds_a_picture_and_takes_it_away(city, django_capture_on_commit_callbacks):
    shop = Workshop(city)
    photo = actions.add_photo(shop.output, by=shop.maker, file=picture(), alt="A bench under a tree")
    assert default_storage.exists(photo.picture.names[0])
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_photo(photo, by=shop.maker)
    assert not default_storage.exists(photo.picture.names[0])
    assert shop.output.photos.count() == 0


def test_a_picture_needs_words_and_an_owner(city):
    shop = Workshop(city)
    with pytest.raises(ValidationError) as refused:
        actions.add_photo(shop.output, by=shop.maker, file=picture(), alt=" ")
    assert list(refused.value.error_dict) == ["alt"]
    photo = actions.add_photo(shop.output, by=shop.maker, file=picture(), alt="x")
    stranger = make_citizen(city)
    with pytest.raises(PermissionDenied):
        actions.add_photo(shop.output, by=stranger, file=picture(), alt="x")
    with pytest.raises(PermissionDenied):
        actions.remove_photo(photo, by=stranger)


def test_a_bad_picture_is_refused_at_its_field_with_a_stable_code(city):
    shop = Workshop(city)
    with pytest.raises(ValidationError) as refused:
        actions.add_photo(shop.output, by=shop.maker, file=io.BytesIO(b"<svg/>"), alt="x")
    assert refused.value.error_dict["file"][0].code == "drawing"
    assert shop.output.photos.count() == 0


def test_there_is_an_end_to_pictures_and_no_file_is_left_of_the_one_too_many(city, monkeypatch):
    shop = Workshop(city)
    monkeypatch.setattr("backend.activities.actions.photos.MOST", 1)
    actions.add_photo(shop.output, by=shop.maker, file=picture(), alt="first")
    before = sorted(default_storage.listdir("pictures")[0])
    with pytest.raises(ValidationError) as refused:
        actions.add_photo(shop.output, by=shop.maker, file=picture(), alt="second")
    assert refused.value.error_dict["file"][0].code == "many"
    assert sorted(default_storage.listdir("pictures")[0]) == before


def test_a_keeper_of_the_group_may_add_pictures_too(city):
    shop = Workshop(city)
    other = make_keeper(shop.makers)
    assert actions.add_photo(shop.output, by=other, file=picture(), alt="x").by == other


# -- News -----------------------------------------------------------------------------------------


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
