"""Endpoints of this app under /api/v1/."""

from typing import Any

from django.core.exceptions import ValidationError as FormError
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from backend.base.geo import Box
from backend.cities.api import CITY, AnyoneReads, city_rows
from backend.cities.models import City
from backend.commons import actions
from backend.commons.forms import box_of
from backend.commons.models import Commons
from backend.commons.serializers import Place, PlaceAdded, PlaceChanged, Step

FILTERS = [
    CITY,
    OpenApiParameter("q", str, description="words of the name, text, address or quarter"),
    OpenApiParameter("kind", str),
    OpenApiParameter("state", str),
    OpenApiParameter("quarter", str),
    OpenApiParameter("step_free", bool),
    OpenApiParameter("bbox", str, description="west,south,east,north in degrees"),
]


def _box(text: str) -> Box:
    try:
        return box_of(text) or Box(-90, -180, 90, 180)
    except FormError as error:
        raise ValidationError({"bbox": error.messages}) from None


class Places(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Commons]):
    """Places that are cared for, or could be."""

    serializer_class = Place
    permission_classes = [AnyoneReads]
    queryset = Commons.objects.across_cities().none()

    def get_queryset(self) -> Any:
        asked = self.request.query_params
        rows: Any = city_rows(Commons.objects.all(), self.request)
        rows = rows.search(asked.get("q", "")).of_kind(asked.get("kind", "")).in_state(asked.get("state", ""))
        rows = rows.in_quarter(asked.get("quarter", ""))
        if asked.get("step_free", "").lower() in {"1", "true", "on"}:
            rows = rows.offering("step_free")
        if asked.get("bbox"):
            rows = rows.in_box(_box(asked["bbox"]))
        return rows.select_related("city").order_by("city", "slug")

    @extend_schema(parameters=FILTERS)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(request=PlaceAdded, responses={201: Place})
    def create(self, request: Request) -> Response:
        """Put a place on the map."""
        asked = PlaceAdded(data=request.data)
        asked.is_valid(raise_exception=True)
        facts = dict(asked.validated_data)
        city = get_object_or_404(City, slug=facts.pop("city"), is_open=True)
        place = actions.add_commons(by=request.user, city=city, **facts)
        return Response(Place(place).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=PlaceChanged, responses=Place)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is said of a place; a map of texts takes the place of the old map."""
        place = self.get_object()
        asked = PlaceChanged(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(Place(actions.edit_commons(by=request.user, commons=place, **asked.validated_data)).data)

    @extend_schema(request=Step, responses=Place)
    @action(detail=True, methods=["post"])
    def state(self, request: Request, pk: str) -> Response:
        """Move the state of a place."""
        place = self.get_object()
        asked = Step(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(Place(actions.change_state(by=request.user, commons=place, **asked.validated_data)).data)


router = SimpleRouter()
router.register("commons", Places, basename="commons")
urlpatterns: list[URLPattern | URLResolver] = [path("", include(router.urls))]
