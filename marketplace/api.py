"""Endpoints of the market under /api/v1/."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated, IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import GenericViewSet

from backend.activities.api import CITY, checked, in_cities
from backend.activities.choices import OutputKind
from backend.base.geo import distance_km
from backend.base.idempotency import once
from backend.conversations.choices import PostState
from backend.pacts.models import Pact
from marketplace import actions, ledger
from marketplace.choices import AccountKind, Mode, OwnerKind
from marketplace.models import Account, Listing, Order, Transfer
from marketplace.search import matching
from marketplace.serializers import (
    BookIn,
    FundOut,
    ListingIn,
    ListingOut,
    ListingPageOut,
    MaybeReasonIn,
    OrderIn,
    OrderOut,
    QuestionIn,
    QuestionOut,
    ReasonIn,
    SettleIn,
    entry,
)

RADIUS_KM, MOST_KM, MOST_NEAR = 5.0, 200.0, 1000
BOOK_LENGTH = 200

LISTING_FILTERS = [
    CITY,
    OpenApiParameter("q", str, description="Words, or beginnings of words."),
    OpenApiParameter("mode", str, enum=Mode.values),
    OpenApiParameter("kind", str, enum=OutputKind.values),
    OpenApiParameter("near", str, description="lat,lng: the nearest first."),
    OpenApiParameter("radius", float, description="Kilometres around `near`; 5 without it, at most 200."),
]


def _near(request: Request) -> tuple[tuple[float, float], float] | None:
    """`?near=` and `?radius=` as numbers. Raises ValidationError."""
    text = request.query_params.get("near", "")
    if not text:
        return None
    try:
        lat, lng = (float(part) for part in text.split(","))
        radius = float(request.query_params.get("radius") or RADIUS_KM)
    except ValueError:
        lat, lng, radius = 999.0, 999.0, 0.0
    if not (-90 <= lat <= 90 and -180 <= lng <= 180 and 0 < radius <= MOST_KM):
        sentence = _("Write a place as latitude,longitude and a radius in kilometres.")
        raise ValidationError({"near": ValidationError(sentence, code="near")})
    return (lat, lng), radius


class Listings(mixins.RetrieveModelMixin, GenericViewSet[Listing]):
    """What is offered, in which ways, with its story."""

    serializer_class = ListingOut
    permission_classes = [IsAuthenticatedOrReadOnly]
    queryset = Listing.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        return in_cities(Listing.objects.for_page(), self.request).visible_to(self.request.user)

    def get_serializer_class(self) -> Any:
        return ListingOut if self.action == "list" else ListingPageOut

    @extend_schema(parameters=LISTING_FILTERS, responses=ListingOut(many=True))
    def list(self, request: Request) -> Response:
        rows = in_cities(Listing.objects.all(), request).open()
        if mode := request.query_params.get("mode"):
            rows = rows.offered_as(mode)
        if kind := request.query_params.get("kind"):
            rows = rows.filter(output__kind=kind)
        rows = matching(rows, request.query_params.get("q", "").replace("\x00", "")[:120])
        place = _near(request)
        keys = self.paginate_queryset(self._ordered(rows, place))
        found = {row.pk: row for row in Listing.objects.across_cities().filter(pk__in=keys).for_list()}
        context = {**self.get_serializer_context(), "near": place[0] if place else None}
        shown = [found[key] for key in keys or [] if key in found]
        return self.get_paginated_response(ListingOut(shown, many=True, context=context).data)

    @staticmethod
    def _ordered(rows: Any, place: tuple[tuple[float, float], float] | None) -> Any:
        """Keys: the nearest first around a place, else the newest."""
        if place is None:
            return rows.newest().values_list("pk", flat=True)
        centre, radius = place
        boxed = rows.near(*centre, radius).newest().values_list("pk", "lat", "lng")[:MOST_NEAR]
        distances = sorted((distance_km(centre, (lat, lng)), str(pk), pk) for pk, lat, lng in boxed)
        return [pk for distance, _text, pk in distances if distance <= radius]

    def _answer(self, listing: Listing, code: int = status.HTTP_200_OK) -> Response:
        shown = self.get_queryset().get(pk=listing.pk)
        return Response(ListingPageOut(shown, context=self.get_serializer_context()).data, status=code)

    @extend_schema(request=ListingIn, responses={201: ListingPageOut})
    def create(self, request: Request) -> Response:
        """Offer an output."""
        given = checked(ListingIn, request)
        return self._answer(actions.list_output(given.pop("output"), by=request.user, **given), status.HTTP_201_CREATED)

    @extend_schema(
        request=OrderIn,
        responses={201: OrderOut},
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
    )
    @action(detail=True, methods=["post"])
    def order(self, request: Request, pk: Any = None) -> Response:
        """Reserve some: `409 sold_out` or `too_few` where someone was faster."""
        listing, given = self.get_object(), checked(OrderIn, request)
        key = once(
            owner=request.user,
            key=request.headers.get("Idempotency-Key", ""),
            asked={"order": str(listing.pk), **given},
            work=lambda: str(actions.order(listing, by=request.user, **given).pk),
        )
        made = Order.objects.in_city(listing.city_id).for_page().get(pk=key)
        return Response(OrderOut(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=ListingPageOut)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: Any = None) -> Response:
        return self._answer(actions.pause_listing(self.get_object(), by=request.user))

    @extend_schema(request=None, responses=ListingPageOut)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: Any = None) -> Response:
        return self._answer(actions.reopen_listing(self.get_object(), by=request.user))

    @extend_schema(request=None, responses=ListingPageOut)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: Any = None) -> Response:
        return self._answer(actions.close_listing(self.get_object(), by=request.user))

    @extend_schema(request=ReasonIn, responses={204: None})
    @action(detail=True, methods=["post"])
    def hide(self, request: Request, pk: Any = None) -> Response:
        """A moderator hides it, with a reason."""
        actions.hide_listing(self.get_object(), by=request.user, **checked(ReasonIn, request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(methods=["get"], responses=QuestionOut(many=True))
    @extend_schema(methods=["post"], request=QuestionIn, responses={201: QuestionOut})
    @action(detail=True, methods=["get", "post"], pagination_class=None)
    def questions(self, request: Request, pk: Any = None) -> Response:
        """Questions and answers about an offer."""
        listing = self.get_object()
        if request.method == "GET":
            posts = listing.thread.posts.filter(state=PostState.VISIBLE).select_related("by", "on_behalf_of")
            return Response(QuestionOut(posts.order_by("at", "id")[:200], many=True).data)
        given = checked(QuestionIn, request)
        asked = get_object_or_404(listing.thread.posts, pk=given["parent"]) if "parent" in given else None
        language = request.user.language
        made = actions.ask(listing, by=request.user, text=given["text"], language=language, parent=asked)
        return Response(QuestionOut(made).data, status=status.HTTP_201_CREATED)


class Orders(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Order]):
    """One's own orders: what one takes and what one gives."""

    serializer_class = OrderOut
    permission_classes = [IsAuthenticated]
    queryset = Order.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        return in_cities(Order.objects.for_page(), self.request).visible_to(self.request.user).newest()

    @extend_schema(parameters=[CITY])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    def _answer(self, order: Order) -> Response:
        return Response(OrderOut(self.get_queryset().get(pk=order.pk)).data)

    @extend_schema(request=None, responses=OrderOut)
    @action(detail=True, methods=["post"])
    def given(self, request: Request, pk: Any = None) -> Response:
        """The giving side says that it was handed over, and paid for."""
        return self._answer(actions.confirm_given(self.get_object(), by=request.user))

    @extend_schema(request=None, responses=OrderOut)
    @action(detail=True, methods=["post"])
    def taken(self, request: Request, pk: Any = None) -> Response:
        """The receiving side says that they have it."""
        return self._answer(actions.confirm_taken(self.get_object(), by=request.user))

    @extend_schema(request=MaybeReasonIn, responses=OrderOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: Any = None) -> Response:
        """Either side calls it off; the pieces go back."""
        return self._answer(actions.cancel_order(self.get_object(), by=request.user, **checked(MaybeReasonIn, request)))


