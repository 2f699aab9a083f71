"""What the API takes and tells about people."""

from typing import Any

from rest_framework import serializers

from backend.people.choices import PersonKind, Role, Scope
from backend.people.models import Notification, Person


class TokenAsked(serializers.Serializer[Any]):
    """Who asks for a key."""

    email = serializers.EmailField()
    password = serializers.CharField(trim_whitespace=False, max_length=1024)
    code = serializers.CharField(required=False, allow_blank=True, default="", max_length=32)
    label = serializers.CharField(required=False, allow_blank=True, default="", max_length=60)


class TokenGiven(serializers.Serializer[Any]):
    """A key, told this once."""

    token = serializers.CharField()
    expires_at = serializers.DateTimeField()


class HeldRole(serializers.Serializer[Any]):
    """A role that somebody holds now."""

    scope = serializers.ChoiceField(choices=Scope.choices)
    scope_id = serializers.UUIDField(allow_null=True)
    role = serializers.ChoiceField(choices=Role.choices)


class Me(serializers.ModelSerializer[Person]):
    """The person who asks."""

    kind = serializers.ChoiceField(choices=PersonKind.choices, read_only=True)
    email = serializers.EmailField(read_only=True, allow_null=True)
    roles = serializers.SerializerMethodField()

    class Meta:
        model = Person
        fields = ["id", "kind", "email", "name", "language", "theme", "text_size", "roles"]
        read_only_fields = fields

    def get_roles(self, person: Person) -> list[dict[str, Any]]:
        return [{"scope": kind, "scope_id": key or None, "role": role} for kind, key, role in sorted(person.held_roles)]


class News(serializers.ModelSerializer[Notification]):
    """Something the person should know; `reference` is {kind, id, url, title}."""

    class Meta:
        model = Notification
        fields = ["id", "kind", "reference", "at", "read_at"]
        read_only_fields = fields
