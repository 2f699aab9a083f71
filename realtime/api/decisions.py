"""What a room voted on and decided, for other programs."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.urls import URLPattern, path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from realtime import permissions
from realtime.actions import decisions_of, polls_of
from realtime.actions.ballots import poll_as_data
from realtime.api.rooms import room_of
from realtime.models import Poll, Room


def _inside(request: Request, key: UUID) -> Room:
    room, participant, _person = room_of(request, key)
    if not permissions.is_admitted(participant):
        raise Http404
    return room


class Polls(APIView):
    """The room's votes that were opened, oldest first; counts of those that are closed."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="rooms_polls", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request, key: UUID) -> Response:
        return Response(polls_of(_inside(request, key)))


class OnePoll(APIView):
    """One vote that is closed; where it was by name, also who chose what."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="rooms_poll", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request, key: UUID, number: int) -> Response:
        room = _inside(request, key)
        found = Poll.objects.in_city(room.city_id).closed().filter(room=room, number=number).first()
        if found is None:
            raise Http404
        return Response(poll_as_data(found))


class Decisions(APIView):
    """The room's consent checks that are closed: the seal of the text, turnout, outcome, and concerns without names."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="rooms_decisions", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request, key: UUID) -> Response:
        told: list[dict[str, Any]] = decisions_of(_inside(request, key))
        return Response(told)


urlpatterns: list[URLPattern] = [
    path("rooms/<uuid:key>/polls/", Polls.as_view()),
    path("rooms/<uuid:key>/polls/<int:number>/", OnePoll.as_view()),
    path("rooms/<uuid:key>/decisions/", Decisions.as_view()),
]
