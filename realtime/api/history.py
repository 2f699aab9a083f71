"""Endpoints of a room's past: its text at any moment, its versions, and words to be taken out."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.base import comparing
from backend.base.problems import Conflict
from backend.people.models import Person
from realtime import permissions
from realtime.actions import agree_erasure, ask_erasure, refuse_erasure, restore_version
from realtime.actions.beside import is_public
from realtime.actions.upkeep import past_is_near
from realtime.api.rooms import asker_of, room_of
from realtime.models import Erasure, Participant, Room, Version
from realtime.serializers import AnswerErasureSerializer, AskErasureSerializer, ReasonSerializer
from realtime.store import past
from realtime.views.erasure import serves
from realtime.views.history import chosen
from realtime.views.moments import moment_of, show_moment, sittings_of
from realtime.views.taking import FORMS, as_file

SITTINGS = 50


def _reader(request: Request, key: UUID) -> tuple[Room, Participant | None, Any]:
    """For who is in the room or leads it, also when it is closed. Raises Http404."""
    room, participant, person = room_of(request, key)
    if not permissions.is_admitted(participant) and (person is None or not permissions.can_keep_door(person, room)):
        raise Http404
    return room, participant, person


def _require_near(room: Room) -> None:
    if not past_is_near(room):
        raise Conflict("preparing", _("The history of a long text is being put together. Try again in a minute."))


class History(APIView):
    """The text after one update (`at`, else the newest), whose words stand in it, and by whom and when it came."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="rooms_history",
        parameters=[OpenApiParameter("at", int, description="The number of an update.")],
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, key: UUID) -> Response:
        room, _participant, _person = _reader(request, key)
        _require_near(room)
        held = past.past(room)
        shown = show_moment(room, held, moment_of(room, held, request.query_params.get("at")))
        return Response(
            {
                "first": held.floor,
                "last": held.head,
                "number": shown.number,
                "at": shown.step.at if shown.step else None,
                "by": shown.by,
                "html": shown.html,
                "blocks": shown.blocks,
                "people": shown.people,
            }
        )


class Sittings(APIView):
    """When people wrote together, the newest first, a page at a time."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="rooms_sittings",
        parameters=[OpenApiParameter("page", int)],
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, key: UUID) -> Response:
        room, _participant, _person = _reader(request, key)
        _require_near(room)
        rows = sittings_of(room, past.past(room))
        wanted = str(request.query_params.get("page", "1"))
        page = min(max(int(wanted) if wanted.isdecimal() else 1, 1), 10_000)
        part = rows[(page - 1) * SITTINGS : page * SITTINGS]
        return Response({"sittings": part, "count": len(rows), "more": len(rows) > page * SITTINGS})


class Compare(APIView):
    """What leads from one version to another, or to the text of `now`: block by block, word by word."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="rooms_compare",
        parameters=[OpenApiParameter("from", str, required=True), OpenApiParameter("to", str)],
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, key: UUID) -> Response:
        room, _participant, _person = _reader(request, key)
        rows = Version.objects.in_city(room.city_id).filter(room=room).for_list()[:200]
        versions = {str(version.number): version for version in rows}
        names = request.query_params
        before, after = (chosen(room, versions, names.get(name, "now")) for name in ("from", "to"))
        found = comparing.compare(before["content"], after["content"])
        return Response(
            {"counts": found.counts, "look": found.look, "changes": [each._asdict() for each in found.changes]}
        )


class VersionDocument(APIView):
    """A version as a file, rendered by the server; public where it was handed in."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="rooms_version_document",
        parameters=[OpenApiParameter("as", str, enum=list(FORMS))],
        responses={(200, "text/html"): OpenApiTypes.STR, (200, "application/json"): OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, key: UUID, number: int) -> HttpResponse:
        rows = Version.objects.across_cities().filter(room=key, number=number)
        version = rows.select_related("room__city", "room__proposal").first()
        if version is None:
            raise Http404
        if not is_public(version, version.room):
            _reader(request, key)
        kind = request.query_params.get("as", "html")
        if kind not in FORMS:
            raise Http404
        return as_file(version.room, version.content, kind, title=version.title, number=number)


class Restore(APIView):
    """Put a version back into the text, as new edits that everyone sees."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="rooms_version_restore", request=ReasonSerializer, responses={200: OpenApiTypes.OBJECT})
    def post(self, request: Request, key: UUID, number: int) -> Response:
        room, _participant, person = _reader(request, key)
        version = Version.objects.in_city(room.city_id).filter(room=room, number=number).first()
        if version is None:
            raise Http404
        version.room = room
        form = ReasonSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response({"number": restore_version(version=version, by=person, **form.validated_data)})


# --- Words to be taken out ---------------------------------------------------------------


def _asker(request: Request, key: UUID) -> tuple[Room, Any]:
    """For who was ever in the room, who leads it, and the city's staff. Raises Http404."""
    rows = Room.objects.across_cities().select_related("city", "group", "thread", "proposal")
    room = get_object_or_404(rows, pk=key)
    participant = asker_of(request, room)
    person = request.user if request.user.is_authenticated else participant.person if participant else None
    if person is None or not (permissions.was_in(participant) or serves(person, room)):
        raise Http404
    return room, person


class Erasures(APIView):
    """Ask that one's words (or, for the city's staff, somebody's) be taken out of the room for good."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="rooms_erasure_ask", request=AskErasureSerializer, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, key: UUID) -> Response:
        room, by = _asker(request, key)
        form = AskErasureSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        wanted = form.validated_data["person"]
        person = by if wanted in (None, by.pk) else get_object_or_404(_writers(room), pk=wanted)
        made = ask_erasure(room=room, person=person, by=by, reason=form.validated_data["reason"])
        return Response({"id": made.pk, "state": made.state}, status=status.HTTP_201_CREATED)


def _writers(room: Room) -> Any:
    return Person.objects.filter(participations__room=room)


class AnswerErasure(APIView):
    """Who leads the room agrees, and the words are gone for good; or refuses, and says why."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="rooms_erasure_answer", request=AnswerErasureSerializer, responses={200: OpenApiTypes.OBJECT}
    )
    def post(self, request: Request, key: UUID, erasure: UUID) -> Response:
        room, by = _asker(request, key)
        rows = Erasure.objects.in_city(room.city_id).filter(room=room).select_related("person")
        found = get_object_or_404(rows, pk=erasure)
        found.room = room
        form = AnswerErasureSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        act = agree_erasure if form.validated_data["agree"] else refuse_erasure
        act(erasure=found, by=by, reason=form.validated_data["reason"])
        return Response({"id": found.pk, "state": found.state, "taken": found.taken})


urlpatterns: list[URLPattern] = [
    path("rooms/<uuid:key>/history/", History.as_view()),
    path("rooms/<uuid:key>/history/sittings/", Sittings.as_view()),
    path("rooms/<uuid:key>/compare/", Compare.as_view()),
    path("rooms/<uuid:key>/versions/<int:number>/document/", VersionDocument.as_view()),
    path("rooms/<uuid:key>/versions/<int:number>/restore/", Restore.as_view()),
    path("rooms/<uuid:key>/erasures/", Erasures.as_view()),
    path("rooms/<uuid:key>/erasures/<uuid:erasure>/", AnswerErasure.as_view()),
]
