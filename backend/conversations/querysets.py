"""How threads, posts and what was flagged in them are read."""

from collections.abc import Iterable
from typing import Any, Self

from django.db.models import Exists, OuterRef, Prefetch, Q, prefetch_related_objects

from backend.base.rows import number_of
from backend.cities.querysets import ScopedQuerySet
from backend.conversations.choices import FlagState, PostState


class PostQuerySet(ScopedQuerySet):
    """Posts, oldest first (their keys grow with time)."""

    def shown(self) -> Self:
        """Without those that were erased; a hidden post keeps its place."""
        return self.exclude(state=PostState.ERASED)

    def first_level(self) -> Self:
        return self.filter(parent=None)

    def for_thread(self) -> Self:
        """First-level posts with their answers; `with_reasons` adds why some are hidden."""
        replies = self.model._base_manager.exclude(state=PostState.ERASED).order_by("at", "id")
        replies = replies.select_related("by", "on_behalf_of")
        return (
            self.shown()
            .first_level()
            .select_related("by", "on_behalf_of")
            .prefetch_related(Prefetch("replies", queryset=replies, to_attr="shown_replies"))
        )


def with_reasons(posts: Iterable[Any]) -> None:
    """Read, in one statement and only where something is hidden, the decisions on posts of `for_thread`."""
    rows = [row for post in posts for row in (post, *post.shown_replies)]
    if hidden := [row for row in rows if row.state == PostState.HIDDEN]:
        prefetch_related_objects(hidden, "acts")


class FlagQuerySet(ScopedQuerySet):
    def open(self) -> Self:
        return self.filter(state=FlagState.OPEN)

    def decided(self) -> Self:
        return self.exclude(state=FlagState.OPEN)

    def first_of_post(self) -> Self:
        """One row for each thing that was reported: its oldest open flag, with how many there are."""
        # Keys grow with time: the smallest is the oldest.
        same = self.model._base_manager.filter(state=FlagState.OPEN, post=OuterRef("post"), post__isnull=False)
        return self.filter(~Exists(same.filter(pk__lt=OuterRef("pk")))).annotate(reports=number_of(same))

    def for_list(self) -> Self:
        return self.with_city().select_related("post", "post__by", "post__on_behalf_of", "by").order_by("at", "id")


class ActQuerySet(ScopedQuerySet):
    def about_words(self) -> Self:
        """Decisions on what was said or offered, not those by which a place of talk is led."""
        return self.filter(Q(post__isnull=False) | Q(thread=None))

    def in_thread(self, thread: Any) -> Self:
        """What was decided in one place of talk, newest first."""
        return self.filter(thread=thread).select_related("by", "concerns", "post", "appeal").order_by("-at", "-id")

    def log(self) -> Self:
        """Newest first, as the public log tells them: without names."""
        return self.order_by("-at", "-id")


def public_log(rows: Any) -> list[dict[str, Any]]:
    """What the public log says of each act: what was decided, why and when, never about whom or by whom."""
    return [{"id": row.pk, "act": row.act, "reason": row.reason, "at": row.at} for row in rows]
