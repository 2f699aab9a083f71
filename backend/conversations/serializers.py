"""What the API takes and tells about posts, reports and second looks."""

from typing import Any

from rest_framework import serializers

from backend.conversations.choices import FlagReason, PostKind
from backend.conversations.models import Appeal, Flag, ModerationAct, Post


class PostRow(serializers.ModelSerializer[Post]):
    """A post as everyone sees it: of a hidden one the place, never the words."""

    author = serializers.SerializerMethodField()
    text = serializers.SerializerMethodField()

    class Meta:
        model = Post
        fields = ["id", "parent", "kind", "author", "text", "language", "state", "at"]
        read_only_fields = fields

    def get_author(self, post: Post) -> str:
        return str(post.on_behalf_of or post.by)

    def get_text(self, post: Post) -> str:
        return post.text if post.is_visible else ""


class Said(serializers.Serializer[Any]):
    """Something to say; `parent` is the post that it answers."""

    text = serializers.CharField(trim_whitespace=False)
    kind = serializers.ChoiceField(choices=PostKind.choices, default=PostKind.COMMENT)
    language = serializers.CharField(max_length=8, default="en")
    parent = serializers.UUIDField(required=False, allow_null=True)


class FlagRaised(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(choices=FlagReason.choices)
    note = serializers.CharField(required=False, allow_blank=True, default="", trim_whitespace=False)


class FlagRow(serializers.ModelSerializer[Flag]):
    """A report as moderators see it: never who reported."""

    city = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    text = serializers.CharField(source="post.text", default="", read_only=True)
    reference = serializers.DictField(read_only=True)
    reports = serializers.IntegerField(read_only=True, default=1)

    class Meta:
        model = Flag
        fields = ["id", "city", "post", "text", "reference", "reason", "note", "state", "passed_on", "reports", "at"]
        read_only_fields = fields


class WithReason(serializers.Serializer[Any]):
    reason = serializers.CharField(required=False, allow_blank=True, default="", trim_whitespace=False)


class ActRow(serializers.ModelSerializer[ModerationAct]):
    """A line of the public log: without names, and without the words it was about."""

    class Meta:
        model = ModerationAct
        fields = ["id", "act", "reason", "at"]
        read_only_fields = fields


class AppealAsked(serializers.Serializer[Any]):
    text = serializers.CharField(trim_whitespace=False)


class AppealAnswered(serializers.Serializer[Any]):
    accept = serializers.BooleanField()
    answer = serializers.CharField(trim_whitespace=False)


class AppealRow(serializers.ModelSerializer[Appeal]):
    class Meta:
        model = Appeal
        fields = ["id", "act", "text", "state", "answer", "at"]
        read_only_fields = fields
