"""How listings, orders and the ledger are read."""

from typing import Any, Self

from django.db.models import Exists, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from backend.activities.querysets import OutputQuerySet
from backend.base.geo import box_around
from backend.cities.querysets import ScopedQuerySet
from backend.pacts.models import Party
from backend.people.choices import Role, Scope
from marketplace.choices import AccountKind, ListingState, OrderState, OwnerKind

KEEPERS = (Role.STEWARD, Role.CONTACT)


def kept_groups(person: Any) -> list[Any]:
    """Keys of the groups that `person` may speak for."""
    if person is None or not person.is_authenticated:
        return []
    return [key for kind, key, role in person.held_roles if kind == Scope.GROUP and role in KEEPERS]


class ListingQuerySet(ScopedQuerySet):
    def open(self) -> Self:
        """Offered now."""
        return self.filter(state=ListingState.OPEN)

    def visible_to(self, person: Any) -> Self:
        """What is offered or paused, and one's own in any state but hidden from others."""
        shown = Q(state__in=(ListingState.OPEN, ListingState.PAUSED, ListingState.CLOSED))
        if person is None or not person.is_authenticated:
            return self.filter(shown)
        return self.filter(shown | Q(by=person) | Q(on_behalf_of__in=kept_groups(person)))

    def offered_as(self, mode: str) -> Self:
        return self.filter(modes__mode=mode)

    def near(self, lat: float, lng: float, km: float) -> Self:
        """Within the square around a place; the circle is the caller's, row by row."""
        box = box_around((lat, lng), km)
        return self.filter(lat__range=(box.south, box.north), lng__range=(box.west, box.east))

    def newest(self) -> Self:
        return self.order_by("-made_at", "-id")

    def for_list(self) -> Self:
        """With what a card shows: city, modes, output with pictures, place and pact."""
        rows = self.with_city().select_related("output__pact", "output__activity__commons__city", "by", "on_behalf_of")
        rows = rows.defer("output__activity__commons__city__map")
        return rows.prefetch_related("modes", "output__photos")

    def for_page(self) -> Self:
        """With makers, the proposal it came of, and whether who offers it is a party to the pact."""
        own = Party._base_manager.filter(pact=OuterRef("output__pact"), group=OuterRef("on_behalf_of"))
        rows = self.select_related(
            "output__activity__group", "output__owner", "output__owner_group", "output__pact__proposal", "thread"
        )
        rows = rows.for_list().annotate(by_a_party=Exists(own))
        return rows.prefetch_related(OutputQuerySet.makers("output__contributions"))


class OrderQuerySet(ScopedQuerySet):
    def visible_to(self, person: Any) -> Self:
        """Orders that `person` gave, took, or speaks for a side of; nobody else sees them."""
        if person is None or not person.is_authenticated:
            return self.none()
        groups = kept_groups(person)
        return self.filter(
            Q(deal__taker=person)
            | Q(deal__giver=person)
            | Q(deal__taker_group__in=groups)
            | Q(deal__giver_group__in=groups)
        )

    def reserved(self) -> Self:
        return self.filter(state=OrderState.RESERVED)

    def done(self) -> Self:
        return self.filter(state=OrderState.DONE)

    def newest(self) -> Self:
        return self.order_by("-deal__at", "-id")

    def for_page(self) -> Self:
        return self.select_related(
            "city",
            "pact",
            "listing_mode",
            "deal__listing__output__pact",
            "deal__listing__city",
            "deal__taker",
            "deal__giver",
            "deal__taker_group",
            "deal__giver_group__city",
        )


class AccountQuerySet(ScopedQuerySet):
    def funds(self) -> Self:
        return self.filter(kind=AccountKind.FUND)

    def of_the_owner_of(self, key: Any) -> Self:
        """All accounts of whoever owns the account `key`."""
        owner = self.model._base_manager.filter(pk=key).values("owner_id")
        return self.filter(owner_kind=OwnerKind.PACT, owner_id__in=owner)

    def with_balance(self) -> Self:
        return self.annotate(balance=Coalesce(Sum("entries__amount"), 0))


class TransferQuerySet(ScopedQuerySet):
    def newest(self) -> Self:
        return self.order_by("-at", "-id")

    def for_list(self) -> Self:
        return self.select_related("order__deal__listing", "decision").prefetch_related("entries")
