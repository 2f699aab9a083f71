"""Threads of posts, what people flag in them, and how that is decided and appealed."""

from django.db import models
from django.utils import timezone

from backend.base.ids import uuid7
from backend.base.texts import Written
from backend.cities.models import CityScoped, Group
from backend.cities.querysets import ScopedManager
from backend.conversations.choices import (
    APPEAL_STEPS,
    FLAG_STEPS,
    POST_STEPS,
    AppealState,
    FlagReason,
    FlagState,
    PostKind,
    PostState,
)
from backend.conversations.querysets import ActQuerySet, FlagQuerySet, PostQuerySet
from backend.people.models import Person


class Thread(CityScoped):
    """A place for posts. What it is about points here with `thread = OneToOneField(Thread)`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    is_open = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=timezone.now)

    objects = ScopedManager()

    def __str__(self) -> str:
        return str(self.pk)


class Post(Written, CityScoped):
    """What someone said in a thread. A hidden post keeps its place, with the reason shown."""

    steps = POST_STEPS

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="posts")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="replies")
    kind = models.CharField(max_length=10, choices=PostKind, default=PostKind.COMMENT)
    by = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    on_behalf_of = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(max_length=4000)
    state = models.CharField(max_length=8, choices=PostState, default=PostState.VISIBLE)
    at = models.DateTimeField(default=timezone.now)

    objects = PostQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["thread", "id"], name="post_thread"),
            models.Index(fields=["city", "-at"], name="post_city"),
        ]

    def __str__(self) -> str:
        return self.text[:40]

    @property
    def is_visible(self) -> bool:
        return self.state == PostState.VISIBLE

    @property
    def hidden_act(self) -> "ModerationAct | None":
        """The decision that hid it, for its reason; read from prefetched rows where there are any."""
        if self.state != PostState.HIDDEN:
            return None
        acts = sorted((act for act in self.acts.all() if act.act == "hide"), key=lambda act: act.at)
        return acts[-1] if acts else None


class Flag(CityScoped):
    """A person's word that something should be looked at. `reference` may be of any app."""

    steps = FLAG_STEPS

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    post = models.ForeignKey(Post, models.CASCADE, null=True, blank=True, related_name="flags")
    reference = models.JSONField(default=dict)  # {kind, id, url, title}
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="flags")
    reason = models.CharField(max_length=8, choices=FlagReason)
    note = models.TextField(blank=True, max_length=1000)
    state = models.CharField(max_length=10, choices=FlagState, default=FlagState.OPEN)
    passed_on = models.BooleanField(default=False)  # waits for the city's moderators alone
    at = models.DateTimeField(default=timezone.now)

    objects = FlagQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["city", "state", "at"], name="flag_queue")]
        constraints = [
            models.UniqueConstraint(fields=["post", "by"], condition=models.Q(post__isnull=False), name="flag_once"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.state}"


class ModerationAct(CityScoped):
    """A decision on something that was said, with its reason: shown to its author, open to appeal.

    An act in a place of talk, as a room is, has no post: it concerns one person, or all who are there.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    post = models.ForeignKey(Post, models.CASCADE, null=True, blank=True, related_name="acts")
    reference = models.JSONField(default=dict)
    thread = models.ForeignKey(Thread, models.CASCADE, null=True, blank=True, related_name="acts")
    concerns = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    act = models.CharField(max_length=24)  # "hide", "restore", "leave", …
    by = models.ForeignKey(Person, models.PROTECT, related_name="moderation_acts")
    reason = models.TextField(max_length=1000)
    at = models.DateTimeField(default=timezone.now)

    objects = ActQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["city", "-at"], name="act_log"),
            models.Index(fields=["thread", "-at"], name="act_thread"),
        ]

    def __str__(self) -> str:
        return f"{self.act}: {self.reason[:40]}"


class Appeal(CityScoped):
    """The answer of the person concerned to a decision; someone else decides on it."""

    steps = APPEAL_STEPS

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    act = models.OneToOneField(ModerationAct, models.CASCADE, related_name="appeal")
    by = models.ForeignKey(Person, models.PROTECT, related_name="appeals")
    text = models.TextField(max_length=2000)
    state = models.CharField(max_length=8, choices=AppealState, default=AppealState.OPEN)
    at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    answer = models.TextField(blank=True, max_length=2000)

    objects = ScopedManager()

    def __str__(self) -> str:
        return f"{self.act_id} {self.state}"
