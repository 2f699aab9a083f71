"""Endpoints of rooms under /api/v1/rooms/."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import URLPattern, path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.base import prose
from backend.base.limits import client_address
from realtime import document, permissions, store, tools
from realtime.actions import join_room, return_to_room
from realtime.actions.acts import sent_away
from realtime.actions.minutes import find_minutes, latest
from realtime.actions.paper import told
from realtime.choices import Access, ParticipantState
from realtime.models import Minutes, MinutesRevision, Participant, Room, Version
from realtime.serializers import (
    JoinedSerializer,
    JoinSerializer,
    PhotoMadeSerializer,
    PhotoSerializer,
    RoomSerializer,
    TicketSerializer,
    ToolStatesSerializer,
    VersionSerializer,
)
from realtime.tools.board import add_photo
from realtime.views.board import photo_file
from realtime.views.minutes import may_read, paper_of

TEXTS = {
    "html": ("text/html; charset=utf-8", prose.to_html),
    "text": ("text/plain; charset=utf-8", prose.to_text),
    "markdown": ("text/markdown; charset=utf-8", prose.to_markdown),
}


def room_of(request: Request, key: UUID) -> tuple[Room, Participant | None, Any]:
    """The room, who of it is asking, and the person. Raises Http404 for what is none of the asker's business."""
    rows = Room.objects.across_cities().select_related("city", "group", "thread", "commons", "proposal")
    room = rows.filter(pk=key).first()
    if room is None:
        raise Http404
    participant = asker_of(request, room)
    person = request.user if request.user.is_authenticated else participant.person if participant else None
    if not permissions.can_see(person, room, participant):
        if participant is not None:
            participant.room = room
            raise sent_away(participant)
        raise Http404
    return room, participant, person


def asker_of(request: Request, room: Room) -> Participant | None:
    """A token signs in behind Django's back, so the API asks for itself."""
    if request.user.is_authenticated:
        rows = Participant.objects.in_city(room.city_id).filter(room=room, person=request.user.pk)
        found = rows.select_related("person").first()
    else:
        found = permissions.participant_of(request, room)
    if found is not None:
        found.room = room
    return found


def joined(participant: Participant, log: int | None = None) -> Response:
    ticket = permissions.ticket_for(participant, log=log)
    body = {
        "room": participant.room_id,
        "participant": participant.pk,
        "status": participant.state,
        "ticket": ticket,
        "websocket": permissions.websocket_path(participant, ticket),
    }
    return Response(JoinedSerializer(body).data, status=status.HTTP_201_CREATED)


class Rooms(ListAPIView[Room]):
    """Open rooms that anyone may enter, and those that the caller is in."""

    permission_classes = [AllowAny]
    serializer_class = RoomSerializer
    filter_backends: list[Any] = []

    def get_queryset(self) -> Any:
        person = self.request.user if self.request.user.is_authenticated else None
        rows = (
            Room.objects.across_cities().open().visible_to(person).select_related("city").order_by("-starts_at", "-id")
        )
        city = self.request.query_params.get("city", "")
        return rows.filter(city__slug=city) if city else rows

    @extend_schema(operation_id="rooms_list", parameters=[OpenApiParameter("city", str, description="A city's slug.")])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class Join(APIView):
    """Come into a room with its code or with the token of its QR code."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="rooms_join", request=JoinSerializer, responses={201: JoinedSerializer})
    def post(self, request: Request) -> Response:
        form = JoinSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        person = request.user if request.user.is_authenticated else None
        participant = join_room(
            **form.validated_data,
            language=getattr(request, "LANGUAGE_CODE", "en"),
            person=person,
            known=partial(permissions.guest_in, request),
            address=client_address(request),
        )
        response = joined(participant)
        if person is None:
            permissions.remember(response, participant)
        return response


class TicketView(APIView):
    """A fresh ticket, for who is signed in or holds the room's cookie."""

    permission_classes = [AllowAny]
    parser_classes = [JSONParser, FormParser, MultiPartParser]  # who says nothing may say it in any way

    @extend_schema(operation_id="rooms_ticket", request=TicketSerializer, responses={201: JoinedSerializer})
    def post(self, request: Request, key: UUID) -> Response:
        form = TicketSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        room, _participant, person = room_of(request, key)
        if person is None:
            raise Http404
        participant = return_to_room(room=room, by=person, known=partial(permissions.guest_in, request))
        return joined(participant, form.validated_data.get("log"))


