"""What the API takes and tells about studies, numbers and observations."""

from typing import Any

from rest_framework import serializers

from backend.impact.choices import Better, ObservationConsent, ObservationKind, Verdict
from backend.impact.models import Export, Measurement, Observation, Study


class StudyRow(serializers.ModelSerializer[Study]):
    """A question that researchers and participants look into."""

    city = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    pact = serializers.SlugRelatedField[Any](slug_field="reference", read_only=True)

    class Meta:
        model = Study
        fields = ["id", "slug", "city", "pact", "title", "question", "finding", "state", "language", "translations"]


class StudyOpened(serializers.Serializer[Any]):
    """What one says to open a study."""

    city = serializers.SlugField()
    title = serializers.CharField(max_length=160)
    question = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    finding = serializers.CharField(max_length=600, required=False, default="", allow_blank=True)
    pact = serializers.CharField(required=False, default="", allow_blank=True, help_text="a pact's reference")
    language = serializers.CharField(max_length=8, required=False, default="", allow_blank=True)


class Point(serializers.Serializer[Any]):
    """A value at a day, with its number of cases and its margin."""

    day = serializers.DateField()
    value = serializers.FloatField()
    n = serializers.IntegerField(allow_null=True)
    margin = serializers.FloatField()


class ReadingRow(serializers.Serializer[Any]):
    """An indicator with what was measured before and since, and what that says."""

    id = serializers.UUIDField(source="indicator.id")
    city = serializers.CharField(source="indicator.city.slug")
    pact = serializers.CharField(source="indicator.pact.reference", default=None, allow_null=True)
    key = serializers.CharField(source="indicator.key")
    name = serializers.CharField(source="indicator.name")
    method = serializers.CharField(source="indicator.method")
    unit = serializers.CharField(source="indicator.unit")
    better = serializers.ChoiceField(choices=Better.choices, source="indicator.better")
    language = serializers.CharField(source="indicator.language")
    baseline = Point(allow_null=True)
    latest = Point(allow_null=True)
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    before = Point(many=True)
    since = Point(many=True)


class FigureRow(serializers.Serializer[Any]):
    """A figure counted from the tables; no value where fewer than five people stand behind it."""

    key = serializers.CharField()
    label = serializers.CharField()
    unit = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    before = serializers.FloatField(allow_null=True)
    hidden = serializers.BooleanField()


class Measured(serializers.ModelSerializer[Measurement]):
    """A value that a researcher writes down."""

    class Meta:
        model = Measurement
        fields = ["id", "day", "value", "n", "margin", "is_baseline"]
        read_only_fields = ["id"]
        validators: list[Any] = []


class ObservationRow(serializers.ModelSerializer[Observation]):
    """What somebody saw or tells; its author is named, since they said that it may stand on the page."""

    city = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    by = serializers.CharField(source="by.name", read_only=True)
    commons = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    pact = serializers.SlugRelatedField[Any](slug_field="reference", read_only=True)

    class Meta:
        model = Observation
        fields = ["id", "city", "kind", "text", "by", "commons", "pact", "tags", "consent", "language", "seen_at"]


class Observed(serializers.Serializer[Any]):
    """What one writes down, and how far it may go."""

    city = serializers.SlugField()
    text = serializers.CharField(max_length=4000)
    consent = serializers.ChoiceField(choices=ObservationConsent.choices)
    kind = serializers.ChoiceField(choices=ObservationKind.choices, default=ObservationKind.OBSERVATION)
    commons = serializers.CharField(required=False, default="", allow_blank=True, help_text="a commons’ slug")
    pact = serializers.CharField(required=False, default="", allow_blank=True, help_text="a pact’s reference")
    tags = serializers.ListField(child=serializers.CharField(max_length=40), required=False, default=list, max_length=8)
    language = serializers.CharField(max_length=8, required=False, default="", allow_blank=True)


class ConsentChanged(serializers.Serializer[Any]):
    """How far one's words may go from now on."""

    consent = serializers.ChoiceField(choices=ObservationConsent.choices)


class ExportRow(serializers.ModelSerializer[Export]):
    """A data package: how far it is, and where its file lies when it is ready."""

    file = serializers.SerializerMethodField()

    class Meta:
        model = Export
        fields = ["id", "state", "at", "file"]

    def get_file(self, row: Export) -> str | None:
        """The address of the ZIP; only once it is ready."""
        return f"/api/v1/studies/{row.study_id}/exports/{row.pk}/file/" if row.file else None
