"""Listings, deals and orders, and the append-only ledger."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.activities.models import Output
from backend.base.ids import uuid7
from backend.base.money import MAX_MINOR, Money
from backend.base.texts import Written
from backend.cities.models import CityScoped, Group
from backend.cities.querysets import ScopedManager
from backend.conversations.models import Thread
from backend.pacts.models import Decision, Pact
from backend.people.models import Person
from marketplace.choices import (
    LISTING_STEPS,
    ORDER_STEPS,
    AccountKind,
    ListingState,
    Mode,
    OrderState,
    OwnerKind,
    TransferKind,
)
from marketplace.querysets import AccountQuerySet, ListingQuerySet, OrderQuerySet, TransferQuerySet


class Listing(Written, CityScoped):
    """An output offered in one or more modes. Questions about it are asked in its thread."""

    steps = LISTING_STEPS

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80)
    output = models.ForeignKey(Output, models.PROTECT, related_name="listings")
    title = models.CharField(_("title"), max_length=160)
    text = models.TextField(_("what one should know"), max_length=4000, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="listings")
    on_behalf_of = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, related_name="listings")
    state = models.CharField(max_length=8, choices=ListingState, default=ListingState.OPEN)
    hidden_reason = models.CharField(max_length=1000, blank=True)  # for who offered it
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="listing")
    fund_share_bp = models.PositiveIntegerField(null=True, blank=True)  # null: as the pact says
    split = models.JSONField(default=list, blank=True)  # where the price goes: [{what: texts, minor}]
    pickup = models.CharField(_("where to collect it"), max_length=200, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lng = models.FloatField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)

    by_a_party: bool  # by for_page(): whether who offers it is a party to the pact

    objects = models.Manager.from_queryset(ListingQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "slug"], name="listing_slug_once"),
            models.CheckConstraint(
                condition=models.Q(fund_share_bp=None) | models.Q(fund_share_bp__lte=10_000),
                name="listing_share_at_most_all",
            ),
        ]
        indexes = [
            models.Index(fields=["city", "state", "-made_at"], name="listing_list"),
            models.Index(fields=["state", "-made_at"], name="listing_all_cities"),
            models.Index(fields=["state", "lat", "lng"], name="listing_place"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("marketplace:listing", args=[self.city.slug, self.slug])

    @property
    def reference(self) -> dict[str, str]:
        """How other rows point at it."""
        return {"kind": "listing", "id": str(self.pk), "url": self.get_absolute_url(), "title": self.title}

    @property
    def share_bp(self) -> int:
        """Basis points of the price that go to the fund of the output's pact."""
        pact = self.output.pact
        if pact is None:
            return 0
        return pact.fund_share_bp if self.fund_share_bp is None else self.fund_share_bp


class SearchDoc(models.Model):
    """The folded words of a listing; the full-text index of the database hangs on it (0002)."""

    id = models.BigAutoField(primary_key=True)
    listing = models.OneToOneField(Listing, models.CASCADE, related_name="search_doc")
    folded = models.TextField()

    def __str__(self) -> str:
        return self.folded[:40]


class ListingMode(CityScoped):
    """One way in which a listing can be had, with its price or terms and how many there are."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    listing = models.ForeignKey(Listing, models.CASCADE, related_name="modes")
    mode = models.CharField(max_length=8, choices=Mode)
    price_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    terms = models.JSONField(default=dict, blank=True)
    stock = models.PositiveIntegerField()

    objects = ScopedManager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["listing", "mode"], name="mode_once"),
            models.CheckConstraint(
                condition=models.Q(price_minor=None) | models.Q(price_minor__gte=0, price_minor__lte=MAX_MINOR),
                name="price_in_range",
            ),
            models.CheckConstraint(condition=models.Q(stock__gte=0), name="stock_not_negative"),
        ]
        indexes = [models.Index(fields=["mode", "listing"], name="mode_listing")]

    def __str__(self) -> str:
        return f"{self.listing_id} {self.mode}"

    @property
    def price(self) -> Money | None:
        return None if self.price_minor is None else Money(self.price_minor, self.currency)


class Deal(CityScoped):
    """What two sides agreed about a listing; the Order, Swap, Loan or HoursTransfer tells how."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reference = models.CharField(max_length=24)
    listing = models.ForeignKey(Listing, models.PROTECT, related_name="deals")
    mode = models.CharField(max_length=8, choices=Mode)
    taker = models.ForeignKey(Person, models.PROTECT, related_name="deals_taken")
    taker_group = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, related_name="+")
    giver = models.ForeignKey(Person, models.PROTECT, related_name="deals_given")
    giver_group = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(_("a word to the maker"), blank=True, max_length=1000)
    contact = models.CharField(_("how to reach you"), max_length=160, blank=True)  # of a taker without e-mail
    at = models.DateTimeField(default=timezone.now)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "reference"], name="deal_reference_once"),
        ]
        indexes = [
            models.Index(fields=["taker", "-at"], name="deal_taker"),
            models.Index(fields=["giver", "-at"], name="deal_giver"),
        ]

    def __str__(self) -> str:
        return self.reference


