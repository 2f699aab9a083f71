"""Messages beside the text: signs at them, questions that many ask, what is pinned, and a pace that all can keep."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from math import ceil
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.base import words
from backend.base.prepared import Prepared
from backend.conversations.actions import hide_post, post, restore_post
from backend.conversations.choices import PostKind, PostState
from backend.conversations.models import Post
from backend.people.choices import PersonKind
from realtime.choices import ReactionKind, RoomRole
from realtime.models import Participant, Reaction, Room, ToolState
from realtime.tools.base import Command, Order, State, Viewer, state_of

SHOWN = 100
QUESTIONS: Final = 100
PINNED: Final = 5
LENGTH = 1000
SAID: Final = (PostKind.CHAT, PostKind.QUESTION)
YES: Final = frozenset({"1", "true", "True", "on"})


# --- Saying ------------------------------------------------------------------------------


def _post(order: Order) -> None:
    text = order.args.get("text", "")
    language = str(order.args.get("language") or order.by.language)[:2]
    _keep_pace(order)
    post(
        thread=order.room.thread,
        by=order.by,
        text=words.prose(text if isinstance(text, str) else "", field="text", limit=LENGTH),
        kind=PostKind.QUESTION if str(order.args.get("question", "")) in YES else PostKind.CHAT,
        language=language if language in dict(settings.LANGUAGES) else order.room.language,
    )


def slow_of(moderation: State) -> int:
    """In how many seconds one person may write one message; 0 where there is no limit."""
    return int(moderation.get("slow") or 0)


def _keep_pace(order: Order) -> None:
    """One message in so many seconds, also where two are sent at once: the conditional change is the lock."""
    seconds = slow_of(order.moderation)
    leads = order.participant.role == RoomRole.FACILITATOR or order.helper is not None
    if not seconds or leads:
        return
    now = timezone.now()
    mine = Participant.objects.in_city(order.room.city_id).filter(pk=order.participant.pk)
    rested = Q(wrote_at=None) | Q(wrote_at__lte=now - timedelta(seconds=seconds))
    if mine.filter(rested).update(wrote_at=now):
        return
    left = _left(mine.values_list("wrote_at", flat=True).first(), seconds)
    message = ngettext(
        "The chat is slow now. You can write again in %(count)d second.",
        "The chat is slow now. You can write again in %(count)d seconds.",
        left,
    )
    raise ValidationError({"text": ValidationError(message % {"count": left}, code="slow", params={"seconds": left})})


def _left(wrote_at: datetime | None, seconds: int) -> int:
    if wrote_at is None or not seconds:
        return 0
    return max(0, ceil(seconds - (timezone.now() - wrote_at).total_seconds()))


_MESSAGE = Prepared(
    lambda thread, key: Post.objects.across_cities().shown().filter(thread=thread, pk=key).select_related("by")
)


def _message(order: Order) -> Post:
    try:
        found: Post | None = _MESSAGE.first(order.room.thread_id, UUID(str(order.args.get("id", ""))))
    except ValueError:
        found = None
    if found is None:
        raise ValidationError({"id": ValidationError(_("This message is not here any more."), code="gone")})
    return found


def _on(order: Order) -> bool:
    return str(order.args.get("on", "1")) in YES


def _hide(order: Order) -> None:
    found = _message(order)
    hide_post(post=found, by=order.by, reason=order.text("reason"), keeps_thread=True)
    order.state["pinned"] = [key for key in order.state.get("pinned", []) if key != str(found.pk)]
    order.also |= {"appeals", "moderation"}


def _restore(order: Order) -> None:
    restore_post(post=_message(order), by=order.by, reason=order.text("reason"), keeps_thread=True)
    order.also |= {"appeals", "moderation"}


# --- Signs, questions, pins --------------------------------------------------------------


def _react(order: Order) -> None:
    """One sign of a kind each; twice at once is once."""
    kind = order.text("kind", 8)
    if kind not in ReactionKind.values:
        raise ValidationError({"kind": ValidationError(_("Choose one of the signs."), code="choice")})
    found = _message(order)
    if found.state != PostState.VISIBLE or (kind == ReactionKind.ASK and found.kind != PostKind.QUESTION):
        raise ValidationError({"id": ValidationError(_("This message is no question."), code="no_question")})
    mine: dict[str, Any] = {"room": order.room, "post": found, "person": order.by, "kind": kind}
    given = Reaction.objects.filter(**mine)
    on = not given.exists() if order.args.get("on") == "toggle" else _on(order)  # a plain button says both
    if on:
        Reaction.objects.bulk_create([Reaction(**mine)], ignore_conflicts=True)
    else:
        given.delete()


def _question(order: Order) -> None:
    """Make a question of one's own message, or a message of one's question."""
    found = _message(order)
    if found.by_id != order.by.pk:
        message = _("Only who wrote this can make it a question.")
        raise ValidationError({"id": ValidationError(message, code="not_yours")})
    rows = Post.objects.in_city(order.room.city_id).filter(pk=found.pk, kind__in=SAID)
    rows.update(kind=PostKind.QUESTION if _on(order) else PostKind.CHAT)


def _answered(order: Order) -> None:
    key = str(_message(order).pk)
    kept = [each for each in order.state.get("answered", []) if each != key]
    order.state["answered"] = [*kept, key] if _on(order) else kept


def _pin(order: Order) -> None:
    """Keep a message in everyone's sight."""
    key = str(_message(order).pk)
    pinned = [each for each in order.state.get("pinned", []) if each != key]
    if _on(order) and len(pinned) >= PINNED:
        message = _("At most %(count)d messages can be pinned. Take one down first.") % {"count": PINNED}
        raise ValidationError({"id": ValidationError(message, code="too_many")})
    order.state["pinned"] = [*pinned, key] if _on(order) else pinned


