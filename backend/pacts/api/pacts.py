"""Pacts in the API: the public register, and every step of writing, signing and caring."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from backend.cities.api import CITY, AnyoneReads, city_rows
from backend.cities.models import Group
from backend.conversations.api import caller
from backend.conversations.serializers import WithReason
from backend.pacts import actions
from backend.pacts.api.proposals import asked
from backend.pacts.models import Pact, Party
from backend.pacts.serializers import (
    Agreed,
    ClauseAdded,
    ClauseWritten,
    CommitmentMoved,
    CommitmentRow,
    Committed,
    PactRow,
    PactWhole,
    PartyAdded,
    PartyRow,
    Reported,
    ReportRow,
    SignatureRow,
    Signed,
    Terms,
    VersionRow,
)

FILTERS = [
    CITY,
    OpenApiParameter("state", str),
    OpenApiParameter("commons", str, description="a place's slug"),
    OpenApiParameter("q", str, description="words of the title, number or parties"),
]
KEY = OpenApiParameter("key", str, OpenApiParameter.PATH, description="of the regulation's list of clauses")
NUMBER = OpenApiParameter("number", int, OpenApiParameter.PATH)
CHILD = OpenApiParameter("child", {"type": "string", "format": "uuid"}, OpenApiParameter.PATH)


class Pacts(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Pact]):
    """Agreements of cities and groups, named by their reference."""

    serializer_class = PactRow
    permission_classes = [AnyoneReads]
    queryset = Pact.objects.across_cities().none()
    lookup_field = "reference"
    lookup_value_regex = "[A-Za-z0-9-]+"

    def get_queryset(self) -> Any:
        wanted = self.request.query_params
        rows: Any = city_rows(Pact.objects.all(), self.request)
        rows = rows.visible_to(self.request.user).matching(wanted.get("q", ""))
        if wanted.get("state"):
            rows = rows.filter(state=wanted["state"])
        if wanted.get("commons"):
            rows = rows.filter(commons__slug=wanted["commons"])
        rows = rows.for_list().select_related("proposal", "regulation", "thread")
        return rows.prefetch_related("parties__group", "commitments__parties", "reports__by")

    @extend_schema(parameters=FILTERS)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The public register, and what the caller has a part in."""
        return super().list(request, *args, **kwargs)

    @extend_schema(responses=PactWhole)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One pact with its newest text."""
        return Response(PactWhole(self.get_object()).data)

    def _told(self, pact: Pact, code: int = status.HTTP_200_OK) -> Response:
        return Response(PactWhole(self.get_queryset().get(pk=pact.pk)).data, status=code)

    def _step(self, request: Request, kind: Any, step: Any) -> Response:
        row = self.get_object()
        step(pact=row, by=caller(request), **(asked(kind, request) if kind else {}))
        return self._told(row)

    def _party(self, pact: Pact, key: Any) -> Party:
        return get_object_or_404(pact.parties.select_related("group"), pk=key)

    # -- The text ---------------------------------------------------------------------------------

    @extend_schema(parameters=[NUMBER], responses=VersionRow)
    @action(detail=True, methods=["get"], url_path=r"versions/(?P<number>\d+)")
    def version(self, request: Request, reference: str, number: str) -> Response:
        """One text as it stood, with its hash."""
        rows = self.get_object().versions.prefetch_related("clauses", "signatures")
        return Response(VersionRow(get_object_or_404(rows, number=number)).data)

    @extend_schema(request=ClauseAdded, responses={201: PactWhole})
    @action(detail=True, methods=["post"])
    def clauses(self, request: Request, reference: str) -> Response:
        """Add a clause of the regulation's list."""
        row = self.get_object()
        actions.add_clause(pact=row, by=caller(request), **asked(ClauseAdded, request))
        return self._told(row, status.HTTP_201_CREATED)

    @extend_schema(operation_id="pacts_clause_update", parameters=[KEY], request=ClauseWritten, responses=PactWhole)
    @action(detail=True, methods=["put"], url_path=r"clauses/(?P<key>[a-z_]+)")
    def clause(self, request: Request, reference: str, key: str) -> Response:
        """Write a clause anew; 409 `text_changed` where others changed it since `base`."""
        row = self.get_object()
        actions.edit_clause(pact=row, by=caller(request), key=key, **asked(ClauseWritten, request))
        return self._told(row)

    @extend_schema(operation_id="pacts_clause_drop", parameters=[KEY], request=WithReason, responses=PactWhole)
    @action(detail=True, methods=["post"], url_path=r"clauses/(?P<key>[a-z_]+)/drop")
    def drop(self, request: Request, reference: str, key: str) -> Response:
        """Take out a clause that the form does not ask for."""
        row = self.get_object()
        actions.drop_clause(pact=row, by=caller(request), key=key, **asked(WithReason, request))
        return self._told(row)

    @extend_schema(request=Terms, responses=PactWhole)
    @action(detail=True, methods=["post"])
    def terms(self, request: Request, reference: str) -> Response:
        """How long it lasts, and the share for its fund."""
        return self._step(request, Terms, actions.set_terms)

    # -- The parties --------------------------------------------------------------------------------

    @extend_schema(request=PartyAdded, responses={201: PartyRow})
    @action(detail=True, methods=["post"])
    def parties(self, request: Request, reference: str) -> Response:
        """Bring in another group."""
        row = self.get_object()
        group = get_object_or_404(Group.objects.in_city(row.city_id), slug=asked(PartyAdded, request)["group"])
        made = actions.add_party(pact=row, by=caller(request), group=group)
        return Response(PartyRow(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="pacts_party_leave", parameters=[CHILD], request=WithReason, responses={204: None})
    @action(detail=True, methods=["post"], url_path=r"parties/(?P<child>[0-9a-f-]{36})/leave")
    def leave(self, request: Request, reference: str, child: str) -> Response:
        """A group goes before anything is signed."""
        party = self._party(self.get_object(), child)
        actions.leave_as_party(party=party, by=caller(request), **asked(WithReason, request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=Agreed, responses=PactWhole)
    @action(detail=True, methods=["post"])
    def agree(self, request: Request, reference: str) -> Response:
        """Say yes, for a party, to the exact text; 409 `text_changed` where there is a newer one."""
        row, given = self.get_object(), asked(Agreed, request)
        actions.agree(party=self._party(row, given["party"]), by=caller(request), sha256=given["sha256"])
        return self._told(row)

    @extend_schema(request=None, responses=PactWhole)
    @action(detail=True, methods=["post"])
    def freeze(self, request: Request, reference: str) -> Response:
        """Freeze the agreed text and open the signing."""
        return self._step(request, None, actions.freeze)

    @extend_schema(request=Signed, responses={201: SignatureRow})
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, reference: str) -> Response:
        """Sign for a party; 409 `text_changed` or `signed_already`."""
        given = asked(Signed, request)
        party = self._party(self.get_object(), given.pop("party"))
        made = actions.sign(party=party, by=caller(request), **given)
        return Response(SignatureRow(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=WithReason, responses=PactWhole)
    @action(detail=True, methods=["post"], url_path="give-up")
    def give_up(self, request: Request, reference: str) -> Response:
        """End the talks without a pact."""
        return self._step(request, WithReason, actions.give_up)

    @extend_schema(request=WithReason, responses=PactWhole)
    @action(detail=True, methods=["post"])
    def restart(self, request: Request, reference: str) -> Response:
        """Take the talks up again."""
        return self._step(request, WithReason, actions.restart)

    # -- Its life -----------------------------------------------------------------------------------

    @extend_schema(request=Committed, responses={201: CommitmentRow})
    @action(detail=True, methods=["post"])
    def commitments(self, request: Request, reference: str) -> Response:
        """Add what one or more parties promise."""
        row, given = self.get_object(), asked(Committed, request)
        parties = [self._party(row, key) for key in given.pop("parties")]
        made = actions.add_commitment(pact=row, by=caller(request), parties=parties, **given)
        return Response(CommitmentRow(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="pacts_commitment_move", parameters=[CHILD], request=CommitmentMoved, responses=CommitmentRow
    )
    @action(detail=True, methods=["post"], url_path=r"commitments/(?P<child>[0-9a-f-]{36})")
    def commitment(self, request: Request, reference: str, child: str) -> Response:
        """Say how a commitment stands."""
        row = get_object_or_404(self.get_object().commitments.select_related("pact__city", "city"), pk=child)
        actions.move_commitment(commitment=row, by=caller(request), **asked(CommitmentMoved, request))
        return Response(CommitmentRow(row).data)

    @extend_schema(operation_id="pacts_reports_create", request=Reported, responses={201: ReportRow})
    @action(detail=True, methods=["post"], url_path="reports")
    def report(self, request: Request, reference: str) -> Response:
        """Hand in a report under the four headings."""
        made = actions.report(pact=self.get_object(), by=caller(request), **asked(Reported, request))
        return Response(ReportRow(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="pacts_report_accept", parameters=[CHILD], request=None, responses=ReportRow)
    @action(detail=True, methods=["post"], url_path=r"reports/(?P<child>[0-9a-f-]{36})/accept")
    def accept(self, request: Request, reference: str, child: str) -> Response:
        """An officer has read it and it is complete."""
        row = get_object_or_404(self.get_object().reports.select_related("pact__city", "city", "by"), pk=child)
        actions.accept_report(report=row, by=caller(request))
        return Response(ReportRow(row).data)

    @extend_schema(operation_id="pacts_report_back", parameters=[CHILD], request=WithReason, responses=ReportRow)
    @action(detail=True, methods=["post"], url_path=r"reports/(?P<child>[0-9a-f-]{36})/back")
    def back(self, request: Request, reference: str, child: str) -> Response:
        """Something is missing in a report."""
        row = get_object_or_404(self.get_object().reports.select_related("pact__city", "city", "by"), pk=child)
        actions.send_back_report(report=row, by=caller(request), **asked(WithReason, request))
        return Response(ReportRow(row).data)

    @extend_schema(request=WithReason, responses=PactWhole)
    @action(detail=True, methods=["post"])
    def suspend(self, request: Request, reference: str) -> Response:
        """Stop for now, with the reason."""
        return self._step(request, WithReason, actions.suspend)

    @extend_schema(request=WithReason, responses=PactWhole)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, reference: str) -> Response:
        """In force again."""
        return self._step(request, WithReason, actions.resume)

    @extend_schema(request=WithReason, responses=PactWhole)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, reference: str) -> Response:
        """End the pact, with a reason before its day."""
        return self._step(request, WithReason, actions.end)
