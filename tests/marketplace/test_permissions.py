"""Who may do what in the market: deny by default."""

import pytest
from django.contrib.auth.models import AnonymousUser

from backend.people.choices import Role
from marketplace import permissions
from tests.backend.activities.factories import make_keeper, make_output
from tests.factories import (
    grant,
    make_admin,
    make_citizen,
    make_city,
    make_facilitator,
    make_guest,
    make_moderator,
    make_officer,
    make_person,
)
from tests.marketplace.factories import Market

pytestmark = pytest.mark.django_db


@pytest.fixture
def market():
    return Market(make_city())


def test_nobody_may_nothing(market):
    order = market.order()
    left = make_person()
    left.is_active = False
    for person in (None, AnonymousUser(), left):
        assert not permissions.can_list_output(person, market.output)
        assert not any(permissions.listing_abilities(person, market.listing).values())
        assert not any(permissions.order_abilities(person, order).values())
        assert not permissions.keeps_fund(person, market.pact)
        assert not permissions.can_settle_promise(person, order)


def test_the_side_that_offers_edits_and_never_orders(market):
    for person in (market.maker, make_keeper(market.makers)):
        told = permissions.listing_abilities(person, market.listing)
        assert (told["edit"], told["pause"], told["close"], told["order"]) == (True, True, True, False)
    for person in (market.contact, make_officer(market.city), make_guest()):
        told = permissions.listing_abilities(person, market.listing)
        assert (told["edit"], told["order"]) == (False, True)


def test_only_a_moderator_hides(market):
    assert permissions.can_hide_listing(make_moderator(market.city), market.listing)
    for person in (make_officer(market.city), make_facilitator(market.city), make_moderator(make_city()), market.maker):
        assert not permissions.can_hide_listing(person, market.listing)


def test_a_guest_offers_nothing(market):
    guest = make_guest()
    own = make_output(market.city, by=market.maker, activity=market.activity, owner=guest)
    assert not permissions.can_list_output(guest, own)


def test_only_the_two_sides_see_an_order(market):
    order = market.order()
    assert permissions.can_see_order(market.buyer, order)
    assert permissions.can_see_order(market.maker, order)
    for person in (market.contact, make_officer(market.city), make_admin(market.city), make_guest()):
        assert not permissions.can_see_order(person, order)


def test_a_fund_is_kept_by_the_city_and_the_keepers_of_its_parties(market):
    member = make_citizen(market.city)
    grant(member, Role.MEMBER, market.neighbours)
    for person in (make_officer(market.city), market.contact, market.maker):
        assert permissions.keeps_fund(person, market.pact)
    for person in (member, market.buyer, make_officer(make_city()), make_moderator(market.city)):
        assert not permissions.keeps_fund(person, market.pact)


def test_the_answer_about_the_fund_can_be_given_along(market):
    order = market.done()
    assert permissions.can_settle_promise(market.contact, order, keeps=True)
    assert not permissions.can_settle_promise(market.contact, order, keeps=False)
    assert not permissions.can_settle_promise(market.maker, order, keeps=True)