# --- Showing -----------------------------------------------------------------------------


class Said(NamedTuple):
    """A message with its writer, as one row."""

    pk: UUID
    by_id: UUID
    name: str
    who: str  # the kind of its writer
    kind: str
    state: str
    text: str
    language: str
    at: datetime

    @property
    def is_visible(self) -> bool:
        return self.state == PostState.VISIBLE

    @property
    def asks(self) -> bool:
        return self.kind == PostKind.QUESTION and self.is_visible


class Read:
    """Messages with their signs, as one look at the database found them."""

    def __init__(self, state: State, messages: Sequence[Said], others: Iterable[Said], rows: Iterable[Any]) -> None:
        self.messages = messages
        self.others = {str(each.pk): each for each in others}
        self.pins = state.get("pinned", [])
        self.answered = frozenset(state.get("answered", []))
        self.signs: dict[str, Counter[str]] = defaultdict(Counter)
        self.whose: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self.slow = 0
        self.earlier = False
        for key, kind, person in rows:
            self.signs[key][kind] += 1
            self.whose[key][person].add(kind)

    def alike(self, each: Said) -> State:
        """What everyone sees alike of a message."""
        key = str(each.pk)
        message: State = {
            "id": key,
            "name": each.name,
            "assisted": each.who == PersonKind.ASSISTED,
            "mine": False,
            "text": each.text,
            "language": each.language,
            "at": each.at.isoformat(),
        }
        if each.state == PostState.HIDDEN:
            return {**message, "text": "", "hidden": True}
        if signs := self.signs.get(key):
            message["signs"] = dict(signs)
        if each.kind == PostKind.QUESTION:
            message |= {"question": True, "answered": key in self.answered}
        if key in self.pins:
            message["pinned"] = True
        return message

    def shown(self, each: Said, viewer: Viewer) -> State:
        own = self.whose[str(each.pk)].get(viewer.person or "")
        signs = {"my_signs": sorted(own)} if own else {}
        return {**self.alike(each), "mine": str(each.by_id) == viewer.person, **signs}

    @cached_property
    def parts(self) -> "list[Part]":
        """Messages, questions and pins."""
        alike = {each.pk: self.alike(each) for each in (*self.messages, *self.others.values())}
        return [Part(self, held, alike) for held in (self.messages, self.questions, self.pinned)]

    @cached_property
    def questions(self) -> list[Said]:
        """What most ask first; what was answered last."""
        asked = [each for each in self.others.values() if each.asks]
        return sorted(asked, key=lambda each: (str(each.pk) in self.answered, -self.asks(each), str(each.pk)))

    @cached_property
    def pinned(self) -> list[Said]:
        return [self.others[key] for key in self.pins if key in self.others]

    def asks(self, each: Said) -> int:
        return self.signs[str(each.pk)][ReactionKind.ASK]


class Part:
    """Messages that stand together; what is alike for all is one and the same object for all."""

    def __init__(self, read: Read, held: Sequence[Said], alike: Mapping[UUID, State]) -> None:
        self.read = read
        self.held = held
        self.alike = [alike[each.pk] for each in held]
        self.own: dict[str, set[int]] = defaultdict(set)  # by person: the places of what looks different to them
        for place, each in enumerate(held):
            for person in (str(each.by_id), *read.whose[str(each.pk)]):
                self.own[person].add(place)

    def by(self, viewer: Viewer) -> list[State]:
        own = self.own.get(viewer.person or "")
        if not own:
            return self.alike
        seen = list(self.alike)
        for place in own:
            seen[place] = self.read.shown(self.held[place], viewer)
        return seen


_OF_WRITER = {"name": "by__name", "who": "by__kind"}
_COLUMNS = [_OF_WRITER.get(name, name) for name in Said._fields]
_NOTHING = UUID(int=0)


