"""Proposals in the API: read by anyone, moved on by the same actions as on the pages."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from backend.cities.api import CITY, AnyoneReads, city_rows
from backend.cities.models import City, Group
from backend.commons.models import Commons
from backend.conversations.api import caller
from backend.conversations.models import Post
from backend.conversations.serializers import PostRow, Said, WithReason
from backend.pacts import actions
from backend.pacts.models import Proposal
from backend.pacts.serializers import (
    Admitted,
    AppealAnswer,
    Asked,
    Credited,
    HandedInAgain,
    Official,
    PactRow,
    ProposalHandedIn,
    ProposalRow,
    ProposalWhole,
    Supported,
)

FILTERS = [
    CITY,
    OpenApiParameter("state", str),
    OpenApiParameter("q", str, description="words of the title or summary"),
]


def asked(kind: Any, request: Request) -> dict[str, Any]:
    """The body's fields, of the right shape; raises for others."""
    found = kind(data=request.data)
    found.is_valid(raise_exception=True)
    return dict(found.validated_data)


class Proposals(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Proposal]):
    """What people propose to their cities."""

    serializer_class = ProposalRow
    permission_classes = [AnyoneReads]
    queryset = Proposal.objects.across_cities().none()

    def get_queryset(self) -> Any:
        wanted = self.request.query_params
        rows: Any = city_rows(Proposal.objects.all(), self.request)
        rows = rows.visible_to(self.request.user).matching(wanted.get("q", ""))
        if wanted.get("state"):
            rows = rows.filter(state=wanted["state"])
        return rows.for_list().select_related("pact", "thread", "group__city").prefetch_related("authorships__person")

    @extend_schema(parameters=FILTERS)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The proposals that the caller may see, newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(responses=ProposalWhole)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One proposal with its latest frozen text."""
        return Response(ProposalWhole(self.get_object()).data)

    @extend_schema(request=ProposalHandedIn, responses={201: ProposalWhole})
    def create(self, request: Request) -> Response:
        """Hand in a text; from a room, the room's own operation does this with all who wrote."""
        given = asked(ProposalHandedIn, request)
        city = get_object_or_404(City, slug=given.pop("city"), is_open=True)
        made = actions.submit_proposal(
            by=caller(request),
            city=city,
            commons=_one(Commons, city, given.pop("commons", "")),
            group=_one(Group, city, given.pop("group", "")),
            authors=[caller(request)],
            origin={},
            **given,
        )
        return self._told(made, status.HTTP_201_CREATED)

    def _told(self, proposal: Proposal, code: int = status.HTTP_200_OK) -> Response:
        """The proposal as it is now; nothing where the caller may not see it any more."""
        fresh = self.get_queryset().filter(pk=proposal.pk).first()
        return Response(ProposalWhole(fresh).data if fresh else None, status=code)

    def _step(self, request: Request, kind: Any, step: Any) -> Response:
        row = self.get_object()
        step(proposal=row, by=caller(request), **(asked(kind, request) if kind else {}))
        return self._told(row)

    @extend_schema(request=Supported, responses=ProposalWhole)
    @action(detail=True, methods=["post"])
    def support(self, request: Request, pk: str) -> Response:
        """Support it; once for each account."""
        return self._step(request, Supported, actions.support)

    @extend_schema(operation_id="proposals_support_destroy", request=None, responses={204: None})
    @support.mapping.delete
    def unsupport(self, request: Request, pk: str) -> Response:
        """Take one's support back."""
        actions.withdraw_support(proposal=self.get_object(), by=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses=PostRow(many=True))
    @action(detail=True, methods=["get"])
    def comments(self, request: Request, pk: str) -> Response:
        """What was said about it, oldest first."""
        row = self.get_object()
        rows = Post.objects.in_city(row.city_id).filter(thread=row.thread_id).shown().order_by("at", "id")
        page = self.paginate_queryset(rows.select_related("by", "on_behalf_of"))
        return self.get_paginated_response(PostRow(page or [], many=True).data)

    @extend_schema(operation_id="proposals_comments_create", request=Said, responses={201: PostRow})
    @comments.mapping.post
    def comment(self, request: Request, pk: str) -> Response:
        """Comment, ask, offer, ask to join, object, or answer."""
        row = self.get_object()
        given = asked(Said, request)
        given["parent"] = _parent(row, given.get("parent"))
        made = actions.comment(proposal=row, by=caller(request), **given)
        return Response(PostRow(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=Official, responses={201: PostRow})
    @action(detail=True, methods=["post"])
    def official(self, request: Request, pk: str) -> Response:
        """The City's word in the thread."""
        row = self.get_object()
        given = asked(Official, request)
        given["parent"] = _parent(row, given.get("parent"))
        made = actions.answer_officially(proposal=row, by=caller(request), **given)
        return Response(PostRow(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=ProposalWhole)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        """An officer has read it: it is public."""
        return self._step(request, None, actions.publish)

    @extend_schema(request=WithReason, responses=ProposalWhole)
    @action(detail=True, methods=["post"], url_path="ask-additions")
    def ask_additions(self, request: Request, pk: str) -> Response:
        """Something is missing."""
        return self._step(request, WithReason, actions.ask_additions)

    @extend_schema(request=HandedInAgain, responses=ProposalWhole)
    @action(detail=True, methods=["post"])
    def resubmit(self, request: Request, pk: str) -> Response:
        """Hand it in again as its next version."""
        return self._step(request, HandedInAgain, actions.resubmit)

    @extend_schema(request=WithReason, responses=ProposalWhole)
    @action(detail=True, methods=["post"], url_path="take-up")
    def take_up(self, request: Request, pk: str) -> Response:
        """Begin the City's review."""
        return self._step(request, WithReason, actions.take_up)

    @extend_schema(request=Admitted, responses={201: PactRow})
    @action(detail=True, methods=["post"])
    def admit(self, request: Request, pk: str) -> Response:
        """Say yes with a reason: the pact is begun."""
        made = actions.admit(proposal=self.get_object(), by=caller(request), **asked(Admitted, request))
        return Response(PactRow(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=WithReason, responses=ProposalWhole)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        """Say no with reasons."""
        return self._step(request, WithReason, actions.reject)

    @extend_schema(request=WithReason, responses=ProposalWhole)
    @action(detail=True, methods=["post"])
    def redirect(self, request: Request, pk: str) -> Response:
        """Another instrument fits better."""
        return self._step(request, WithReason, actions.redirect)

    @extend_schema(request=WithReason, responses=ProposalWhole)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Its authors take it back."""
        return self._step(request, WithReason, actions.withdraw)

    @extend_schema(request=Asked, responses=ProposalWhole)
    @action(detail=True, methods=["post"])
    def appeal(self, request: Request, pk: str) -> Response:
        """Ask for a second look at a no."""
        return self._step(request, Asked, actions.appeal)

    @extend_schema(request=AppealAnswer, responses=ProposalWhole)
    @action(detail=True, methods=["post"], url_path="answer-appeal")
    def answer_appeal(self, request: Request, pk: str) -> Response:
        """Review it again, or leave the no."""
        return self._step(request, AppealAnswer, actions.decide_appeal)

    @extend_schema(request=WithReason, responses=ProposalWhole)
    @action(detail=True, methods=["post"])
    def archive(self, request: Request, pk: str) -> Response:
        """Nothing more happens to it."""
        return self._step(request, WithReason, actions.archive)

    @extend_schema(request=Credited, responses=ProposalWhole)
    @action(detail=True, methods=["post"], permission_classes=[IsAuthenticated])
    def credit(self, request: Request, pk: str) -> Response:
        """An author says whether their name is shown."""
        row = self.get_object()
        actions.credit(proposal=row, person=caller(request), **asked(Credited, request))
        return self._told(row)


def _one(kind: Any, city: City, slug: str) -> Any:
    if not slug:
        return None
    return get_object_or_404(kind.objects.in_city(city), slug=slug)


def _parent(proposal: Proposal, key: Any) -> Post | None:
    if key is None:
        return None
    rows = Post.objects.in_city(proposal.city_id).filter(thread=proposal.thread_id)
    return get_object_or_404(rows.select_related("parent"), pk=key)
