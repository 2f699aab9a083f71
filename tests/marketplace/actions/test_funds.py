"""A share is promised, then arrives; gifts come once; nothing is spent that is not there."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from backend.base.problems import Conflict
from backend.pacts.models import Decision
from backend.people.choices import Role
from marketplace import actions, ledger
from tests.backend.activities.factories import Workshop, make_keeper, make_output
from tests.factories import (
    grant,
    make_citizen,
    make_officer,
)
from tests.marketplace.factories import Market, make_listing, sums

pytestmark = pytest.mark.django_db


def test_a_share_that_arrived_is_promised_no_longer_and_the_maker_owes_nothing(market):
    order = market.done()
    owed = ledger.owed_by(market.city, "group", market.makers.pk, "EUR")
    assert ledger.balance(owed) == -1800
    actions.settle_promise(order, by=market.contact)
    assert sums(market.pact) == (1800, 0)
    assert ledger.balance(owed) == 0
    with pytest.raises(Conflict, match="already"):
        actions.settle_promise(order, by=make_officer(market.city))
    assert sums(market.pact) == (1800, 0)


def test_nobody_confirms_their_own_debt(market):
    order = market.done()
    for person in (market.maker, make_keeper(market.makers), market.buyer, make_citizen(market.city)):
        with pytest.raises(PermissionDenied):
            actions.settle_promise(order, by=person)
    grant(market.maker, Role.OFFICER, market.city)
    with pytest.raises(PermissionDenied):
        actions.settle_promise(order, by=market.maker)


def test_an_order_that_is_not_done_promised_nothing(market):
    with pytest.raises(PermissionDenied):
        actions.settle_promise(market.order(), by=make_officer(market.city))


def test_a_person_owes_for_what_they_sold_themselves(city):
    shop = Workshop(city)
    own = make_output(city, by=shop.maker, activity=shop.activity, owner=shop.maker)
    listing = make_listing(own, by=shop.maker)
    order = actions.order(listing, by=make_citizen(city), mode="sale")
    actions.confirm_given(order, by=shop.maker)
    actions.confirm_taken(order, by=order.deal.taker)
    assert ledger.balance(ledger.owed_by(city, "person", shop.maker.pk, "EUR")) == -1800


def test_a_gift_to_the_fund_counts_once_also_when_sent_twice(market):
    key = str(uuid.uuid4())
    for _ in range(2):
        actions.give_to_fund(market.pact, by=market.contact, amount_minor=25200, note="Sunday lunch", key=key)
    assert sums(market.pact) == (25200, 0)
    with pytest.raises(PermissionDenied):
        actions.give_to_fund(market.pact, by=market.buyer, amount_minor=1, note="x", key="other")
    for amount, note in ((0, "x"), (-5, "x"), (10**12, "x"), (5, " ")):
        with pytest.raises(ValidationError):
            actions.give_to_fund(market.pact, by=market.contact, amount_minor=amount, note=note, key="other")


def decision_of(market) -> Decision:
    return Decision.objects.create(
        city=market.city, pact=market.pact, question="New gloves?", by=market.contact, at=timezone.now()
    )


def test_money_is_spent_by_a_decision_and_never_more_than_there_is(market):
    actions.give_to_fund(market.pact, by=market.contact, amount_minor=5000, note="Coin box", key="1")
    decision = decision_of(market)
    spend = {"by": market.contact, "note": "Gloves", "decision": decision}
    with pytest.raises(ValidationError, match="not so much"):
        actions.spend_from_fund(market.pact, amount_minor=5001, key="a", **spend)
    actions.spend_from_fund(market.pact, amount_minor=4000, key="a", **spend)
    actions.spend_from_fund(market.pact, amount_minor=4000, key="a", **spend)
    assert sums(market.pact) == (1000, 0)
    with pytest.raises(PermissionDenied):
        actions.spend_from_fund(market.pact, amount_minor=1, key="b", **{**spend, "by": market.buyer})


def test_a_decision_of_another_pact_spends_nothing_here(market):
    other = Market(market.city)
    actions.give_to_fund(market.pact, by=market.contact, amount_minor=5000, note="Coin box", key="1")
    with pytest.raises(ValidationError) as refused:
        actions.spend_from_fund(
            market.pact, by=market.contact, amount_minor=1, note="x", key="a", decision=decision_of(other)
        )
    assert list(refused.value.error_dict) == ["decision"]
