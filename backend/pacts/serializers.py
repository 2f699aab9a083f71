"""What the API takes and tells about proposals and pacts."""

from typing import Any

from rest_framework import serializers

from backend.conversations.serializers import WithReason
from backend.pacts.choices import CommitmentState, PactForm, SignatureWay, Weight
from backend.pacts.models import Clause, Commitment, Pact, Party, Proposal, Report, Signature


class Words(serializers.CharField):
    """Free text: the action trims and measures it, with the person's own limits."""

    def __init__(self, **given: Any) -> None:
        super().__init__(trim_whitespace=False, **given)


# -- Proposals ----------------------------------------------------------------------------------


class ProposalRow(serializers.ModelSerializer[Proposal]):
    city = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    commons = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    group = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    supports = serializers.IntegerField(source="support_count", read_only=True)

    class Meta:
        model = Proposal
        fields = [
            "id",
            "reference",
            "city",
            "title",
            "summary",
            "language",
            "state",
            "weight",
            "commons",
            "group",
            "supports",
            "supports_needed",
            "due_on",
            "answer_due",
            "submitted_at",
            "published_at",
            "decided_at",
        ]
        read_only_fields = fields


class ProposalWhole(ProposalRow):
    """With its latest frozen text, its hash and where it came from."""

    version = serializers.SerializerMethodField()
    authors = serializers.SerializerMethodField()
    pact = serializers.SlugRelatedField[Any](slug_field="reference", read_only=True, default=None)

    class Meta(ProposalRow.Meta):
        fields = [*ProposalRow.Meta.fields, "asks", "decision", "version", "authors", "pact"]
        read_only_fields = fields

    def get_version(self, proposal: Proposal) -> dict[str, Any]:
        version = proposal.versions.order_by("-number")[0]
        return {
            "number": version.number,
            "sha256": version.sha256,
            "language": version.language,
            "content": version.content,
            "origin": version.origin,
            "at": version.at,
        }

    def get_authors(self, proposal: Proposal) -> list[str]:
        """The names of those who agreed to be named."""
        return [row.person.name for row in proposal.authorships.all() if row.credited]


class ProposalHandedIn(serializers.Serializer[Any]):
    """A text to hand in; `sha256` is of the canonical JSON of `content`."""

    city = serializers.SlugField()
    title = Words()
    summary = Words(required=False, allow_blank=True, default="")
    asks = Words(required=False, allow_blank=True, default="")
    content = serializers.JSONField()
    sha256 = serializers.CharField(max_length=64)
    language = serializers.CharField(max_length=8)
    weight = serializers.ChoiceField(choices=Weight.choices, default=Weight.ORDINARY)
    commons = serializers.SlugField(required=False)
    group = serializers.SlugField(required=False)


class HandedInAgain(serializers.Serializer[Any]):
    content = serializers.JSONField()
    sha256 = serializers.CharField(max_length=64)
    summary = Words(required=False, allow_blank=True)
    asks = Words(required=False, allow_blank=True)


class Supported(serializers.Serializer[Any]):
    offers_help = serializers.BooleanField(default=False)


class Admitted(WithReason):
    form = serializers.ChoiceField(choices=PactForm.choices, required=False, default="")
    years = serializers.IntegerField(required=False, min_value=1, max_value=99)
    fund_share_bp = serializers.IntegerField(default=0, min_value=0, max_value=10_000)


class Asked(serializers.Serializer[Any]):
    text = Words()


class AppealAnswer(WithReason):
    accept = serializers.BooleanField()


class Official(serializers.Serializer[Any]):
    text = Words()
    language = serializers.CharField(max_length=8, default="en")
    parent = serializers.UUIDField(required=False, allow_null=True)


class Credited(serializers.Serializer[Any]):
    credited = serializers.BooleanField()


# -- Pacts --------------------------------------------------------------------------------------


class PartyRow(serializers.ModelSerializer[Party]):
    group = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)

    class Meta:
        model = Party
        fields = ["id", "kind", "name", "group", "agreed_version"]
        read_only_fields = fields


class PactRow(serializers.ModelSerializer[Pact]):
    city = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    commons = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    parties = PartyRow(many=True, read_only=True)

    class Meta:
        model = Pact
        fields = [
            "id",
            "reference",
            "city",
            "title",
            "language",
            "state",
            "form",
            "origin",
            "commons",
            "parties",
            "fund_share_bp",
            "years",
            "starts_on",
            "ends_on",
            "signed_at",
            "due_on",
        ]
        read_only_fields = fields


