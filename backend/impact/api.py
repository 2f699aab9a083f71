"""Endpoints of this app under /api/v1/."""

from typing import Any

from django.core.files.storage import storages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from backend.cities.api import CITY, AnyoneReads, city_rows
from backend.cities.models import City
from backend.commons.models import Commons
from backend.impact import actions
from backend.impact.indicators import Scope, counted, reading, sessions
from backend.impact.models import Export, Indicator, Observation, Study
from backend.impact.permissions import can_export, can_read_all
from backend.impact.serializers import (
    ConsentChanged,
    ExportRow,
    FigureRow,
    Measured,
    ObservationRow,
    Observed,
    ReadingRow,
    StudyOpened,
    StudyRow,
)
from backend.pacts.choices import REGISTERED
from backend.pacts.models import Pact

PACT = OpenApiParameter("pact", str, description="a pact’s reference")


def pact_of(city: City, reference: str) -> Pact | None:
    """A pact of the register by its reference; None where none is named."""
    if not reference:
        return None
    pact: Pact = get_object_or_404(Pact.objects.in_city(city), reference=reference, state__in=REGISTERED)
    return pact


class Indicators(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Indicator]):
    """Numbers that are followed, with their baseline, margin and verdict."""

    serializer_class = ReadingRow
    permission_classes = [AnyoneReads]
    queryset = Indicator.objects.across_cities().none()

    def get_queryset(self) -> Any:
        rows: Any = city_rows(Indicator.objects.all(), self.request)
        if reference := self.request.query_params.get("pact"):
            rows = rows.filter(pact__reference=reference)
        return rows.select_related("city", "pact").prefetch_related("measurements").order_by("city", "order", "id")

    @extend_schema(parameters=[CITY, PACT])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        told = [reading(each, each.measurements.all()) for each in page or ()]
        return self.get_paginated_response(ReadingRow(told, many=True).data)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        each = self.get_object()
        return Response(ReadingRow(reading(each, each.measurements.all())).data)

    @extend_schema(
        parameters=[OpenApiParameter("city", str, required=True, description="a city’s slug"), PACT],
        responses=FigureRow(many=True),
    )
    @action(detail=False, methods=["get"], pagination_class=None, filter_backends=[])
    def counted(self, request: Request) -> Response:
        """Figures counted from what was done here; small counts of people are not told."""
        city = get_object_or_404(City, slug=request.query_params.get("city", ""), is_open=True)
        scope = Scope(city, pact_of(city, request.query_params.get("pact", "")))
        return Response(FigureRow(counted(scope, sessions(scope)), many=True).data)

    @extend_schema(request=Measured, responses={201: Measured})
    @action(detail=True, methods=["post"], permission_classes=[IsAuthenticated])
    def measurements(self, request: Request, pk: str) -> Response:
        """Write down a value; measured again on the same day, the newer value stands."""
        asked = Measured(data=request.data)
        asked.is_valid(raise_exception=True)
        row = actions.measure(by=request.user, indicator=self.get_object(), **asked.validated_data)
        return Response(Measured(row).data, status=status.HTTP_201_CREATED)


