"""Endpoints of what happens in a session: its messages, how it is led, its groups, and who leads it."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.urls import URLPattern, path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from realtime import permissions, tools
from realtime.actions import ask_again, step_in, texts_of_groups
from realtime.api.rooms import asker_of, joined, room_of
from realtime.models import Participant, Room
from realtime.serializers import JoinedSerializer, SecondLookSerializer
from realtime.tools.appeals import told_log
from realtime.tools.chat import earlier, names_of_signs, visible_message


def _inside(request: Request, key: UUID) -> tuple[Room, Participant, Any]:
    """The same for who is in the room. Raises Http404 for all others."""
    room, participant, person = room_of(request, key)
    if participant is None or not permissions.is_admitted(participant):
        raise Http404
    return room, participant, person


class Messages(APIView):
    """Messages of the chat before one of them, a page at a time."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="rooms_messages",
        parameters=[OpenApiParameter("before", str, description="The id of the first message that is known.")],
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, key: UUID) -> Response:
        room, participant, _person = _inside(request, key)
        before = str(request.query_params.get("before", ""))[:40]
        messages, more = earlier(room, tools.viewer_of(participant), before)
        return Response({"messages": messages, "earlier": more})


class Signs(APIView):
    """Who gave which sign to a message."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="rooms_message_signs", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request, key: UUID, message: UUID) -> Response:
        room, _participant, _person = _inside(request, key)
        found = visible_message(room, message)
        if found is None:
            raise Http404
        return Response({"signs": dict(names_of_signs(room, found))})


class Log(APIView):
    """How the room is led: every act for facilitators, for others those about all and about themselves."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="rooms_log", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request, key: UUID) -> Response:
        room, participant, person = _inside(request, key)
        leads = participant.role in permissions.LEADS
        return Response({"acts": told_log(room, person, leads=leads)})


class SecondLooks(APIView):
    """Ask someone else to look again at an act; also for who was removed by it."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="rooms_appeal", request=SecondLookSerializer, responses={201: None})
    def post(self, request: Request, key: UUID) -> Response:
        room = Room.objects.across_cities().select_related("city", "thread", "group").filter(pk=key).first()
        participant = asker_of(request, room) if room is not None else None
        if room is None or participant is None:
            raise Http404
        form = SecondLookSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        ask_again(room=room, by=participant.person, **form.validated_data)
        return Response(status=status.HTTP_201_CREATED)


class GroupTexts(APIView):
    """The texts of the latest round of groups, beside each other."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="rooms_groups", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request, key: UUID) -> Response:
        room, _participant, _person = _inside(request, key)
        return Response({"groups": texts_of_groups(room)})


class StepIn(APIView):
    """Lead a room that nobody leads now."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="rooms_step_in", request=None, responses={201: JoinedSerializer})
    def post(self, request: Request, key: UUID) -> Response:
        rows = Room.objects.across_cities().open().select_related("city", "group", "thread")
        room = rows.filter(pk=key).first()
        if room is None or not permissions.can_step_in(request.user, room):
            raise Http404
        return joined(step_in(room=room, by=request.user))


urlpatterns: list[URLPattern] = [
    path("rooms/<uuid:key>/messages/", Messages.as_view()),
    path("rooms/<uuid:key>/messages/<uuid:message>/signs/", Signs.as_view()),
    path("rooms/<uuid:key>/log/", Log.as_view()),
    path("rooms/<uuid:key>/appeals/", SecondLooks.as_view()),
    path("rooms/<uuid:key>/groups/", GroupTexts.as_view()),
    path("rooms/<uuid:key>/step-in/", StepIn.as_view()),
]