class ClauseRow(serializers.ModelSerializer[Clause]):
    """`text` is a map language -> {text, source, reviewed}; the pact's own language binds."""

    text = serializers.DictField(read_only=True)
    block_ids = serializers.ListField(child=serializers.CharField(), read_only=True)
    source = serializers.DictField(read_only=True)

    class Meta:
        model = Clause
        fields = ["key", "order", "text", "article", "block_ids", "source"]
        read_only_fields = fields


class SignatureRow(serializers.ModelSerializer[Signature]):
    class Meta:
        model = Signature
        fields = ["party", "written_name", "capacity", "sha256", "way", "at"]
        read_only_fields = fields


class CommitmentRow(serializers.ModelSerializer[Commitment]):
    class Meta:
        model = Commitment
        fields = ["id", "what", "language", "due", "state", "parties"]
        read_only_fields = fields


class ReportRow(serializers.ModelSerializer[Report]):
    by = serializers.CharField(source="by.name", read_only=True)

    class Meta:
        model = Report
        fields = [
            "id",
            "by",
            "language",
            "objectives",
            "actions",
            "results",
            "resources",
            "not_working",
            "state",
            "at",
        ]
        read_only_fields = fields


class VersionRow(serializers.Serializer[Any]):
    """One text of a pact: its hash is of the canonical JSON of `content`."""

    number = serializers.IntegerField(read_only=True)
    language = serializers.CharField(read_only=True)
    sha256 = serializers.CharField(read_only=True)
    content = serializers.DictField(read_only=True)
    reason = serializers.CharField(read_only=True)
    made_at = serializers.DateTimeField(read_only=True)
    frozen_at = serializers.DateTimeField(read_only=True)
    clauses = ClauseRow(many=True, read_only=True)
    signatures = SignatureRow(many=True, read_only=True)


class PactWhole(PactRow):
    """With its newest text, commitments and reports."""

    version = serializers.SerializerMethodField()
    commitments = CommitmentRow(many=True, read_only=True)
    reports = ReportRow(many=True, read_only=True)
    proposal = serializers.SlugRelatedField[Any](slug_field="reference", read_only=True)

    class Meta(PactRow.Meta):
        fields = [*PactRow.Meta.fields, "proposal", "version", "commitments", "reports"]
        read_only_fields = fields

    def get_version(self, pact: Pact) -> dict[str, Any]:
        rows = pact.versions.order_by("-number").prefetch_related("clauses", "signatures")
        return dict(VersionRow(rows[0]).data)


class ClauseWritten(serializers.Serializer[Any]):
    """`base` is the number of the version that the writer read."""

    text = Words()
    base = serializers.IntegerField(min_value=1)
    reason = Words(required=False, allow_blank=True, default="")


class ClauseAdded(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=32)
    text = Words()


class Terms(serializers.Serializer[Any]):
    years = serializers.IntegerField(min_value=1, max_value=99)
    fund_share_bp = serializers.IntegerField(min_value=0, max_value=10_000)


class PartyAdded(serializers.Serializer[Any]):
    group = serializers.SlugField()


class Agreed(serializers.Serializer[Any]):
    """`sha256` is of the text that the party read."""

    party = serializers.UUIDField()
    sha256 = serializers.CharField(max_length=64)


class Signed(Agreed):
    written_name = Words()
    capacity = Words()
    way = serializers.ChoiceField(choices=SignatureWay.choices, default=SignatureWay.SIMPLE)


class Committed(serializers.Serializer[Any]):
    what = Words()
    parties = serializers.ListField(child=serializers.UUIDField(), allow_empty=False)
    due = serializers.DateField(required=False, allow_null=True)
    language = serializers.CharField(max_length=8, default="en")


class CommitmentMoved(WithReason):
    to = serializers.ChoiceField(choices=CommitmentState.choices)


class Reported(serializers.Serializer[Any]):
    objectives = Words()
    actions = Words()
    results = Words()
    resources = Words()
    not_working = Words(required=False, allow_blank=True, default="")
    language = serializers.CharField(max_length=8, default="en")
