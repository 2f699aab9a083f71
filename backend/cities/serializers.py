"""What the API takes and tells about cities and groups."""

from typing import Any

from rest_framework import serializers

from backend.cities.choices import GroupKind, MemberKind
from backend.cities.models import City, Group, Membership, Regulation
from backend.people.choices import CITY_ROLES, GROUP_ROLES


class CityRow(serializers.ModelSerializer[City]):
    """A city as others need it: its name is a map of languages, its centre is [lat, lng]."""

    name = serializers.DictField(child=serializers.CharField(), read_only=True)
    languages = serializers.ListField(child=serializers.CharField(), read_only=True)
    centre = serializers.SerializerMethodField()

    class Meta:
        model = City
        fields = ["id", "slug", "name", "country", "currency", "time_zone", "languages", "centre"]
        read_only_fields = fields

    def get_centre(self, city: City) -> list[float]:
        return list(city.map.get("centre", ()))


class RegulationRow(serializers.ModelSerializer[Regulation]):
    """The rules of a city as data; texts are maps of languages."""

    city = serializers.SlugRelatedField[City](slug_field="slug", read_only=True)
    data = serializers.DictField(read_only=True)

    class Meta:
        model = Regulation
        fields = ["id", "city", "version", "is_model", "since", "data"]
        read_only_fields = fields


class GroupRow(serializers.ModelSerializer[Group]):
    city = serializers.SlugRelatedField[City](slug_field="slug", read_only=True)
    kind = serializers.ChoiceField(choices=GroupKind.choices, read_only=True)

    class Meta:
        model = Group
        fields = ["id", "slug", "city", "name", "kind", "about", "size", "language", "made_at"]
        read_only_fields = fields


class GroupFounded(serializers.Serializer[Any]):
    """A new group."""

    city = serializers.SlugField()
    name = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(choices=GroupKind.choices, default=GroupKind.INFORMAL)
    about = serializers.CharField(max_length=2000, allow_blank=True, default="")
    size = serializers.IntegerField(min_value=1, max_value=100_000, allow_null=True, default=None)
    language = serializers.CharField(max_length=8, allow_blank=True, default="")


class GroupChanged(serializers.Serializer[Any]):
    """What a group says of itself."""

    name = serializers.CharField(max_length=120, required=False)
    about = serializers.CharField(max_length=2000, allow_blank=True, required=False)
    size = serializers.IntegerField(min_value=1, max_value=100_000, allow_null=True, required=False)


class Invited(serializers.Serializer[Any]):
    email = serializers.EmailField()
    role = serializers.ChoiceField(choices=sorted(GROUP_ROLES), default="member")


class Belonging(serializers.ModelSerializer[Membership]):
    """A person's belonging to a city."""

    city = serializers.SlugRelatedField[City](slug_field="slug", read_only=True)
    kind = serializers.ChoiceField(choices=MemberKind.choices)

    class Meta:
        model = Membership
        fields = ["city", "kind", "since"]
        read_only_fields = ["city", "since"]


class RoleGiven(serializers.Serializer[Any]):
    """A role of a city for somebody with an account."""

    person = serializers.UUIDField()
    role = serializers.ChoiceField(choices=sorted(CITY_ROLES))


class RoleTaken(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=400)


class RoleRow(serializers.Serializer[Any]):
    """A grant, by its key."""

    id = serializers.UUIDField()
    person = serializers.UUIDField(source="person_id")
    role = serializers.CharField()
    since = serializers.DateTimeField()
