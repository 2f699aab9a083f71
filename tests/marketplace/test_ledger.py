"""The ledger: every transfer adds up to nothing, is booked once, and is never changed or taken out."""

import uuid
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from backend.base.money import share
from backend.base.problems import Conflict
from marketplace import actions, ledger
from marketplace.choices import TransferKind
from marketplace.ledger import Side, Unbalanced
from marketplace.models import LedgerEntry, ListingMode, Transfer
from tests.factories import make_city, make_officer
from tests.marketplace.factories import SALE, Market
from tests.together import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return make_city()


def accounts(city, count=3, unit="EUR"):
    return [ledger.owed_by(city, "person", uuid.uuid4(), unit) for _ in range(count)]


def book(city, *sides, key="k", **about):
    return ledger.post(
        key=key, kind=TransferKind.GIFT, city=city, sides=[Side(*side) for side in sides], by=None, **about
    )


def test_an_account_is_opened_once(city):
    owner = uuid.uuid4()
    assert ledger.owed_by(city, "person", owner, "EUR") == ledger.owed_by(city, "person", owner, "EUR")
    assert ledger.owed_by(city, "person", owner, "EUR") != ledger.owed_by(city, "person", owner, "PLN")
    assert ledger.outside(city, "EUR") == ledger.outside(city, "EUR")


def test_a_transfer_moves_money_from_one_to_another(city):
    a, b, c = accounts(city)
    book(city, (a, 1000), (b, -400), (c, -600))
    assert [ledger.balance(each) for each in (a, b, c)] == [1000, -400, -600]
    assert ledger.balances([a, b, c]) == {a.pk: 1000, b.pk: -400, c.pk: -600}
    assert ledger.balances([]) == {}


def test_the_same_key_books_once(city):
    a, b, _c = accounts(city)
    first = book(city, (a, 5), (b, -5))
    assert book(city, (a, 5), (b, -5)) == first
    assert book(city, (a, 9), (b, -9)) == first
    assert ledger.balance(a) == 5


def test_what_does_not_add_up_is_not_booked(city):
    a, b, _c = accounts(city)
    stranger = accounts(make_city(), 1)[0]
    zloty = accounts(city, 1, "PLN")[0]
    for sides in ([], [(a, 5)], [(a, 5), (b, -4)], [(a, 0), (b, 0)], [(a, 5), (stranger, -5)], [(a, 5), (zloty, -5)]):
        with pytest.raises(Unbalanced):
            book(city, *sides)
    assert not Transfer.objects.in_city(city).exists()


def test_a_transfer_is_taken_back_once_by_its_counter_entries(city):
    a, b, _c = accounts(city)
    first = book(city, (a, 5), (b, -5))
    back = ledger.reverse(first, by=None, note="Typed wrongly")
    assert ledger.reverse(first, by=None, note="Again") == back
    assert [ledger.balance(each) for each in (a, b)] == [0, 0]
    assert back.reverses == first
    with pytest.raises(Unbalanced):
        ledger.reverse(back, by=None, note="No")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE marketplace_ledgerentry SET amount = amount + 1",
        "DELETE FROM marketplace_ledgerentry",
        "UPDATE marketplace_transfer SET note = 'x'",
        "DELETE FROM marketplace_transfer",
    ],
)
def test_the_database_itself_refuses_to_change_the_book(city, statement, guards):
    a, b, _c = accounts(city)
    book(city, (a, 5), (b, -5))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert ledger.balance(a) == 5


def test_the_model_is_refused_too(city, guards):
    a, b, _c = accounts(city)
    entry = book(city, (a, 5), (b, -5)).entries.first()
    entry.amount = 7
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.save()


@given(st.lists(st.integers(-(10**11), 10**11).filter(bool), min_size=1, max_size=6))
def test_any_amounts_with_their_counterpart_add_up(amounts):
    with transaction.atomic():
        city = make_city()
        rows = accounts(city, len(amounts) + 1)
        if rest := -sum(amounts):
            sides = [*zip(rows, amounts, strict=False), (rows[-1], rest)]
            book(city, *sides)
            assert sum(ledger.balances(rows).values()) == 0
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_lose_nothing_and_book_each_key_once():
    city = make_city()
    a, b, _c = accounts(city)

    def work(number: int) -> None:
        for step in range(5):
            book(city, (a, 10), (b, -10), key=f"{(number + step) % 12}")

    assert at_once(*(partial(work, number) for number in range(12))) == [None] * 12
    assert Transfer.objects.in_city(city).count() == 12
    assert (ledger.balance(a), ledger.balance(b)) == (120, -120)


