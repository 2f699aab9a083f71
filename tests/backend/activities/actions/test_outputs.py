"""Outputs have one owner, and name those who agreed to it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from backend.activities import actions
from backend.activities.models import Contribution, Output
from backend.people.choices import Role
from tests.backend.activities.factories import Workshop, make_output
from tests.backend.activities.stories import journalled
from tests.factories import grant, make_citizen, make_guest

pytestmark = pytest.mark.django_db


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