def _around(thread: UUID, *pinned: UUID) -> Any:
    """The latest messages, the questions and what is pinned; the newest first."""
    rows = Post.objects.across_cities().shown().filter(thread=thread)
    kept = Q(kind=PostKind.QUESTION, state=PostState.VISIBLE) | Q(pk__in=pinned)
    latest = rows.order_by("-id").values("pk")[: SHOWN + 1]
    asked = rows.filter(kept).order_by("-id").values("pk")[: QUESTIONS + PINNED]
    found = Post.objects.across_cities().filter(Q(pk__in=latest) | Q(pk__in=asked))
    return found.order_by("-id").values_list(*_COLUMNS)


_AROUND = Prepared(_around)


def _posts(room: Room) -> Any:
    return Post.objects.in_city(room.city_id).shown().filter(thread=room.thread_id).select_related("by")


def _at_messages(room: UUID, oldest: UUID, *pinned: UUID) -> Any:
    """The signs at all messages since one, at questions and at what is pinned."""
    around = Q(post__gte=oldest) | Q(post__kind=PostKind.QUESTION) | Q(post__in=pinned)
    return Reaction.objects.filter(around, room=room).values_list("post", "kind", "person")


_SIGNS = Prepared(_at_messages)


def _signs_of(room: Room, posts: Sequence[Said], pinned: Sequence[UUID]) -> list[tuple[str, str, str]]:
    """Message, kind and person of every sign at the messages; the first is the oldest that is no question."""
    rows = _SIGNS(room.pk, posts[0].pk if posts else _NOTHING, *pinned)
    return [(str(post), kind, str(person)) for post, kind, person in rows]


def earlier(room: Room, viewer: Viewer, before: str) -> tuple[list[State], bool]:
    """A page of the messages before one, oldest first, and whether there are still earlier ones."""
    rows = _posts(room).order_by("-id").values_list(*_COLUMNS)
    try:
        found = [Said(*each) for each in (rows.filter(pk__lt=before) if before else rows)[: SHOWN + 1]]
    except (ValidationError, ValueError, TypeError):
        found = []
    page = found[:SHOWN][::-1]
    state = ToolState.objects.filter(room=room, tool="chat").values_list("state", flat=True).first() or {}
    read = Read(state, page, [], _signs_of(room, page, [_NOTHING] * PINNED))
    return [read.shown(each, viewer) for each in page], len(found) > SHOWN


def visible_message(room: Room, key: Any) -> Post | None:
    found: Post | None = _posts(room).filter(pk=key, state=PostState.VISIBLE).first()
    return found


def names_of_signs(room: Room, message: Post) -> list[tuple[str, list[str]]]:
    """Who gave which sign to a message: (kind, names)."""
    rows = Reaction.objects.filter(room=room, post=message).order_by("at", "pk")
    names: dict[str, list[str]] = defaultdict(list)
    for kind, name in rows.values_list("kind", "person__name"):
        names[kind].append(name)
    return [(kind, names[kind]) for kind in ReactionKind.values if kind in names]


class Chat:
    name = "chat"
    commands = {
        "post": Command("chat", _post, assisted=True),
        "react": Command("react", _react, assisted=True),
        "question": Command("chat", _question),
        "answered": Command("moderate", _answered),
        "pin": Command("moderate", _pin),
        "hide": Command("moderate", _hide),
        "restore": Command("moderate", _restore),
    }

    def start(self) -> State:
        return {"pinned": [], "answered": []}

    def read(self, room: Room, state: State) -> Read:
        """The latest messages, all questions and what is pinned, and the signs at them: two queries."""
        keys = [UUID(key) for key in state.get("pinned", [])][:PINNED]
        pins = [*keys, *[_NOTHING] * (PINNED - len(keys))]
        every = [Said(*each) for each in _AROUND(room.thread_id, *pins)]
        found = every[: SHOWN + 1]
        messages = found[:SHOWN][::-1]
        others = [each for each in every if each.pk in keys or each.asks]
        read = Read(state, messages, others[: QUESTIONS + PINNED], _signs_of(room, messages, pins))
        read.slow = slow_of(state_of(room, "moderation"))
        read.earlier = len(found) > SHOWN
        return read

    def show(self, read: Read, viewer: Viewer) -> State:
        """The projector shows the questions that most ask, without names."""
        inside = viewer.participant is not None
        messages, questions, pinned = (part.by(viewer) for part in read.parts)
        return {
            "messages": messages if inside else [],
            "questions": questions if inside else [{**each, "name": ""} for each in questions],
            "pinned": pinned if inside else [],
            "earlier": read.earlier and inside,
            "muted": viewer.muted,
            "wait": 0 if viewer.leads else _left(viewer.wrote_at, read.slow),
        }
