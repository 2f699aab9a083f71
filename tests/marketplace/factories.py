"""Listings, orders and funds as the tests need them: made by the actions themselves."""

from typing import Any

from backend.activities.models import Output
from backend.base.journal import JournalEntry
from backend.cities.models import City
from backend.pacts.models import Pact
from backend.people.models import Person
from marketplace import actions, ledger
from marketplace.models import Listing, Order
from tests.backend.activities.factories import Workshop, make_output
from tests.factories import make_citizen

SALE = {"mode": "sale", "price_minor": 12000, "stock": 5}
GIFT = {"mode": "gift", "stock": 3}


def make_listing(output: Output, **given: Any) -> Listing:
    """An offer of `output`: for sale at 120, five of them, unless said otherwise."""
    by = given.pop("by", None) or output.by
    defaults = {"modes": [SALE], "pickup": "Bagni, 9 to 18", "on_behalf_of": output.owner_group}
    return actions.list_output(output, by=by, **{**defaults, **given})


def make_own_listing(city: City, **given: Any) -> Listing:
    """What one person made and offers, under no pact."""
    return make_listing(make_output(city, title=given.pop("title", "City bike")), **given)


class Market(Workshop):
    """A workshop whose bench is for sale, and a neighbour who would like one."""

    def __init__(self, city: City, *, modes: Any = (SALE,), pact: dict[str, Any] | None = None, **given: Any) -> None:
        super().__init__(city, **(pact or {}))
        self.listing = make_listing(self.output, by=self.maker, modes=list(modes), **given)
        self.buyer = make_citizen(city, "Amal")

    def order(self, by: Person | None = None, **given: Any) -> Order:
        return actions.order(self.listing, by=by or self.buyer, **{"mode": "sale", **given})

    def stock(self, mode: str = "sale") -> int:
        return self.listing.modes.get(mode=mode).stock

    def done(self, **given: Any) -> Order:
        """An order that both sides confirmed."""
        made = self.order(**given)
        actions.confirm_given(made, by=self.maker)
        return actions.confirm_taken(made, by=made.deal.taker)


def journalled(thing: Any) -> list[str]:
    """What the journal tells of a thing, in order."""
    lines = JournalEntry.objects.filter(subject_id=str(thing.pk)).order_by("id")
    return list(lines.values_list("verb", flat=True))


def sums(pact: Pact) -> tuple[int, int]:
    """In the fund of a pact, and promised to it."""
    unit = pact.city.currency
    return ledger.balance(ledger.fund_of(pact, unit)), ledger.balance(ledger.promised_to(pact, unit))
