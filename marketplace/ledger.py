"""The ledger: double entries that are only ever added, each transfer once and adding up to nothing."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone

from backend.cities.models import City
from backend.pacts.models import Pact
from marketplace.choices import AccountKind, OwnerKind, TransferKind
from marketplace.models import Account, LedgerEntry, Transfer


class Unbalanced(ValueError):
    """The sides of a transfer do not add up to nothing in every unit, or are no transfer at all."""


class Side(NamedTuple):
    """One entry to be made: minor units into (plus) or out of (minus) an account."""

    account: Account
    amount: int


def account(*, city: City, kind: str, owner_kind: str, owner_id: uuid.UUID, unit: str) -> Account:
    """The account of an owner in one unit; opened when it is first needed."""
    found, _made = Account.objects.in_city(city).get_or_create(
        city=city, kind=kind, owner_kind=owner_kind, owner_id=owner_id, unit=unit
    )
    return found  # type: ignore[no-any-return]


def fund_of(pact: Pact, unit: str) -> Account:
    """The commons fund of a pact."""
    return account(city=pact.city, kind=AccountKind.FUND, owner_kind=OwnerKind.PACT, owner_id=pact.pk, unit=unit)


def promised_to(pact: Pact, unit: str) -> Account:
    """What has been promised to the fund of a pact and has not arrived."""
    return account(city=pact.city, kind=AccountKind.PROMISED, owner_kind=OwnerKind.PACT, owner_id=pact.pk, unit=unit)


def owed_by(city: City, owner_kind: str, owner_id: uuid.UUID, unit: str) -> Account:
    """What a maker or group owes to funds; below zero while they owe something."""
    return account(city=city, kind=AccountKind.OWED, owner_kind=owner_kind, owner_id=owner_id, unit=unit)


def outside(city: City, unit: str) -> Account:
    """Everyone who is not in the ledger: cash and banks."""
    return account(city=city, kind=AccountKind.OUTSIDE, owner_kind=OwnerKind.OUTSIDE, owner_id=city.pk, unit=unit)


def post(
    *,
    key: str,
    kind: str,
    city: City,
    sides: Sequence[Side],
    by: Any,
    at: datetime | None = None,
    **about: Any,
) -> Transfer:
    """Book a transfer, once: a second call with the same key answers the first one's.

    `about` are the order, pact, decision, note or transfer that it is about. Raises Unbalanced.
    """
    _refuse(city, sides)
    found = Transfer.objects.in_city(city).filter(key=key).first()
    if found is not None:
        return found  # type: ignore[no-any-return]
    try:
        with transaction.atomic():
            transfer = Transfer(key=key, kind=kind, city=city, by=by, at=at or timezone.now(), **about)
            transfer.save(force_insert=True)
            LedgerEntry.objects.bulk_create(
                LedgerEntry(city=city, transfer=transfer, account=side.account, amount=side.amount) for side in sides
            )
    except IntegrityError:
        # Someone else booked it in this moment; anything else is a true fault and is raised again.
        found = Transfer.objects.in_city(city).filter(key=key).first()
        if found is None:
            raise
        return found  # type: ignore[no-any-return]
    return transfer


def _refuse(city: City, sides: Sequence[Side]) -> None:
    if len(sides) < 2:
        raise Unbalanced("a transfer has two sides or more")
    sums: dict[str, int] = defaultdict(int)
    for side in sides:
        if not side.amount:
            raise Unbalanced("a side of nothing")
        if side.account.city_id != city.pk:
            raise Unbalanced("an account of another city")
        sums[side.account.unit] += side.amount
    if any(sums.values()):
        raise Unbalanced(f"sides add up to {dict(sums)}")


def reverse(transfer: Transfer, *, by: Any, note: str) -> Transfer:
    """Take a transfer back by its counter-entries, once. A reversal itself is not taken back."""
    if transfer.kind == TransferKind.REVERSAL:
        raise Unbalanced("a reversal is not taken back: book anew")
    sides = [Side(entry.account, -entry.amount) for entry in transfer.entries.select_related("account").order_by("id")]
    return post(
        key=f"reversal:{transfer.key}",
        kind=TransferKind.REVERSAL,
        city=transfer.city,
        sides=sides,
        by=by,
        note=note,
        order=transfer.order,
        pact=transfer.pact,
        reverses=transfer,
    )


def balance(of: Account) -> int:
    """What stands in an account now, in minor units."""
    total = LedgerEntry.objects.in_city(of.city_id).filter(account=of).aggregate(sum=Sum("amount"))["sum"]
    return int(total or 0)


def balances(of: Iterable[Account]) -> dict[uuid.UUID, int]:
    """The same of several accounts, in one query."""
    keys = [each.pk for each in of]
    rows = (
        LedgerEntry.objects.across_cities()
        .filter(account__in=keys)
        .order_by()
        .values_list("account")
        .annotate(sum=Sum("amount"))
    )
    return dict.fromkeys(keys, 0) | {key: int(total) for key, total in rows}
