"""Messages beside the text."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from backend.base import words
from backend.conversations.actions import hide_post, post
from backend.conversations.choices import PostKind, PostState
from backend.conversations.models import Post
from realtime.models import Room
from realtime.tools.base import Command, Order, State, Viewer

SHOWN = 100
LENGTH = 1000


def _post(order: Order) -> None:
    text = order.args.get("text", "")
    language = str(order.args.get("language") or order.by.language)[:2]
    post(
        thread=order.room.thread,
        by=order.by,
        text=words.prose(text if isinstance(text, str) else "", field="text", limit=LENGTH),
        kind=PostKind.CHAT,
        language=language if language in dict(settings.LANGUAGES) else order.room.language,
    )


def _hide(order: Order) -> None:
    rows = Post.objects.in_city(order.room.city_id).filter(thread=order.room.thread_id).select_related("by")
    try:
        found = rows.filter(pk=order.args.get("id", "")).first()
    except (ValidationError, ValueError, TypeError):
        found = None
    if found is None:
        raise ValidationError({"id": ValidationError(_("This message is not here any more."), code="gone")})
    hide_post(post=found, by=order.by, reason=order.text("reason"), keeps_thread=True)


class Chat:
    name = "chat"
    commands = {
        "post": Command("chat", _post),
        "hide": Command("moderate", _hide),
    }

    def start(self) -> State:
        return {}

    def read(self, room: Room, state: State) -> Any:
        rows = Post.objects.in_city(room.city_id).filter(thread=room.thread_id).exclude(state=PostState.ERASED)
        return list(rows.select_related("by").order_by("-id")[:SHOWN])[::-1]

    def show(self, read: Any, viewer: Viewer) -> State:
        return {
            "messages": [_shown(each, viewer) for each in read] if viewer.participant else [],
            "muted": viewer.muted,
        }


def _shown(each: Post, viewer: Viewer) -> dict[str, Any]:
    hidden = each.state == PostState.HIDDEN
    message = {
        "id": str(each.pk),
        "name": each.by.name,
        "mine": str(each.by_id) == viewer.person,
        "text": "" if hidden else each.text,
        "language": each.language,
        "at": each.at.isoformat(),
    }
    return {**message, "hidden": True} if hidden else message
