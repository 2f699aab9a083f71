"""Leaving: what is personal goes, what others build on stays."""

import pytest
from django.core.exceptions import PermissionDenied

from backend.erasing import erase_person
from backend.people.actions import add_ward
from backend.people.models import Person
from tests.backend.lives import attend, make_listing, make_proposal, make_room, take_part
from tests.backend.people.factories import make_account
from tests.factories import make_city, make_maker, make_person

pytestmark = pytest.mark.django_db


def test_traces_stay_without_a_name() -> None:
    city = make_city()
    person, host = make_account("Ana Rossi"), make_person()
    room, listing = make_room(city, host), make_listing(city)
    traces = take_part(person, room, make_proposal(city, host), listing)
    coming, part = attend(person, listing, days=3)
    stock = listing.modes.get().stock
    erase_person(person=person, by=person)
    for row in (*traces.values(), part):
        row.refresh_from_db()
    assert traces["post"].by.shown_name == "Former participant"
    assert not traces["authorship"].credited
    assert (traces["participant"].state, traces["participant"].epoch) == ("removed", 2)
    assert traces["observation"].text == ""
    assert (traces["order"].state, listing.modes.get().stock) == ("cancelled", stock + 1)
    deal = traces["order"].deal
    assert (deal.note, deal.contact) == ("", "")
    assert (part.consented, part.credit) == (False, "")
    assert not type(coming)._base_manager.filter(pk=coming.pk).exists()
    room.refresh_from_db()
    assert room.epoch == 2


def test_offers_end() -> None:
    city = make_city()
    maker = make_maker(city)
    listing = make_listing(city, maker)
    erase_person(person=maker, by=maker)
    listing.refresh_from_db()
    assert (listing.state, listing.pickup, listing.lat) == ("closed", "", None)
    assert not maker.memberships.exists()


def test_children_leave_too() -> None:
    person = make_person()
    child = add_ward(name="Leo", language="it", by=person)
    erase_person(person=person, by=person)
    assert Person.objects.get(pk=child.pk).left_at is not None


def test_nobody_is_erased_by_another() -> None:
    city = make_city()
    person, other = make_person(), make_person()
    traces = take_part(person, make_room(city, other), make_proposal(city, other))
    with pytest.raises(PermissionDenied):
        erase_person(person=person, by=other)
    traces["participant"].refresh_from_db()
    assert traces["participant"].state == "admitted"
