"""Money of the commons funds: promised by a sale, arrived, given, spent. Every step is a transfer in the ledger."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from backend.base import words
from backend.base.journal import record
from backend.base.problems import Conflict
from backend.pacts.models import Decision, Pact
from backend.people.models import Person
from marketplace import ledger, permissions
from marketplace.choices import OrderState, OwnerKind, TransferKind
from marketplace.ledger import Side
from marketplace.models import Account, Order, Transfer
from marketplace.modes.base import refuse_price


def _owed(order: Order) -> Account:
    """The account of whoever took the money at the hand-over."""
    group = order.deal.giver_group_id
    kind, key = (OwnerKind.GROUP, group) if group else (OwnerKind.PERSON, order.deal.giver_id)
    return ledger.owed_by(order.city, kind, key, order.currency)


def book_promise(order: Order, *, by: Person, at: datetime | None = None) -> Transfer | None:
    """The maker took the whole price in hand: the share is now owed to the fund. Part of completing an order."""
    if order.state != OrderState.DONE or order.pact is None or not order.fund_minor:
        return None
    transfer = ledger.post(
        key=f"promised:{order.pk}",
        kind=TransferKind.SHARE_PROMISED,
        city=order.city,
        sides=[
            Side(ledger.promised_to(order.pact, order.currency), order.fund_minor),
            Side(_owed(order), -order.fund_minor),
        ],
        by=by,
        at=at,
        order=order,
        pact=order.pact,
    )
    ledger.fund_of(order.pact, order.currency)  # opened with the first promise, so that its page is there
    record(by=by, verb="fund.promised", subject=order, after=str(order.fund_minor))
    return transfer


@transaction.atomic
def settle_promise(order: Order, *, by: Person, at: datetime | None = None) -> Transfer:
    """The share of an order has arrived in the fund. Nobody confirms their own debt."""
    locked: Order = (
        Order.objects.in_city(order.city_id)
        .select_related("city", "pact__city", "deal__giver_group__city")
        .select_for_update(of=("self",))
        .get(pk=order.pk)
    )
    if not permissions.can_settle_promise(by, locked):
        raise PermissionDenied(
            _("Only those who keep the fund can say that the money arrived, and not for themselves.")
        )
    pact, share = locked.pact, locked.fund_minor
    if pact is None or not locked.transfers.filter(kind=TransferKind.SHARE_PROMISED).exists():
        raise Conflict("nothing_promised", _("Nothing was promised with this order."))
    if locked.transfers.filter(kind=TransferKind.SHARE_ARRIVED).exists():
        raise Conflict("arrived_already", _("This share has arrived already."))
    transfer = ledger.post(
        key=f"arrived:{locked.pk}",
        kind=TransferKind.SHARE_ARRIVED,
        city=locked.city,
        sides=[
            Side(_owed(locked), share),
            Side(ledger.promised_to(pact, locked.currency), -share),
            Side(ledger.fund_of(pact, locked.currency), share),
            Side(ledger.outside(locked.city, locked.currency), -share),
        ],
        by=by,
        at=at,
        order=locked,
        pact=pact,
    )
    record(by=by, verb="fund.arrived", subject=locked, after=str(share))
    return transfer


@transaction.atomic
def give_to_fund(
    pact: Pact, *, by: Person, amount_minor: int, note: str, key: str, at: datetime | None = None
) -> Transfer:
    """A gift arrived in the fund: what was left of a lunch, a coin box. `key` makes a second call harmless."""
    _refuse_keeper(pact, by)
    refuse_price(amount_minor, pact.city.currency)
    return _book(pact, TransferKind.GIFT, amount_minor, by=by, note=note, key=f"gift:{pact.pk}:{key}", at=at)


@transaction.atomic
def spend_from_fund(
    pact: Pact,
    *,
    by: Person,
    amount_minor: int,
    note: str,
    decision: Decision,
    key: str,
    at: datetime | None = None,
) -> Transfer:
    """Money leaves the fund, as a decision of this pact says. Never more than there is."""
    _refuse_keeper(pact, by)
    refuse_price(amount_minor, pact.city.currency)
    if decision.pact_id != pact.pk:
        sentence = _("Name the decision of this pact to spend this.")
        raise ValidationError({"decision": ValidationError(sentence, code="decision")})
    spent = f"spent:{pact.pk}:{key}"
    fund = ledger.fund_of(pact, pact.city.currency)
    # Two who spend at once would both see the old balance: the account's row lets one go first.
    Account.objects.in_city(pact.city).select_for_update().get(pk=fund.pk)
    if ledger.balance(fund) < amount_minor and not Transfer.objects.in_city(pact.city).filter(key=spent).exists():
        sentence = _("There is not so much in the fund.")
        raise ValidationError({"amount_minor": ValidationError(sentence, code="balance")})
    return _book(pact, TransferKind.SPENT, -amount_minor, by=by, note=note, key=spent, at=at, decision=decision)


def _refuse_keeper(pact: Pact, by: Person) -> None:
    if not permissions.keeps_fund(by, pact):
        raise PermissionDenied(_("Only those who keep the fund can write in its book."))


def _book(pact: Pact, kind: str, amount: int, *, by: Person, note: str, key: str, **about: Any) -> Transfer:
    note = words.line(note, field="note", limit=240)
    unit = pact.city.currency
    transfer = ledger.post(
        key=key,
        kind=kind,
        city=pact.city,
        sides=[Side(ledger.fund_of(pact, unit), amount), Side(ledger.outside(pact.city, unit), -amount)],
        by=by,
        note=note,
        pact=pact,
        **about,
    )
    record(by=by, verb=f"fund.{kind}", subject=transfer, after=str(amount))
    return transfer
