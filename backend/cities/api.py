"""Endpoints of this app under /api/v1/."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import SAFE_METHODS, AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from backend.cities import actions
from backend.cities.models import City, Group, Regulation
from backend.cities.permissions import can_grant_role, is_member
from backend.cities.querysets import ScopedQuerySet
from backend.cities.serializers import (
    Belonging,
    CityRow,
    GroupChanged,
    GroupFounded,
    GroupRow,
    Invited,
    RegulationRow,
    RoleGiven,
    RoleRow,
    RoleTaken,
)
from backend.people.choices import Scope
from backend.people.models import Person, RoleGrant

CITY = OpenApiParameter("city", str, description="a city's slug; without it, all cities")


class AnyoneReads(BasePermission):
    """Reading is open; writing asks for a person, and the action for the right."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.method in SAFE_METHODS or bool(request.user and request.user.is_authenticated)


def city_rows(rows: ScopedQuerySet, request: Request) -> ScopedQuerySet:
    """`rows` of the city that `?city=` names, or of all."""
    slug = request.query_params.get("city", "")
    if not slug:
        return rows.across_cities()
    return rows.in_city(get_object_or_404(City, slug=slug, is_open=True))


class Cities(viewsets.ReadOnlyModelViewSet[City]):
    """Cities, their rules, and who belongs to them."""

    serializer_class = CityRow
    queryset = City.objects.filter(is_open=True)
    lookup_field = "slug"
    permission_classes = [AllowAny]

    @extend_schema(responses=RegulationRow)
    @action(detail=True, methods=["get"], pagination_class=None)
    def regulation(self, request: Request, slug: str) -> Response:
        """The present version of the city's regulation."""
        rows: Any = Regulation.objects.in_city(self.get_object()).select_related("city")
        present = rows.present()
        if present is None:
            raise Http404
        return Response(RegulationRow(present).data)

    @extend_schema(request=Belonging, responses=Belonging)
    @action(detail=True, methods=["post"], permission_classes=[IsAuthenticated])
    def membership(self, request: Request, slug: str) -> Response:
        """Belong to the city as neighbour or maker."""
        asked = Belonging(data=request.data)
        asked.is_valid(raise_exception=True)
        member = actions.join_city(by=request.user, city=self.get_object(), kind=asked.validated_data["kind"])
        return Response(Belonging(member).data)

    @extend_schema(operation_id="cities_membership_destroy", responses={204: None})
    @membership.mapping.delete
    def leave(self, request: Request, slug: str) -> Response:
        """Belong to the city no more."""
        actions.leave_city(by=request.user, city=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=RoleGiven, responses={201: RoleRow})
    @action(detail=True, methods=["post"], permission_classes=[IsAuthenticated])
    def roles(self, request: Request, slug: str) -> Response:
        """Give somebody a role of the city."""
        city = self.get_object()
        asked = RoleGiven(data=request.data)
        asked.is_valid(raise_exception=True)
        role = asked.validated_data["role"]
        if not can_grant_role(request.user, city, role):
            self.permission_denied(request)
        person = get_object_or_404(Person, pk=asked.validated_data["person"])
        grant = actions.grant_role(by=request.user, city=city, person=person, role=role)
        return Response(RoleRow(grant).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="cities_roles_destroy",
        request=RoleTaken,
        responses={204: None},
        parameters=[OpenApiParameter("grant", str, OpenApiParameter.PATH)],
    )
    @action(
        detail=True,
        methods=["post"],
        url_path=r"roles/(?P<grant>[0-9a-f-]{36})/revoke",
        permission_classes=[IsAuthenticated],
    )
    def revoke(self, request: Request, slug: str, grant: str) -> Response:
        """Take a role of the city back, with a reason."""
        city = self.get_object()
        asked = RoleTaken(data=request.data)
        asked.is_valid(raise_exception=True)
        row = get_object_or_404(RoleGrant, pk=grant, scope_kind=Scope.CITY, scope_id=city.pk)
        actions.revoke_role(by=request.user, city=city, grant=row, reason=asked.validated_data["reason"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class Groups(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Group]):
    """Groups of people."""

    serializer_class = GroupRow
    permission_classes = [AnyoneReads]
    queryset = Group.objects.across_cities().none()

    def get_queryset(self) -> Any:
        rows: Any = city_rows(Group.objects.all(), self.request)
        return rows.of_people().select_related("city").order_by("name", "pk")

    @extend_schema(parameters=[CITY])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(request=GroupFounded, responses={201: GroupRow})
    def create(self, request: Request) -> Response:
        """Found a group."""
        asked = GroupFounded(data=request.data)
        asked.is_valid(raise_exception=True)
        facts = dict(asked.validated_data)
        city = get_object_or_404(City, slug=facts.pop("city"), is_open=True)
        group = actions.found_group(by=request.user, city=city, **facts)
        return Response(GroupRow(group).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=GroupChanged, responses=GroupRow)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what the group says of itself."""
        group = self.get_object()
        asked = GroupChanged(data=request.data)
        asked.is_valid(raise_exception=True)
        facts = {"name": group.name, "about": group.about, "size": group.size, **asked.validated_data}
        return Response(GroupRow(actions.edit_group(by=request.user, group=group, **facts)).data)

    @extend_schema(request=Invited, responses={204: None})
    @action(detail=True, methods=["post"])
    def invitations(self, request: Request, pk: str) -> Response:
        """Send somebody a link into the group."""
        asked = Invited(data=request.data)
        asked.is_valid(raise_exception=True)
        actions.invite_member(by=request.user, group=self.get_object(), **asked.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def leave(self, request: Request, pk: str) -> Response:
        """Go out of the group."""
        group = self.get_object()
        if not is_member(request.user, group):
            self.permission_denied(request)
        actions.leave_group(by=request.user, group=group)
        return Response(status=status.HTTP_204_NO_CONTENT)


router = SimpleRouter()
router.register("cities", Cities, basename="city")
router.register("groups", Groups, basename="group")
urlpatterns: list[URLPattern | URLResolver] = [path("", include(router.urls))]