class Observations(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Observation]):
    """What people saw and tell, as far as they said that it may go."""

    serializer_class = ObservationRow
    permission_classes = [AnyoneReads]
    queryset = Observation.objects.across_cities().none()

    def get_queryset(self) -> Any:
        person = self.request.user if self.request.user.is_authenticated else None
        rows: Any = city_rows(Observation.objects.all(), self.request)
        slug = self.request.query_params.get("city", "")
        city = City.objects.filter(slug=slug).first() if slug and person is not None else None
        rows = rows.visible_to(person, researcher=city is not None and can_read_all(person, city))
        return rows.for_list().select_related("pact", "city")

    @extend_schema(parameters=[CITY])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(request=Observed, responses={201: ObservationRow})
    def create(self, request: Request) -> Response:
        """Tell what one saw."""
        asked = Observed(data=request.data)
        asked.is_valid(raise_exception=True)
        facts = dict(asked.validated_data)
        city = get_object_or_404(City, slug=facts.pop("city"), is_open=True)
        slug = facts.pop("commons")
        facts["commons"] = get_object_or_404(Commons.objects.in_city(city), slug=slug) if slug else None
        facts["pact"] = pact_of(city, facts["pact"])
        row = actions.observe(by=request.user, city=city, **facts)
        return Response(ObservationRow(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ConsentChanged, responses=ObservationRow)
    @action(detail=True, methods=["post"], permission_classes=[IsAuthenticated])
    def consent(self, request: Request, pk: str) -> Response:
        """Say anew how far one's own words may go."""
        asked = ConsentChanged(data=request.data)
        asked.is_valid(raise_exception=True)
        row = actions.change_consent(by=request.user, observation=self.get_object(), **asked.validated_data)
        return Response(ObservationRow(row).data)


class Studies(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Study]):
    """Questions that researchers and participants look into together."""

    serializer_class = StudyRow
    permission_classes = [AnyoneReads]
    queryset = Study.objects.across_cities().none()

    def get_queryset(self) -> Any:
        rows: Any = city_rows(Study.objects.all(), self.request)
        return rows.for_page().select_related("city")

    @extend_schema(parameters=[CITY])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(request=StudyOpened, responses={201: StudyRow})
    def create(self, request: Request) -> Response:
        """Open a study."""
        asked = StudyOpened(data=request.data)
        asked.is_valid(raise_exception=True)
        facts = dict(asked.validated_data)
        city = get_object_or_404(City, slug=facts.pop("city"), is_open=True)
        facts["pact"] = pact_of(city, facts["pact"])
        study = actions.open_study(by=request.user, city=city, **facts)
        return Response(StudyRow(study).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={202: ExportRow})
    @action(detail=True, methods=["post"], permission_classes=[IsAuthenticated])
    def exports(self, request: Request, pk: str) -> Response:
        """Start a data package of what people agreed to share."""
        export = actions.start_export(by=request.user, study=self.get_object())
        return Response(ExportRow(export).data, status=status.HTTP_202_ACCEPTED)

    def _export(self, request: Request, export: str) -> Export:
        """An export of this study, to who may take it along; to others it is not there."""
        study = self.get_object()
        if not can_export(request.user, study):
            raise Http404
        row: Export = get_object_or_404(Export.objects.in_city(study.city), study=study, pk=export)
        return row

    @extend_schema(responses=ExportRow, parameters=[OpenApiParameter("export", OpenApiTypes.UUID, "path")])
    @action(
        detail=True,
        methods=["get"],
        url_path=r"exports/(?P<export>[0-9a-f-]{36})",
        url_name="export",
        permission_classes=[IsAuthenticated],
    )
    def export(self, request: Request, pk: str, export: str) -> Response:
        """How far an export is."""
        return Response(ExportRow(self._export(request, export)).data)

    @extend_schema(
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
        parameters=[OpenApiParameter("export", OpenApiTypes.UUID, "path")],
    )
    @action(
        detail=True,
        methods=["get"],
        url_path=r"exports/(?P<export>[0-9a-f-]{36})/file",
        url_name="export-file",
        permission_classes=[IsAuthenticated],
    )
    def file(self, request: Request, pk: str, export: str) -> FileResponse:
        """The data package as a ZIP."""
        row = self._export(request, export)
        if not row.file:
            raise Http404
        name = f"{row.study.slug}.zip"
        return FileResponse(storages["protected"].open(row.file), as_attachment=True, filename=name)


router = SimpleRouter()
router.register("indicators", Indicators, basename="indicator")
router.register("observations", Observations, basename="observation")
router.register("studies", Studies, basename="study")
urlpatterns: list[URLPattern | URLResolver] = [path("", include(router.urls))]
