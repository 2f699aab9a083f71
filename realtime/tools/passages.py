"""Comments on passages of the text, and changes that people propose in it, with the talk about them."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from backend.base.journal import record
from backend.conversations.actions import hide_post
from backend.conversations.choices import PostState
from backend.conversations.models import Post
from backend.people.choices import PersonKind
from realtime import actions
from realtime.choices import Deciders, PassageKind, PassageState
from realtime.models import Passage, Room
from realtime.permissions import SCRIBES
from realtime.tools.base import Command, Order, State, Viewer, people_of

OPEN, CLOSED, POSTS = 200, 30, 1500


def _language(order: Order) -> str:
    language = str(order.args.get("language") or order.by.language)[:2]
    return language if language in dict(settings.LANGUAGES) else order.room.language


def _raw(order: Order, name: str) -> str:
    """Words as they stand in the text, spaces and all."""
    value = order.args.get(name, "")
    return value if isinstance(value, str) else ""


def _found(order: Order) -> Passage:
    key = _raw(order, "id")
    rows = Passage.objects.in_city(order.room.city_id).filter(room=order.room).select_related("thread", "by")
    found = rows.filter(key=key).first() if "\0" not in key else None
    found = found or actions.found_in_text(room=order.room, key=key)
    if found is None:
        raise ValidationError({"id": ValidationError(_("This passage is not here any more."), code="gone")})
    found.room = order.room
    return found


def _marks(args: Mapping[str, Any]) -> bool:
    """Whether the server puts the marks into the text; an editor that has done so gives its key alone."""
    return bool(args.get("block"))


def _open(order: Order) -> None:
    start = order.number("start", 0, 10**7) if order.args.get("start") else 0
    actions.comment_on(
        room=order.room,
        by=order.by,
        text=_raw(order, "text"),
        language=_language(order),
        key=_raw(order, "key"),
        block=_raw(order, "block"),
        start=start,
        quote=_raw(order, "quote"),
    )


def _suggest(order: Order) -> None:
    """With `key`: the marks are in the text already. With `block`: the words it should say."""
    said: dict[str, Any] = {
        "room": order.room,
        "by": order.by,
        "text": _raw(order, "text"),
        "language": _language(order),
    }
    if key := _raw(order, "key"):
        actions.propose_marked(key=key, quote=_raw(order, "quote"), new=_raw(order, "words"), **said)
    else:
        block, before, after = (_raw(order, name) for name in ("block", "before", "after"))
        actions.propose_words(block=block, before=before, after=after, **said)


def _reply(order: Order) -> None:
    actions.reply_to_passage(passage=_found(order), by=order.by, text=_raw(order, "text"), language=_language(order))


def _accept(order: Order) -> None:
    actions.decide_suggestion(passage=_found(order), by=order.by, accept=True, deciders=order.state["deciders"])


def _reject(order: Order) -> None:
    actions.decide_suggestion(passage=_found(order), by=order.by, accept=False, deciders=order.state["deciders"])


def _resolve(order: Order) -> None:
    actions.settle_comment(passage=_found(order), by=order.by, settled=True, deciders=order.state["deciders"])


def _reopen(order: Order) -> None:
    actions.settle_comment(passage=_found(order), by=order.by, settled=False, deciders=order.state["deciders"])


def _hide(order: Order) -> None:
    rows = Post.objects.in_city(order.room.city_id).filter(thread__passage__room=order.room).select_related("by")
    try:
        found = rows.filter(pk=UUID(_raw(order, "id"))).first()
    except ValueError:
        found = None
    if found is None:
        raise ValidationError({"id": ValidationError(_("This message is not here any more."), code="gone")})
    place = order.room.thread  # the log of the room tells of it
    hide_post(post=found, by=order.by, reason=order.text("reason"), keeps_thread=True, place=place)
    order.also |= {"appeals", "moderation"}


def _rule(order: Order) -> None:
    wanted = order.text("deciders", 12)
    if wanted not in Deciders.values:
        raise ValidationError({"deciders": ValidationError(_("Choose one of the rules."), code="choice")})
    if wanted != order.state["deciders"]:
        record(by=order.by, verb="room.deciders", subject=order.room, before=order.state["deciders"], after=str(wanted))
    order.state["deciders"] = wanted


class Read(NamedTuple):
    deciders: str
    scribes: set[str]  # persons
    passages: list[Passage]
    posts: dict[UUID, list[Post]]  # of a thread


class Passages:
    name = "passages"
    commands = {
        "open": Command("suggest", _open, assisted=True, writes=_marks),
        "suggest": Command("suggest", _suggest, assisted=True, writes=_marks),
        "reply": Command("suggest", _reply, assisted=True),
        "accept": Command("suggest", _accept, writes=lambda args: True),
        "reject": Command("suggest", _reject, writes=lambda args: True),
        "resolve": Command("suggest", _resolve),
        "reopen": Command("suggest", _reopen),
        "hide": Command("moderate", _hide),
        "rule": Command("facilitate", _rule),
    }

    def start(self) -> State:
        return {"deciders": Deciders.SCRIBES.value}

    def read(self, room: Room, state: State) -> Read:
        rows = Passage.objects.in_city(room.city_id).filter(room=room).select_related("by")
        first = rows.filter(state=PassageState.OPEN).order_by("id").values("pk")[:OPEN]
        last = rows.exclude(state=PassageState.OPEN).order_by("-decided_at", "-id").values("pk")[:CLOSED]
        found = list(rows.filter(Q(pk__in=first) | Q(pk__in=last)).order_by("-decided_at", "-id"))
        here = [row for row in found if row.state == PassageState.OPEN]
        here.sort(key=lambda row: row.pk)
        here += [row for row in found if row.state != PassageState.OPEN]
        said = Post.objects.in_city(room.city_id).filter(thread__in=[row.thread_id for row in here])
        posts: dict[UUID, list[Post]] = {}
        for each in said.exclude(state=PostState.ERASED).select_related("by").order_by("id")[:POSTS]:
            posts.setdefault(each.thread_id, []).append(each)
        scribes = {str(each.person_id) for each in people_of(room) if each.is_in and each.role in SCRIBES}
        return Read(state["deciders"], scribes, here, posts)

    def show(self, read: Read, viewer: Viewer) -> State:
        """Nothing of it is the projector's: what is proposed is not the room's text yet, and names stand here."""
        if viewer.participant is None:
            return {"used": False, "deciders": read.deciders, "decides": False, "items": []}
        decides = read.deciders == Deciders.WRITERS or viewer.person in read.scribes
        items = [_shown(each, read.posts.get(each.thread_id, []), viewer, decides) for each in read.passages]
        return {"used": bool(items), "deciders": read.deciders, "decides": decides, "items": items}


def _shown(row: Passage, posts: list[Post], viewer: Viewer, decides: bool) -> State:
    mine = row.by_id is not None and str(row.by_id) == viewer.person
    is_open, comment = row.state == PassageState.OPEN, row.kind == PassageKind.COMMENT
    return {
        "id": row.key,
        "kind": row.kind,
        "state": row.state,
        "name": row.by.name if row.by else "",
        "assisted": row.by is not None and row.by.kind == PersonKind.ASSISTED,
        "mine": mine,
        "at": row.at.isoformat(),
        "quote": row.quote,
        "words": row.words,
        "accepts": is_open and not comment and decides,
        "rejects": is_open and not comment and (decides or mine),
        "settles": is_open and comment and (decides or mine),
        # Where something of it was typed while it was decided, and stands in the text still.
        "rest": {"accepts": decides, "rejects": decides or mine} if not is_open and not comment else None,
        "reopens": row.state == PassageState.RESOLVED and (decides or mine),
        "posts": [_said(each, viewer) for each in posts],
    }


def _said(each: Post, viewer: Viewer) -> State:
    hidden = each.state == PostState.HIDDEN
    return {
        "id": str(each.pk),
        "name": each.by.name,
        "assisted": each.by.kind == PersonKind.ASSISTED,
        "mine": str(each.by_id) == viewer.person,
        "text": "" if hidden else each.text,
        "language": each.language,
        "at": each.at.isoformat(),
        "hidden": hidden,
    }
