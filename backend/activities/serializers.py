"""Activities, outputs and pictures as JSON, and the shapes of what is sent."""

from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.activities.choices import ActivityState, ContributorRole, Licence, OutputKind
from backend.activities.models import Activity, Output, Photo
from backend.cities.models import City, Group
from backend.commons.models import Commons
from backend.pacts.models import Pact


class ActivityOut(serializers.ModelSerializer[Activity]):
    """`starts_at` is an exact moment; `local_start` what the clock on the city's wall shows, in `time_zone`."""

    city = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    time_zone = serializers.CharField(source="city.time_zone", read_only=True)
    local_start = serializers.SerializerMethodField()
    state = serializers.ChoiceField(choices=ActivityState.choices, read_only=True)
    commons = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    group = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    pact = serializers.SlugRelatedField(slug_field="reference", read_only=True)
    host = serializers.CharField(source="host.name", read_only=True)
    coming = serializers.IntegerField(read_only=True)

    class Meta:
        model = Activity
        fields = (
            "id slug city title story language state starts_at ends_at local_start time_zone place places coming "
            "people_count access repeats_days commons group pact host cancelled_reason"
        ).split()
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.STR)
    def get_local_start(self, activity: Activity) -> str:
        return activity.local_start.replace(tzinfo=None).isoformat(timespec="minutes")


class WallTime(serializers.DateTimeField):
    """A moment: with an offset, or, without one, as the clock on the city's wall shows it."""

    def enforce_timezone(self, value: Any) -> Any:
        return value  # left as it came: only the city's zone can tell what a wall time means


class ActivityIn(serializers.Serializer[Any]):
    city = serializers.SlugRelatedField(slug_field="slug", queryset=City.objects.filter(is_open=True))
    title = serializers.CharField(max_length=160)
    story = serializers.CharField(max_length=4000, required=False, default="")
    starts_at = WallTime()
    ends_at = WallTime()
    place = serializers.CharField(max_length=160, required=False, default="")
    places = serializers.IntegerField(min_value=1, max_value=10_000, required=False, allow_null=True)
    access = serializers.DictField(child=serializers.BooleanField(), required=False)
    commons = serializers.SlugField(required=False)
    group = serializers.SlugField(required=False)
    pact = serializers.CharField(max_length=24, required=False)
    language = serializers.CharField(max_length=8, required=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """Names become the city's own rows, wall times its moments."""
        city = data["city"]
        for field in ("starts_at", "ends_at"):
            if timezone.is_naive(data[field]):
                data[field] = data[field].replace(tzinfo=city.zone)
        for field, rows, name in (
            ("commons", Commons.objects, "slug"),
            ("group", Group.objects, "slug"),
            ("pact", Pact.objects, "reference"),
        ):
            if field in data:
                data[field] = rows.in_city(city).filter(**{name: data[field]}).first()
                if data[field] is None:
                    raise serializers.ValidationError({field: "not_found"})
        known = {"step_free", "toilet", "seats", "water"}
        data["access"] = {name: value for name, value in data.get("access", {}).items() if name in known}
        return data


class CancelIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=400)


class DoneIn(serializers.Serializer[Any]):
    people_count = serializers.IntegerField(min_value=0, max_value=100_000, required=False, allow_null=True)


class PhotoOut(serializers.ModelSerializer[Photo]):
    """`files`: width -> {webp, jpg}, each an address."""

    files = serializers.SerializerMethodField()

    class Meta:
        model = Photo
        fields = ("id", "alt", "width", "height", "bytes", "files")
        read_only_fields = fields

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "object"}})
    def get_files(self, photo: Photo) -> dict[str, dict[str, str]]:
        picture = photo.picture
        return {str(each): {kind: picture.url(each, kind) for kind in ("webp", "jpg")} for each in picture.widths}


class PhotoIn(serializers.Serializer[Any]):
    """A picture, as multipart."""

    file = serializers.FileField()
    alt = serializers.CharField(max_length=240)


class MakerOut(serializers.Serializer[Any]):
    """A maker who agreed to be named."""

    id = serializers.UUIDField()
    name = serializers.CharField(source="maker")
    role = serializers.ChoiceField(choices=ContributorRole.choices)
    credit = serializers.CharField()


class OutputOut(serializers.ModelSerializer[Output]):
    """`makers` are those who agreed to be named, `more_makers` how many others there are."""

    city = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    kind = serializers.ChoiceField(choices=OutputKind.choices, read_only=True)
    licence = serializers.ChoiceField(choices=Licence.choices, read_only=True)
    activity = serializers.PrimaryKeyRelatedField(read_only=True)
    pact = serializers.SlugRelatedField(slug_field="reference", read_only=True)
    owner = serializers.CharField(source="owned_by", read_only=True)
    makers = serializers.SerializerMethodField()
    more_makers = serializers.SerializerMethodField()
    photos = PhotoOut(many=True, read_only=True)

    class Meta:
        model = Output
        fields = (
            "id slug city title story language kind licence activity pact owner made_at makers more_makers photos"
        ).split()
        read_only_fields = fields

    @extend_schema_field(MakerOut(many=True))
    def get_makers(self, output: Output) -> Any:
        return MakerOut([part for part in output.contributions.all() if part.consented], many=True).data

    @extend_schema_field(OpenApiTypes.INT)
    def get_more_makers(self, output: Output) -> int:
        return sum(not part.consented for part in output.contributions.all())


class OutputIn(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=160)
    story = serializers.CharField(max_length=4000, required=False, default="")
    kind = serializers.ChoiceField(choices=OutputKind.choices, default=OutputKind.OTHER)
    licence = serializers.ChoiceField(choices=Licence.choices, default=Licence.NONE)
    language = serializers.CharField(max_length=8, required=False)
    mine = serializers.BooleanField(default=False, help_text="It belongs to me, not to the activity's group.")


class CreditIn(serializers.Serializer[Any]):
    consented = serializers.BooleanField()