# -- A market as a machine ------------------------------------------------------------------------


class MarketMachine(RuleBasedStateMachine):
    """Orders, hand-overs, cancellations, arrivals and gifts in any order, against a model of a few lines."""

    orders = Bundle("orders")
    currency = "EUR"

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        languages = {"HUF": ["hu", "en"]}.get(self.currency, ["it", "en"])
        price = {"HUF": 190000}.get(self.currency, 1233)
        self.market = Market(
            make_city(currency=self.currency, languages=languages), modes=[{**SALE, "price_minor": price, "stock": 7}]
        )
        self.officer = make_officer(self.market.city)
        self.stock, self.promised, self.fund, self.states = 7, 0, 0, {}
        self.price = price

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @rule(target=orders, quantity=st.integers(1, 4))
    def order(self, quantity):
        open_now = sum(state in ("new", "given", "taken") for state in self.states.values())
        try:
            made = self.market.order(quantity=quantity)
        except Conflict:
            assert quantity > self.stock or open_now >= 10
            return None
        self.stock -= quantity
        self.states[made.pk] = "new"
        part = share(self.price * quantity, 1500, self.currency)
        assert (made.amount_minor, made.fund_minor) == (self.price * quantity, part)
        return made

    @rule(order=orders, side=st.sampled_from(["given", "taken"]))
    def confirm(self, order, side):
        if order is None:
            return
        act, by = (
            (actions.confirm_given, self.market.maker)
            if side == "given"
            else (actions.confirm_taken, self.market.buyer)
        )
        before = self.states[order.pk]
        try:
            act(order, by=by)
        except Conflict:
            assert before == "cancelled"
            return
        if before == "new":
            self.states[order.pk] = side
        elif before in ("given", "taken") and before != side:
            self.states[order.pk] = "done"
            self.promised += order.fund_minor

    @rule(order=orders)
    def cancel(self, order):
        if order is None:
            return
        try:
            actions.cancel_order(order, by=self.market.buyer)
        except Conflict:
            assert self.states[order.pk] in ("done", "arrived", "cancelled")
            return
        self.states[order.pk] = "cancelled"
        self.stock += order.quantity

    @rule(order=orders)
    def arrive(self, order):
        if order is None or self.states[order.pk] not in ("done", "arrived"):
            return
        try:
            actions.settle_promise(order, by=self.officer)
        except Conflict:
            assert self.states[order.pk] == "arrived" or not order.fund_minor
            return
        self.states[order.pk] = "arrived"
        self.promised -= order.fund_minor
        self.fund += order.fund_minor

    @rule(whole=st.integers(1, 500))
    def give(self, whole):
        actions.give_to_fund(
            self.market.pact, by=self.officer, amount_minor=whole * 100, note="Coin box", key=str(uuid.uuid4())
        )
        self.fund += whole * 100

    @invariant()
    def the_book_tells_the_same_as_the_model(self):
        pact, city = self.market.pact, self.market.city
        assert ledger.balance(ledger.fund_of(pact, self.currency)) == self.fund
        assert ledger.balance(ledger.promised_to(pact, self.currency)) == self.promised
        total = LedgerEntry.objects.in_city(city).aggregate(sum=Sum("amount"))["sum"] or 0
        assert total == 0
        assert ListingMode.objects.in_city(city).get().stock == self.stock >= 0
        if self.currency == "HUF":
            assert self.fund % 100 == self.promised % 100 == 0


@pytest.mark.parametrize("currency", ["EUR", "PLN", "HUF", "RON"])
def test_whatever_happens_in_a_market_its_book_adds_up(currency):
    machine = type(f"Market{currency}", (MarketMachine,), {"currency": currency})
    run_state_machine_as_test(
        machine, settings=hypothesis_settings(max_examples=8, stateful_step_count=25, deadline=None)
    )
