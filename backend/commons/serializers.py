"""What the API takes and tells about places."""

from typing import Any

from rest_framework import serializers

from backend.cities.models import City
from backend.commons.choices import CommonsKind, CommonsState, Owner
from backend.commons.models import Commons


class Texts(serializers.DictField):
    """Language -> text."""

    child = serializers.CharField(allow_blank=True)


class OfficialTexts(serializers.DictField):
    """Language -> {text, source: human or machine, reviewed}."""

    child = serializers.DictField()


class Access(serializers.Serializer[Any]):
    """What a place offers."""

    step_free = serializers.BooleanField(default=False)
    toilet = serializers.BooleanField(default=False)
    seats = serializers.BooleanField(default=False)
    water = serializers.BooleanField(default=False)
    note = serializers.DictField(default=dict)


class Place(serializers.ModelSerializer[Commons]):
    """A place that is cared for, or could be."""

    city = serializers.SlugRelatedField[City](slug_field="slug", read_only=True)
    name = OfficialTexts(read_only=True)
    text = OfficialTexts(read_only=True)
    access = Access(read_only=True)
    kind = serializers.ChoiceField(choices=CommonsKind.choices, read_only=True)
    state = serializers.ChoiceField(choices=CommonsState.choices, read_only=True)
    owner = serializers.ChoiceField(choices=Owner.choices, read_only=True)

    class Meta:
        model = Commons
        fields = [
            "id",
            "slug",
            "city",
            "name",
            "text",
            "kind",
            "state",
            "quarter",
            "address",
            "owner",
            "lat",
            "lng",
            "access",
            "made_at",
        ]
        read_only_fields = fields


class PlaceChanged(serializers.Serializer[Any]):
    """What is said of a place."""

    name = Texts(required=False)
    text = Texts(required=False)
    kind = serializers.ChoiceField(choices=CommonsKind.choices, required=False)
    lat = serializers.FloatField(min_value=-90, max_value=90, required=False)
    lng = serializers.FloatField(min_value=-180, max_value=180, required=False)
    quarter = serializers.CharField(max_length=64, allow_blank=True, required=False)
    address = serializers.CharField(max_length=200, allow_blank=True, required=False)
    owner = serializers.ChoiceField(choices=Owner.choices, required=False)
    access = Access(required=False)


class PlaceAdded(PlaceChanged):
    """A new place."""

    city = serializers.SlugField()
    name = Texts()
    kind = serializers.ChoiceField(choices=CommonsKind.choices)
    lat = serializers.FloatField(min_value=-90, max_value=90)
    lng = serializers.FloatField(min_value=-180, max_value=180)


class Step(serializers.Serializer[Any]):
    """A step of a place's state."""

    to = serializers.ChoiceField(choices=CommonsState.choices)
    reason = serializers.CharField(max_length=400, allow_blank=True, default="")