class Funds(GenericViewSet[Account]):
    """Commons funds: public, every entry of them."""

    serializer_class = FundOut
    permission_classes = [IsAuthenticatedOrReadOnly]
    queryset = Account.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        return in_cities(Account.objects.select_related("city"), self.request).funds().order_by("id")

    @extend_schema(parameters=[CITY], responses=FundOut(many=True))
    def list(self, request: Request) -> Response:
        funds = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(FundOut(_told(funds), many=True).data)

    @extend_schema(responses=FundOut)
    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """With its book: the newest entries first."""
        return Response(self._whole(self.get_object()))

    @staticmethod
    def _whole(fund: Account) -> Any:
        pact = _pact(fund)
        promised = ledger.promised_to(pact, fund.unit)
        rows = Transfer.objects.in_city(fund.city_id).filter(pact=pact).for_list().newest()[:BOOK_LENGTH]
        return FundOut({**_told([fund])[0], "entries": [entry(row, fund, promised) for row in rows]}).data

    @extend_schema(request=SettleIn, responses=FundOut)
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, pk: Any = None) -> Response:
        """The promised share of an order has arrived."""
        fund = self.get_object()
        order = get_object_or_404(_pact(fund).orders, pk=checked(SettleIn, request)["order"])
        actions.settle_promise(order, by=request.user)
        return Response(self._whole(fund))

    @extend_schema(request=BookIn, responses=FundOut)
    @action(detail=True, methods=["post"])
    def book(self, request: Request, pk: Any = None) -> Response:
        """A gift that came, or what was spent by a decision."""
        fund, given = self.get_object(), checked(BookIn, request)
        given["key"] = str(given["key"])
        if given.get("decision"):
            actions.spend_from_fund(_pact(fund), by=request.user, **given)
        else:
            given.pop("decision", None)
            actions.give_to_fund(_pact(fund), by=request.user, **given)
        return Response(self._whole(fund))


def _pact(fund: Account) -> Pact:
    pact: Pact = Pact.objects.in_city(fund.city_id).select_related("city").get(pk=fund.owner_id)
    return pact


def _told(funds: Any) -> list[dict[str, Any]]:
    """Funds with their sums, in four queries for any number of them."""
    owners = [fund.owner_id for fund in funds]
    rows = Account.objects.across_cities().filter(
        kind=AccountKind.PROMISED, owner_kind=OwnerKind.PACT, owner_id__in=owners
    )
    promised = {(account.owner_id, account.unit): account for account in rows}
    sums = ledger.balances([*funds, *promised.values()])
    references = dict(Pact.objects.across_cities().filter(pk__in=owners).values_list("pk", "reference"))
    return [
        {
            "id": fund.pk,
            "city": fund.city.slug,
            "pact": references[fund.owner_id],
            "currency": fund.unit,
            "balance": sums[fund.pk],
            "promised": sums[row.pk] if (row := promised.get((fund.owner_id, fund.unit))) else 0,
        }
        for fund in funds
    ]


router = SimpleRouter()
router.register("listings", Listings, basename="listing")
router.register("orders", Orders, basename="order")
router.register("funds", Funds, basename="fund")
urlpatterns: list[URLPattern | URLResolver] = [*router.urls]
