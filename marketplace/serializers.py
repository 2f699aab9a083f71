"""Listings, orders and funds as JSON, and the shapes of what is sent."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.activities.models import Output
from backend.activities.serializers import OutputOut
from backend.base.geo import distance_km
from backend.cities.models import Group
from backend.conversations.models import Post
from backend.pacts.models import Decision
from marketplace.choices import ListingState, Mode, OrderState, TransferKind
from marketplace.models import Listing, ListingMode, Order, Transfer


class OfferOut(serializers.ModelSerializer[ListingMode]):
    """One way in which it can be had; prices in minor units."""

    mode = serializers.ChoiceField(choices=Mode.choices, read_only=True)

    class Meta:
        model = ListingMode
        fields = ("mode", "price_minor", "currency", "stock", "terms")
        read_only_fields = fields


class ListingOut(serializers.ModelSerializer[Listing]):
    """`fund_share_bp` are basis points of the price that go to the fund of `pact`; `distance_km` only with `?near=`."""

    city = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    state = serializers.ChoiceField(choices=ListingState.choices, read_only=True)
    output = serializers.PrimaryKeyRelatedField(read_only=True)
    activity = serializers.UUIDField(source="output.activity_id", read_only=True)
    kind = serializers.CharField(source="output.kind", read_only=True)
    licence = serializers.CharField(source="output.licence", read_only=True)
    pact = serializers.CharField(source="output.pact.reference", read_only=True, default=None)
    by = serializers.SerializerMethodField()
    modes = OfferOut(many=True, read_only=True)
    fund_share_bp = serializers.IntegerField(source="share_bp", read_only=True)
    distance_km = serializers.SerializerMethodField()

    class Meta:
        model = Listing
        fields = (
            "id slug city title text language state output activity kind licence pact by modes fund_share_bp split "
            "pickup lat lng distance_km made_at expires_at"
        ).split()
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.STR)
    def get_by(self, listing: Listing) -> str:
        return str(listing.on_behalf_of or listing.by)

    @extend_schema_field({"type": "number", "nullable": True})
    def get_distance_km(self, listing: Listing) -> float | None:
        near = self.context.get("near")
        if near is None or listing.lat is None or listing.lng is None:
            return None
        return round(distance_km(near, (listing.lat, listing.lng)), 2)


class ListingPageOut(ListingOut):
    """With the whole output: its makers, story and pictures."""

    output = OutputOut(read_only=True)


class OfferIn(serializers.Serializer[Any]):
    mode = serializers.ChoiceField(choices=Mode.choices)
    stock = serializers.IntegerField(default=1)
    price_minor = serializers.IntegerField(required=False, allow_null=True)
    terms = serializers.DictField(required=False)


class ListingIn(serializers.Serializer[Any]):
    output = serializers.PrimaryKeyRelatedField(queryset=Output.objects.none())
    on_behalf_of = serializers.SlugField(required=False, help_text="Slug of the group that offers it.")
    title = serializers.CharField(max_length=160, required=False, default="")
    text = serializers.CharField(max_length=4000, required=False, default="")
    pickup = serializers.CharField(max_length=200, required=False, default="")
    lat = serializers.FloatField(min_value=-90, max_value=90, required=False)
    lng = serializers.FloatField(min_value=-180, max_value=180, required=False)
    language = serializers.CharField(max_length=8, required=False)
    modes = OfferIn(many=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Output.objects.across_cities().filter(city__is_open=True).for_page()
        self.fields["output"].queryset = rows  # type: ignore[attr-defined]

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if "on_behalf_of" in data:
            rows = Group.objects.in_city(data["output"].city_id).select_related("city")
            data["on_behalf_of"] = rows.filter(slug=data["on_behalf_of"]).first()
            if data["on_behalf_of"] is None:
                raise serializers.ValidationError({"on_behalf_of": "not_found"})
        if ("lat" in data) != ("lng" in data):
            raise serializers.ValidationError({"lat": "lat and lng come together"})
        return data


class ReasonIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=1000)


class MaybeReasonIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=400, required=False, default="", allow_blank=True)


class OrderIn(serializers.Serializer[Any]):
    mode = serializers.ChoiceField(choices=Mode.choices)
    quantity = serializers.IntegerField(default=1)
    note = serializers.CharField(max_length=1000, required=False, default="", allow_blank=True)
    contact = serializers.CharField(max_length=160, required=False, default="", allow_blank=True)


class OrderOut(serializers.ModelSerializer[Order]):
    """`amount_minor` is paid at the hand-over, `fund_minor` of it goes to the fund of `pact`."""

    reference = serializers.CharField(source="deal.reference", read_only=True)
    city = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    listing = serializers.UUIDField(source="deal.listing_id", read_only=True)
    mode = serializers.ChoiceField(source="deal.mode", choices=Mode.choices, read_only=True)
    state = serializers.ChoiceField(choices=OrderState.choices, read_only=True)
    pact = serializers.SlugRelatedField(slug_field="reference", read_only=True)
    giver = serializers.SerializerMethodField()
    taker = serializers.SerializerMethodField()
    ordered_at = serializers.DateTimeField(source="deal.at", read_only=True)
    note = serializers.CharField(source="deal.note", read_only=True)

    class Meta:
        model = Order
        fields = (
            "id reference city listing mode state quantity amount_minor currency fund_share_bp fund_minor pact giver "
            "taker note ordered_at given_at taken_at done_at cancelled_reason"
        ).split()
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.STR)
    def get_giver(self, order: Order) -> str:
        return str(order.deal.giver_group or order.deal.giver)

    @extend_schema_field(OpenApiTypes.STR)
    def get_taker(self, order: Order) -> str:
        return str(order.deal.taker_group or order.deal.taker)


class EntryOut(serializers.Serializer[Any]):
    """A line of a fund's book; amounts in minor units of the fund's currency, out is below zero."""

    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=TransferKind.choices)
    amount = serializers.IntegerField()
    promised = serializers.IntegerField()
    note = serializers.CharField()
    order = serializers.CharField(allow_null=True, help_text="Title of what was sold.")
    decision = serializers.CharField(allow_null=True)


class FundOut(serializers.Serializer[Any]):
    """A commons fund: what stands in it, what is promised to it; its book in one fund's own answer only."""

    id = serializers.UUIDField()
    city = serializers.CharField()
    pact = serializers.CharField()
    currency = serializers.CharField()
    balance = serializers.IntegerField()
    promised = serializers.IntegerField()
    entries = EntryOut(many=True, required=False)