class DocumentView(APIView):
    """The room's text, rendered by the server."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="rooms_document",
        parameters=[
            OpenApiParameter("as", str, enum=["json", "html", "text", "markdown", "prosemirror"]),
            OpenApiParameter("suggestions", str, enum=["marked"], description="With what is proposed, marked as such."),
        ],
        responses={(200, "application/json"): OpenApiTypes.OBJECT, (200, "text/html"): OpenApiTypes.STR},
    )
    def get(self, request: Request, key: UUID) -> HttpResponse:
        room, participant, _person = room_of(request, key)
        if room.access != Access.PUBLIC and not permissions.is_admitted(participant):
            raise Http404
        kind = request.query_params.get("as", "json")
        if kind not in {*TEXTS, "json", "prosemirror"}:
            raise Http404
        marked = request.query_params.get("suggestions") == "marked"
        # Whoever asks again and again, as a page without a socket does, gets the text when there is a newer one.
        tag = f'W/"{room.pk.hex}-{room.head}-{kind}{"-marked" if marked else ""}"'
        if request.headers.get("If-None-Match") == tag:
            answer = HttpResponse(status=status.HTTP_304_NOT_MODIFIED)
        else:
            answer = self._said(room, kind, marked=marked)
        answer["ETag"] = tag
        answer["Cache-Control"] = "private, no-cache"
        return answer

    @staticmethod
    def _said(room: Room, kind: str, *, marked: bool) -> HttpResponse:
        """Without `marked` the text as it stands: what is only proposed is left out."""
        updates, number, _damaged = store.updates_of(room.pk)
        said = document.read(updates)
        content = prose.clean(said.content) if marked else prose.as_it_stands(said.content)
        if kind in TEXTS:
            content_type, render = TEXTS[kind]
            return HttpResponse(render(content), content_type=content_type)
        body: dict[str, Any] = content
        if kind == "json":
            blocks = [piece._asdict() for piece in prose.blocks(content)]
            here = {"room": str(room.pk), "number": number, "language": room.language}
            body = {**here, "blocks": blocks, "board": said.board}
        return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


class Tools(APIView):
    """The room's tools, as the caller may see them."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="rooms_tools", responses={200: ToolStatesSerializer})
    def get(self, request: Request, key: UUID) -> Response:
        room, participant, _person = room_of(request, key)
        if participant is None or participant.state != ParticipantState.ADMITTED:
            participant = None
            if room.access != Access.PUBLIC:
                raise Http404
        return Response(tools.show(room, tools.viewer_of(participant)))


class Tool(APIView):
    """One command of a tool; the same as by socket and by form."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="rooms_tool_command", request=OpenApiTypes.OBJECT, responses={200: ToolStatesSerializer}
    )
    def post(self, request: Request, key: UUID, tool: str, command: str) -> Response:
        room, _participant, person = room_of(request, key)
        if person is None:
            raise Http404
        args = request.data if isinstance(request.data, dict) else {}
        tools.do(room=room, tool=tool, command=command, by=person, args=args)
        seat = asker_of(request, room)  # as the command left it
        return Response(tools.show(room, tools.viewer_of(seat), [tool]))


class Versions(ListAPIView[Version]):
    """The versions of the text that were kept."""

    permission_classes = [AllowAny]
    serializer_class = VersionSerializer
    filter_backends: list[Any] = []

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Version.objects.across_cities().none()
        room, participant, _person = room_of(self.request, self.kwargs["key"])
        if not permissions.is_admitted(participant):
            raise Http404
        return Version.objects.in_city(room.city_id).filter(room=room).for_list()


class Photos(APIView):
    """A photo onto the board."""

    permission_classes = [AllowAny]
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="rooms_photos_create",
        request={"multipart/form-data": PhotoSerializer},
        responses={201: PhotoMadeSerializer},
    )
    def post(self, request: Request, key: UUID) -> Response:
        room, _participant, person = room_of(request, key)
        if person is None:
            raise Http404
        photo = add_photo(room=room, by=person, file=request.FILES.get("file"), args=request.POST)
        return Response(PhotoMadeSerializer(photo).data, status=status.HTTP_201_CREATED)


class Photo(APIView):
    """The file of a photo on the board."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="rooms_photos_retrieve",
        parameters=[OpenApiParameter("width", int, description="At least as wide, where there is one.")],
        responses={(200, "image/webp"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, key: UUID, photo: UUID) -> HttpResponseBase:
        room, participant, _person = room_of(request, key)
        width = request.query_params.get("width", "800")
        return photo_file(room, participant, photo, int(width) if width.isdecimal() else 800, "webp")


class MinutesView(APIView):
    """The minutes of the session, as page and paper say them."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="rooms_minutes", responses={200: ToolStatesSerializer})
    def get(self, request: Request, key: UUID) -> Response:
        room, participant, found, revision = _minutes(request, key)
        state = tools.show(room, tools.viewer_of(participant), ["minutes"])["minutes"]
        return Response({**told(room, found, revision), "state": state})


class MinutesPaper(APIView):
    """The minutes as a PDF."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="rooms_minutes_pdf", responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, key: UUID) -> HttpResponse:
        room, _participant, found, _revision = _minutes(request, key)
        return paper_of(room, found)


def _minutes(request: Request, key: UUID) -> tuple[Room, Participant | None, Minutes | None, MinutesRevision | None]:
    """Minutes that the caller may read. Raises Http404."""
    room = Room.objects.across_cities().select_related("city", "proposal").filter(pk=key).first()
    if room is None:
        raise Http404
    participant, found = asker_of(request, room), find_minutes(room)
    if not may_read(found, participant):
        raise Http404
    return room, participant, found, found.proposed if found is not None and found.proposed_id else latest(found)


urlpatterns: list[URLPattern] = [
    path("rooms/", Rooms.as_view()),
    path("rooms/join/", Join.as_view()),
    path("rooms/<uuid:key>/ticket/", TicketView.as_view()),
    path("rooms/<uuid:key>/document/", DocumentView.as_view()),
    path("rooms/<uuid:key>/versions/", Versions.as_view()),
    path("rooms/<uuid:key>/minutes/", MinutesView.as_view()),
    path("rooms/<uuid:key>/minutes/pdf/", MinutesPaper.as_view()),
    path("rooms/<uuid:key>/photos/", Photos.as_view()),
    path("rooms/<uuid:key>/photos/<uuid:photo>/", Photo.as_view()),
    path("rooms/<uuid:key>/tools/", Tools.as_view()),
    path("rooms/<uuid:key>/tools/<slug:tool>/<slug:command>/", Tool.as_view()),
]
