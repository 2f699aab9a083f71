"""Who may do what with activities and outputs: deny by default."""

import pytest
from django.contrib.auth.models import AnonymousUser

from backend.activities import actions, permissions
from backend.people.choices import Role
from tests.backend.activities.factories import Workshop, make_activity, make_keeper
from tests.factories import (
    grant,
    make_citizen,
    make_city,
    make_facilitator,
    make_guest,
    make_moderator,
    make_officer,
    make_person,
    make_researcher,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return Workshop(make_city())


def nobodies():
    left = make_person()
    left.is_active = False
    return [None, AnonymousUser(), left]


def test_nobody_may_nothing(shop):
    for person in nobodies():
        assert not permissions.can_plan_activity(person, shop.city)
        assert not permissions.can_edit_output(person, shop.output)
        assert not any(permissions.activity_abilities(person, shop.activity).values())


def test_hosts_keepers_officers_and_facilitators_change_an_activity(shop):
    member = make_citizen(shop.city)
    grant(member, Role.MEMBER, shop.makers)
    may = [shop.maker, make_keeper(shop.makers), make_officer(shop.city), make_facilitator(shop.city)]
    may_not = [
        member,
        shop.contact,
        make_moderator(shop.city),
        make_researcher(shop.city),
        make_officer(make_city()),
        make_guest(),
    ]
    assert all(permissions.can_edit_activity(person, shop.activity) for person in may)
    assert not any(permissions.can_edit_activity(person, shop.activity) for person in may_not)
    assert permissions.can_record_output(member, shop.activity)


def test_a_closed_city_plans_nothing(shop):
    shop.city.is_open = False
    assert not permissions.can_plan_activity(make_officer(shop.city), shop.city)


def test_a_guest_may_come_but_not_plan(shop):
    activity, guest = make_activity(shop.city), make_guest()
    assert permissions.can_come(guest, activity)
    assert not permissions.can_plan_activity(guest, shop.city)


def test_after_it_was_called_off_nothing_is_recorded(shop):
    activity = make_activity(shop.city, by=shop.maker, group=shop.makers)
    actions.cancel_activity(activity, by=shop.maker, reason="Rain.")
    assert not permissions.can_record_output(shop.maker, activity)


def test_the_buttons_follow_the_state(shop):
    coming = make_activity(shop.city, by=shop.maker)
    told = permissions.activity_abilities(shop.maker, coming)
    assert (told["come"], told["cancel"], told["mark_done"]) == (True, True, False)
    told = permissions.activity_abilities(shop.maker, shop.activity)
    assert (told["come"], told["cancel"], told["mark_done"]) == (False, True, True)


def test_nobody_agrees_for_another(shop):
    rosa = make_citizen(shop.city)
    hers = actions.add_contributor(shop.output, by=shop.maker, person=rosa)
    ours = actions.add_contributor(shop.output, by=shop.maker, group=shop.neighbours)
    for person in (shop.maker, make_officer(shop.city), None):
        assert not permissions.can_credit(person, hers)
        assert not permissions.can_withdraw_credit(person, hers)
    assert permissions.can_credit(rosa, hers)
    assert permissions.can_credit(shop.contact, ours)
    assert not permissions.can_credit(rosa, ours)