class SettleIn(serializers.Serializer[Any]):
    order = serializers.UUIDField()


class BookIn(serializers.Serializer[Any]):
    """A gift to the fund; with `decision`, what was spent by it. `key` makes a second call harmless."""

    key = serializers.UUIDField()
    amount_minor = serializers.IntegerField()
    note = serializers.CharField(max_length=240)
    decision = serializers.PrimaryKeyRelatedField(queryset=Decision.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].queryset = Decision.objects.across_cities()  # type: ignore[attr-defined]


class QuestionIn(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=2000)
    parent = serializers.UUIDField(required=False)


class QuestionOut(serializers.ModelSerializer[Post]):
    by = serializers.SerializerMethodField()

    class Meta:
        model = Post
        fields = ("id", "kind", "parent", "by", "text", "language", "at")
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.STR)
    def get_by(self, post: Post) -> str:
        return str(post.on_behalf_of or post.by)


def entry(transfer: Transfer, fund: Any, promised: Any) -> dict[str, Any]:
    """A transfer as a line of a fund's book."""
    sides = transfer.entries.all()
    return {
        "id": transfer.pk,
        "at": transfer.at,
        "kind": transfer.kind,
        "amount": sum(side.amount for side in sides if side.account_id == fund.pk),
        "promised": sum(side.amount for side in sides if side.account_id == promised.pk),
        "note": transfer.note,
        "order": transfer.order.deal.listing.title if transfer.order else None,
        "decision": transfer.decision.question if transfer.decision else None,
    }
