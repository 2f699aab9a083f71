"""Rooms as JSON, and the shape of what comes in as JSON."""

from typing import Any

from rest_framework import serializers

from realtime.choices import Access, ParticipantState, Place, RoomRole
from realtime.forms import PLACES, ROLES
from realtime.models import NotePhoto, Room, Version


class RoomSerializer(serializers.ModelSerializer[Room]):
    """An open room; the code only where the room is open to all."""

    city = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    code = serializers.SerializerMethodField()

    class Meta:
        model = Room
        fields = ["id", "slug", "city", "title", "question", "language", "code", "starts_at"]

    def get_code(self, room: Room) -> str | None:
        return room.code if room.access == Access.PUBLIC else None


class JoinSerializer(serializers.Serializer[Any]):
    """`code` and `name` (and `pin`), or a QR's `token` and `name`; signed in, no name is needed."""

    code = serializers.CharField(max_length=200, required=False, default="")
    token = serializers.CharField(max_length=64, required=False, default="")
    name = serializers.CharField(max_length=400, required=False, default="", allow_blank=True, trim_whitespace=False)
    pin = serializers.CharField(max_length=12, required=False, default="")
    place = serializers.ChoiceField(choices=PLACES, required=False, default=Place.ELSEWHERE)
    role = serializers.ChoiceField(choices=ROLES, required=False, default=RoomRole.PARTICIPANT.value)
    wait = serializers.BooleanField(
        required=False, default=False, help_text="Where the room is full: take a place in line instead of a refusal."
    )


class TicketSerializer(serializers.Serializer[Any]):
    """What the asker has already."""

    log = serializers.IntegerField(
        required=False,
        min_value=1,
        help_text="Of which log the text is that the page holds (`data-log`); without it, none is held. Where words "
        "were taken out of the room for good meanwhile, the socket then says so (4410) instead of mixing the two.",
    )


class JoinedSerializer(serializers.Serializer[Any]):
    """A place in a room, and the ticket of its socket."""

    room = serializers.UUIDField()
    participant = serializers.UUIDField()
    status = serializers.ChoiceField(choices=[ParticipantState.ADMITTED.value, ParticipantState.WAITING.value])
    ticket = serializers.CharField()
    websocket = serializers.CharField(help_text="The path of the socket, with the ticket.")


class ToolStatesSerializer(serializers.Serializer[Any]):
    """Every tool with its state, as the caller may see it."""

    def to_representation(self, instance: dict[str, Any]) -> dict[str, Any]:
        return instance


class VersionSerializer(serializers.ModelSerializer[Version]):
    by = serializers.CharField(source="by.name")

    class Meta:
        model = Version
        fields = ["number", "title", "reason", "by", "at", "sha256"]


class PhotoSerializer(serializers.Serializer[Any]):
    """A picture for the board, with words for who cannot see it."""

    file = serializers.FileField()
    column = serializers.CharField(max_length=8)
    text = serializers.CharField(max_length=300, required=False, allow_blank=True)


class PhotoMadeSerializer(serializers.ModelSerializer[NotePhoto]):
    class Meta:
        model = NotePhoto
        fields = ["id", "note", "alt", "width", "height", "bytes"]


class SecondLookSerializer(serializers.Serializer[Any]):
    """An act out of the room's log, and why someone should look at it again."""

    act = serializers.CharField(max_length=40)
    text = serializers.CharField(max_length=20_000, allow_blank=True, default="", trim_whitespace=False)


class ReasonSerializer(serializers.Serializer[Any]):
    """Why it is done; everyone concerned can read it."""

    reason = serializers.CharField(max_length=400)


class AskErasureSerializer(serializers.Serializer[Any]):
    """Whose words (one's own where nothing is said), and why."""

    person = serializers.UUIDField(required=False, allow_null=True, default=None)
    reason = serializers.CharField(max_length=400, required=False, allow_blank=True, default="")


class AnswerErasureSerializer(serializers.Serializer[Any]):
    """Whether the words go, and why it was decided so."""

    agree = serializers.BooleanField()
    reason = serializers.CharField(max_length=400)
