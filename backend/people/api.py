"""Endpoints of this app under /api/v1/."""

from typing import Any

from django.db.models import QuerySet
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import NotFound, Throttled
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.base.limits import client_address
from backend.people import actions
from backend.people.models import ApiToken, Notification, Person
from backend.people.serializers import Me, News, TokenAsked, TokenGiven


class Token(APIView):
    """Keys to the API."""

    def get_permissions(self) -> list[Any]:
        asks = self.request is not None and self.request.method == "POST"
        return [AllowAny()] if asks else list(super().get_permissions())

    def get_authenticators(self) -> list[Any]:
        """Asking for a key needs none, and no cookie of a browser plays a part in it."""
        return [] if self.request is not None and self.request.method == "POST" else super().get_authenticators()

    @extend_schema(
        operation_id="auth_token_create",
        auth=[],
        request=TokenAsked,
        responses={201: TokenGiven, 400: OpenApiResponse(), 429: OpenApiResponse()},
    )
    def post(self, request: Request) -> Response:
        """A key for e-mail and password, and a code where a second factor is on."""
        asked = TokenAsked(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            given = actions.sign_in_for_token(**asked.validated_data, address=client_address(request._request))
        except actions.TooMany:
            raise Throttled(wait=300, detail=_("Too many tries. Wait five minutes.")) from None
        body = TokenGiven({"token": given.secret, "expires_at": given.row.expires_at}).data
        return Response(body, status=status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})

    @extend_schema(operation_id="auth_token_destroy", responses={204: None})
    def delete(self, request: Request) -> Response:
        """End the key that this request carries."""
        if not isinstance(request.auth, ApiToken):
            raise NotFound
        actions.revoke_token(token=request.auth, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class MeView(generics.RetrieveAPIView[Person]):
    """The person who asks, with the roles they hold."""

    serializer_class = Me

    def get_object(self) -> Person:
        person: Person = self.request.user
        return person


class NewsList(generics.ListAPIView[Notification]):
    """What the person who asks should know, newest first."""

    serializer_class = News
    queryset = Notification.objects.none()

    def get_queryset(self) -> QuerySet[Notification]:
        return Notification.objects.filter(person=self.request.user.pk).order_by("-at", "-id")


class NewsRead(APIView):
    """Marks all of it as read."""

    @extend_schema(operation_id="notifications_read", request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        actions.read_notifications(by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


urlpatterns: list[URLPattern] = [
    path("auth/token/", Token.as_view()),
    path("me/", MeView.as_view()),
    path("notifications/", NewsList.as_view()),
    path("notifications/read/", NewsRead.as_view()),
]
