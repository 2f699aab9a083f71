"""Endpoints of this app under /api/v1/."""

from typing import Any

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from backend.base.problems import Conflict
from backend.cities.api import CITY, city_rows
from backend.conversations import actions
from backend.conversations.choices import PostState
from backend.conversations.models import Appeal, Flag, ModerationAct, Post
from backend.conversations.serializers import (
    ActRow,
    AppealAnswered,
    AppealAsked,
    AppealRow,
    FlagRaised,
    FlagRow,
    PostRow,
    WithReason,
)
from backend.people.choices import Role, Scope


def caller(request: Request) -> Any:
    """Who calls: the permission classes let no one else come this far."""
    return request.user


def _asked(kind: Any, request: Request) -> dict[str, Any]:
    asked = kind(data=request.data)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def _moderated_cities(person: Any) -> Q:
    """Rows of the cities in which the caller moderates; elsewhere there is nothing to see."""
    roles = {Role.MODERATOR, Role.FACILITATOR, Role.ADMIN}
    if (Scope.SITE, "", Role.ADMIN) in person.held_roles:
        return Q()
    return Q(city__in=[key for kind, key, role in person.held_roles if kind == Scope.CITY and role in roles])


class Posts(viewsets.GenericViewSet[Post]):
    """Things that people said."""

    serializer_class = PostRow
    permission_classes = [IsAuthenticated]
    queryset = Post.objects.across_cities().filter(state=PostState.VISIBLE)

    @extend_schema(request=FlagRaised, responses={201: None})
    @action(detail=True, methods=["post"])
    def flag(self, request: Request, pk: str) -> Response:
        """Report a post; once each."""
        actions.flag(by=caller(request), post=self.get_object(), **_asked(FlagRaised, request))
        return Response(status=status.HTTP_201_CREATED)


@extend_schema(parameters=[CITY])
class Flags(mixins.ListModelMixin, viewsets.GenericViewSet[Flag]):
    """What waits for a decision, for moderators."""

    serializer_class = FlagRow
    permission_classes = [IsAuthenticated]
    queryset = Flag.objects.across_cities().none()

    def get_queryset(self) -> Any:
        rows: Any = city_rows(Flag.objects.all(), self.request)
        rows = rows.filter(_moderated_cities(self.request.user)).select_related(
            "city", "post", "post__by", "post__city"
        )
        return rows.open().first_of_post().order_by("at", "id") if self.action == "list" else rows

    @extend_schema(request=WithReason, responses=FlagRow)
    @action(detail=True, methods=["post"])
    def keep(self, request: Request, pk: str) -> Response:
        """Leave it as it is."""
        row = self.get_object()
        actions.decide_flag(flag=row, by=caller(request), hide=False, **_asked(WithReason, request))
        return Response(FlagRow(row).data)

    @extend_schema(request=WithReason, responses=FlagRow)
    @action(detail=True, methods=["post"])
    def hide(self, request: Request, pk: str) -> Response:
        """Hide a reported post, with a reason. What is no post is hidden where it belongs."""
        row = self.get_object()
        if row.post is None:
            raise Conflict("not_a_post", _("This is hidden on the moderation page."))
        actions.decide_flag(flag=row, by=caller(request), hide=True, **_asked(WithReason, request))
        return Response(FlagRow(row).data)

    @extend_schema(request=WithReason, responses=FlagRow)
    @action(detail=True, methods=["post"], url_path="pass-on")
    def pass_on(self, request: Request, pk: str) -> Response:
        """Hand it to the city's moderators."""
        row = self.get_object()
        actions.pass_on(flag=row, by=caller(request), **_asked(WithReason, request))
        return Response(FlagRow(row).data)


@extend_schema(parameters=[CITY])
class Acts(mixins.ListModelMixin, viewsets.GenericViewSet[ModerationAct]):
    """The public log of moderation, without names."""

    serializer_class = ActRow
    permission_classes = [AllowAny]
    queryset = ModerationAct.objects.across_cities().none()

    def get_queryset(self) -> Any:
        rows: Any = city_rows(ModerationAct.objects.all(), self.request)
        return rows.about_words().exclude(act="pass_on").log()

    @extend_schema(request=AppealAsked, responses={201: AppealRow})
    @action(detail=True, methods=["post"], permission_classes=[IsAuthenticated])
    def appeal(self, request: Request, pk: str) -> Response:
        """Ask for a second look at a decision about what one wrote."""
        rows = ModerationAct.objects.across_cities().filter(post__by=caller(request)).select_related("post", "appeal")
        made = actions.appeal(act=get_object_or_404(rows, pk=pk), by=caller(request), **_asked(AppealAsked, request))
        return Response(AppealRow(made).data, status=status.HTTP_201_CREATED)


class Appeals(viewsets.GenericViewSet[Appeal]):
    """Second looks, for the city's moderators."""

    serializer_class = AppealRow
    permission_classes = [IsAuthenticated]
    queryset = Appeal.objects.across_cities().none()

    def get_queryset(self) -> Any:
        rows = Appeal.objects.across_cities().filter(_moderated_cities(self.request.user))
        return rows.select_related("city", "act", "act__post", "act__post__by", "by")

    @extend_schema(request=AppealAnswered, responses=AppealRow)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        """Show it again, or leave it hidden; with an answer either way."""
        row = self.get_object()
        if row.act.post is None:
            raise Conflict("not_a_post", _("This is answered in its room, or on the moderation page."))
        made = actions.decide_appeal(appeal=row, by=caller(request), **_asked(AppealAnswered, request))
        return Response(AppealRow(made).data)


router = SimpleRouter()
router.register("posts", Posts, basename="post")
router.register("flags", Flags, basename="flag")
router.register("moderation", Acts, basename="moderation-act")
router.register("appeals", Appeals, basename="appeal")
urlpatterns: list[URLPattern | URLResolver] = [path("", include(router.urls))]