class Order(CityScoped):
    """A deal in which something changes hands, for money or as a gift.

    Price and share for the fund are fixed when it is made. Both sides confirm the hand-over;
    the second confirmation moves it to done and books the share.
    """

    steps = ORDER_STEPS

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    deal = models.OneToOneField(Deal, models.CASCADE, related_name="order")
    listing_mode = models.ForeignKey(ListingMode, models.PROTECT, related_name="orders")
    state = models.CharField(max_length=10, choices=OrderState, default=OrderState.RESERVED)
    quantity = models.PositiveIntegerField(default=1)
    amount_minor = models.BigIntegerField(default=0)  # of the whole order
    currency = models.CharField(max_length=3)
    fund_share_bp = models.PositiveIntegerField(default=0)
    fund_minor = models.BigIntegerField(default=0)
    pact = models.ForeignKey(Pact, models.PROTECT, null=True, blank=True, related_name="orders")
    given_at = models.DateTimeField(null=True, blank=True)  # confirmed by the giver
    taken_at = models.DateTimeField(null=True, blank=True)  # confirmed by the taker
    done_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_reason = models.CharField(max_length=400, blank=True)

    objects = models.Manager.from_queryset(OrderQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="order_some"),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gte=0, fund_minor__gte=0, fund_minor__lte=models.F("amount_minor")),
                name="order_amounts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deal_id} {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("marketplace:order", args=[self.city.slug, self.deal.reference])

    @property
    def reference(self) -> dict[str, str]:
        """How other rows point at it."""
        title = f"{self.deal.reference} {self.deal.listing.title}"
        return {"kind": "order", "id": str(self.pk), "url": self.get_absolute_url(), "title": title}

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def fund_share(self) -> Money:
        return Money(self.fund_minor, self.currency)


class Account(CityScoped):
    """Where the ledger keeps a sum in one unit (a currency, or "min" for minutes)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=10, choices=AccountKind)
    owner_kind = models.CharField(max_length=8, choices=OwnerKind)
    owner_id = models.UUIDField()  # of the outside: the city
    unit = models.CharField(max_length=3)

    balance: int  # by with_balance()
    promised: int  # by the shell's fund_of()

    objects = models.Manager.from_queryset(AccountQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["city", "kind", "owner_kind", "owner_id", "unit"],
                name="account_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.owner_kind} {self.owner_id} {self.unit}"


class Transfer(CityScoped):
    """One booking: two or more entries that add up to nothing. `key` makes a second run harmless."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=16, choices=TransferKind)
    order = models.ForeignKey(Order, models.PROTECT, null=True, blank=True, related_name="transfers")
    reverses = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reversals")
    pact = models.ForeignKey(Pact, models.PROTECT, null=True, blank=True, related_name="transfers")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True, related_name="transfers")
    note = models.CharField(max_length=240, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = models.Manager.from_queryset(TransferQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["city", "-at"], name="transfer_when"),
            models.Index(fields=["pact", "-at"], name="transfer_pact"),
        ]

    def __str__(self) -> str:
        return self.key


class LedgerEntry(CityScoped):
    """One side of a transfer: added and never changed; a mistake is mended by a counter-entry."""

    id = models.BigAutoField(primary_key=True)
    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="entries")
    account = models.ForeignKey(Account, models.PROTECT, related_name="entries")
    amount = models.BigIntegerField()  # minor units; plus: into the account

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(amount=0), name="entry_not_empty"),
        ]
        indexes = [models.Index(fields=["account", "id"], name="entry_account")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount}"
