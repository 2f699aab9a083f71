"""The scope of a city, and how groups, invitations and rules are read."""

from datetime import timedelta

import pytest
from django.utils import timezone

from backend.cities.actions import invite_member, load_city
from backend.cities.models import Group, Invitation, Regulation
from backend.cities.querysets import Unscoped
from tests.factories import make_city, make_group, make_office, make_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "ask",
    [
        list,
        lambda rows: rows.count(),
        lambda rows: rows.exists(),
        lambda rows: rows.update(name="x"),
        lambda rows: rows.delete(),
        lambda rows: list(rows.iterator()),
        lambda rows: rows.filter(kind="school").first(),
    ],
)
def test_a_query_without_a_city_is_refused(ask):
    with pytest.raises(Unscoped):
        ask(Group.objects.all())


def test_a_scope_lasts_along_the_chain_and_related_rows_need_none():
    here, there = make_city(), make_city()
    make_group(here)
    make_group(there)
    assert Group.objects.in_city(here).filter(kind="informal").order_by("name").count() == 1
    assert Group.objects.across_cities().exclude(kind="school").count() == 2
    assert here.group_rows.count() == 1


def test_the_office_is_no_group_of_people():
    city = make_city()
    office, group = make_office(city), make_group(city)
    rows = Group.objects.in_city(city)
    assert rows.office() == office
    assert list(rows.of_people()) == [group]
    assert list(rows.of_kind("school")) == []
    assert len(rows.of_kind("nonsense")) == 2


def test_only_open_invitations_are_open():
    keeper = make_person()
    group = make_group(make_city(), steward=keeper)
    invitation = invite_member(by=keeper, group=group, email="a@example.org")
    rows = Invitation.objects.in_city(group.city)
    assert list(rows.open()) == [invitation]
    rows.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert list(rows.open()) == []


def test_the_present_rules_are_the_newest():
    city = load_city(slug="torino")
    assert Regulation.objects.in_city(city).present().shown_title().text.startswith("Regulation for governing")
    assert Regulation.objects.in_city(make_city()).present() is None
