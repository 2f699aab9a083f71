"""Endpoints of activities and outputs under /api/v1/."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, URLResolver
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import GenericViewSet

from backend.activities import actions
from backend.activities.choices import OutputKind
from backend.activities.models import Activity, Output
from backend.activities.serializers import (
    ActivityIn,
    ActivityOut,
    CancelIn,
    CreditIn,
    DoneIn,
    OutputIn,
    OutputOut,
    PhotoIn,
    PhotoOut,
)

CITY = OpenApiParameter("city", str, description="Slug of a city; all cities without it.")


def in_cities(rows: Any, request: Request) -> Any:
    """`rows` of the city that `?city=` names, or of every open one."""
    rows = rows.across_cities().filter(city__is_open=True)
    slug = request.query_params.get("city", "")
    return rows.filter(city__slug=slug) if slug else rows


def checked(shape: Any, request: Request) -> dict[str, Any]:
    """What was sent, in its shape."""
    given = shape(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


class Activities(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Activity]):
    """Activities, with who may come and what was made."""

    serializer_class = ActivityOut
    permission_classes = [IsAuthenticatedOrReadOnly]
    queryset = Activity.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        return in_cities(Activity.objects.for_list().select_related("pact"), self.request)

    @extend_schema(parameters=[CITY, OpenApiParameter("when", str, enum=["upcoming", "past"])])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows: Any = self.get_queryset()
        rows = rows.past() if request.query_params.get("when") == "past" else rows.upcoming()
        return self.get_paginated_response(self.get_serializer(self.paginate_queryset(rows), many=True).data)

    @extend_schema(request=ActivityIn, responses={201: ActivityOut})
    def create(self, request: Request) -> Response:
        made = actions.plan_activity(by=request.user, **checked(ActivityIn, request))
        return self._answer(made, status.HTTP_201_CREATED)

    def _answer(self, activity: Activity, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.get_serializer(self.get_queryset().get(pk=activity.pk)).data, status=code)

    @extend_schema(request=None, responses=ActivityOut)
    @action(detail=True, methods=["post"])
    def come(self, request: Request, pk: Any = None) -> Response:
        """Take a place; `409 full` where there is none."""
        activity = self.get_object()
        actions.come(activity, by=request.user)
        return self._answer(activity)

    @extend_schema(request=None, responses=ActivityOut)
    @action(detail=True, methods=["post"])
    def leave(self, request: Request, pk: Any = None) -> Response:
        """Give one's place back."""
        activity = self.get_object()
        actions.leave(activity, by=request.user)
        return self._answer(activity)

    @extend_schema(request=CancelIn, responses=ActivityOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: Any = None) -> Response:
        activity = self.get_object()
        return self._answer(actions.cancel_activity(activity, by=request.user, **checked(CancelIn, request)))

    @extend_schema(request=DoneIn, responses=ActivityOut)
    @action(detail=True, methods=["post"])
    def done(self, request: Request, pk: Any = None) -> Response:
        activity = self.get_object()
        return self._answer(actions.mark_done(activity, by=request.user, **checked(DoneIn, request)))

    @extend_schema(request=OutputIn, responses={201: OutputOut})
    @action(detail=True, methods=["post"])
    def outputs(self, request: Request, pk: Any = None) -> Response:
        """Write down what it made."""
        activity, given = self.get_object(), checked(OutputIn, request)
        owner = request.user if given.pop("mine") else None
        made = actions.record_output(activity, by=request.user, owner=owner, **given)
        shown = Output.objects.in_city(activity.city_id).for_page().get(pk=made.pk)
        return Response(OutputOut(shown, context=self.get_serializer_context()).data, status=status.HTTP_201_CREATED)


class Outputs(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Output]):
    """What activities made, with makers who agreed to be named, rights and pictures."""

    serializer_class = OutputOut
    permission_classes = [IsAuthenticatedOrReadOnly]
    queryset = Output.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        return in_cities(Output.objects.for_page().newest(), self.request)

    @extend_schema(parameters=[CITY, OpenApiParameter("kind", str, enum=OutputKind.values)])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self.get_queryset()
        if kind := request.query_params.get("kind"):
            rows = rows.filter(kind=kind)
        return self.get_paginated_response(self.get_serializer(self.paginate_queryset(rows), many=True).data)

    @extend_schema(request={"multipart/form-data": PhotoIn}, responses={201: PhotoOut})
    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser])
    def photos(self, request: Request, pk: Any = None) -> Response:
        """Add a picture: JPEG, PNG, WebP or HEIC up to 10 MB and 25 megapixels."""
        photo = actions.add_photo(self.get_object(), by=request.user, **checked(PhotoIn, request))
        return Response(PhotoOut(photo).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["delete"], url_path="photos/(?P<photo>[0-9a-f-]{36})")
    def remove_photo(self, request: Request, photo: str, pk: Any = None) -> Response:
        actions.remove_photo(get_object_or_404(self.get_object().photos, pk=photo), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=CreditIn, responses=OutputOut)
    @action(detail=True, methods=["post"], url_path="contributions/(?P<part>[0-9a-f-]{36})/credit")
    def credit(self, request: Request, part: str, pk: Any = None) -> Response:
        """The maker agrees to be named, or takes their name back."""
        output = self.get_object()
        row = get_object_or_404(output.contributions.select_related("person", "group__city"), pk=part)
        actions.credit_contributor(row, by=request.user, **checked(CreditIn, request))
        return Response(self.get_serializer(self.get_queryset().get(pk=output.pk)).data)


router = SimpleRouter()
router.register("activities", Activities, basename="activity")
router.register("outputs", Outputs, basename="output")
urlpatterns: list[URLPattern | URLResolver] = [*router.urls]
