"""Speaking, flagging, moderating with a reason, and the appeal against that."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base import words
from backend.base.journal import move, record
from backend.base.problems import Conflict
from backend.cities.models import City, Group
from backend.conversations import permissions
from backend.conversations.choices import AppealState, FlagReason, FlagState, PostKind, PostState
from backend.conversations.models import Appeal, Flag, ModerationAct, Post, Thread
from backend.people.actions import notify
from backend.people.models import Person

TEXT, REASON, NOTE, APPEAL = 4000, 1000, 1000, 2000


def open_thread(*, city: City) -> Thread:
    """A place to talk, for the thing that is being made with it."""
    return Thread.objects.create(city=city)


def close_thread(*, thread: Thread, by: Person) -> None:
    """No more posts; what was said stays. Its owner checks who may."""
    Thread.objects.in_city(thread.city_id).filter(pk=thread.pk).update(is_open=False)
    record(by=by, verb="thread.close", subject=thread)
    thread.is_open = False


def post(
    *,
    thread: Thread,
    by: Person,
    text: str,
    kind: str = PostKind.COMMENT,
    language: str,
    on_behalf_of: Group | None = None,
    parent: Post | None = None,
    translations: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> Post:
    """Say something. An answer hangs on the first post of its exchange, so that threads stay two levels deep.

    The app that owns the thread asks for more where it must (an account, a place in a room).
    """
    if not permissions.can_post(by, thread):
        raise PermissionDenied(_("Nothing more can be said here."))
    if on_behalf_of is not None and not permissions.can_speak_for(by, on_behalf_of):
        raise PermissionDenied(_("You cannot speak for this group."))
    if kind == PostKind.OFFICIAL and not permissions.can_speak_officially(by, thread.city):
        raise PermissionDenied(_("Only the City’s staff answer for the City."))
    if kind not in PostKind.values:
        raise ValidationError({"kind": _("Choose one of the kinds.")})
    if parent is not None and parent.thread_id != thread.pk:
        raise ValidationError({"parent": _("What you answer to is not here any more.")})
    return Post.objects.create(
        city_id=thread.city_id,
        thread=thread,
        parent=(parent.parent or parent) if parent else None,
        kind=kind,
        by=by,
        on_behalf_of=on_behalf_of,
        text=words.prose(text, field="text", limit=TEXT),
        language=language,
        translations=translations or {},
        at=at or timezone.now(),
    )


def _tell(person: Person, kind: str, post: Post, act: ModerationAct) -> None:
    reference = {
        "kind": "moderationact",
        "id": str(act.pk),
        "url": reverse("conversations:act", args=[post.city.slug, act.pk]),
        "title": post.text[:80],
    }
    notify(person=person, kind=kind, reference=reference)


def _act(subject: Post | Flag, act: str, by: Person, reason: str, place: Thread | None = None) -> ModerationAct:
    about = subject if isinstance(subject, Post) else subject.post
    return ModerationAct.objects.create(
        city_id=subject.city_id,
        post=about,
        thread_id=place.pk if place else about.thread_id if about else None,
        concerns_id=about.by_id if about else None,
        reference={} if isinstance(subject, Post) else subject.reference,
        act=act,
        by=by,
        reason=reason,
    )


def note_act(*, thread: Thread, by: Person, act: str, reason: str, concerns: Person | None = None) -> ModerationAct:
    """Write down what was decided in a place of talk, about `concerns` or about all who are there.

    The app that owns the place checks who may, does it, and tells whom it concerns.
    """
    return ModerationAct.objects.create(
        city_id=thread.city_id, thread=thread, by=by, act=act, reason=reason, concerns=concerns
    )


def hide_post(
    *, post: Post, by: Person, reason: str, keeps_thread: bool = False, place: Thread | None = None
) -> ModerationAct:
    """Hide `post`, with a reason that its author reads and may appeal against.

    `keeps_thread`: the app that owns the thread vouches that `by` keeps it, as a room's facilitator does.
    `place`: in whose log the act stands, where that is not the post's own thread.
    """
    if not (keeps_thread or permissions.can_hide(by, post)):
        raise PermissionDenied(_("You cannot hide this."))
    reason = words.prose(reason, field="reason", limit=REASON)
    with transaction.atomic():
        move(post, PostState.HIDDEN, by=by, reason=reason, verb="post.hide")
        act = _act(post, "hide", by, reason, place)
        _close_flags(post, FlagState.UPHELD, by, reason)
        _tell(post.by, "post_hidden", post, act)
    return act


def restore_post(*, post: Post, by: Person, reason: str, keeps_thread: bool = False) -> ModerationAct:
    """Show a hidden post again."""
    if not (keeps_thread or permissions.can_hide(by, post)):
        raise PermissionDenied(_("You cannot show this again."))
    reason = words.prose(reason, field="reason", limit=REASON)
    with transaction.atomic():
        move(post, PostState.VISIBLE, by=by, reason=reason, verb="post.restore")
        act = _act(post, "restore", by, reason)
        _tell(post.by, "post_restored", post, act)
    return act


def flag(
    *,
    by: Person,
    reason: str,
    note: str = "",
    post: Post | None = None,
    city: City | None = None,
    reference: dict[str, Any] | None = None,
) -> Flag:
    """Report `post`, or a thing of another app by its `reference` {kind, id, url, title}; once each."""
    if post is not None and not permissions.can_flag(by, post):
        raise PermissionDenied(_("You cannot report this."))
    if post is None and not (by.is_active and city and reference):
        raise PermissionDenied(_("You cannot report this."))
    if reason not in FlagReason.values:
        raise ValidationError({"reason": _("Choose what is wrong.")})
    note = words.prose(note, field="note", limit=NOTE, required=False)
    if post is None and _flagged(by, city, reference or {}):
        raise Conflict("flagged_already", _("You have reported this already. Someone looks at it soon."))
    try:
        with transaction.atomic():
            return Flag.objects.create(
                city_id=post.city_id if post else city.pk,  # type: ignore[union-attr]  # checked above
                post=post,
                reference=reference or {},
                by=by,
                reason=reason,
                note=note,
            )
    except IntegrityError:
        raise Conflict("flagged_already", _("You have reported this already. Someone looks at it soon.")) from None


def _flagged(by: Person, city: Any, reference: dict[str, Any]) -> bool:
    rows = Flag.objects.in_city(city).filter(by=by, state=FlagState.OPEN)
    return rows.filter(reference__kind=reference["kind"], reference__id=reference["id"]).exists()


def _close_flags(post: Post, state: str, by: Person, reason: str) -> None:
    """Every open report of one post is answered by the same decision."""
    for row in Flag.objects.in_city(post.city_id).open().filter(post=post):
        move(row, state, by=by, reason=reason)


def decide_flag(*, flag: Flag, by: Person, hide: bool, reason: str = "") -> ModerationAct:
    """Hide what was reported, with a reason, or leave it. All open reports of it are answered.

    A thing of another app is hidden by its own app's action, which the shell's table names; here
    the flag and its decision are kept.
    """
    if not permissions.can_decide(by, flag):
        raise PermissionDenied(_("You cannot decide about this."))
    reason = words.prose(reason, field="reason", limit=REASON, required=hide)
    state = FlagState.UPHELD if hide else FlagState.DISMISSED
    with transaction.atomic():
        move(flag, state, by=by, reason=reason)
        if flag.post is not None and hide and flag.post.state == PostState.VISIBLE:
            return hide_post(post=flag.post, by=by, reason=reason)
        if flag.post is not None:
            _close_flags(flag.post, state, by, reason)
        return _act(flag, "hide" if hide else "keep", by, reason)


def pass_on(*, flag: Flag, by: Person, reason: str = "") -> ModerationAct:
    """Hand it to the city's moderators and administrators."""
    if not permissions.can_pass_on(by, flag):
        raise PermissionDenied(_("You cannot pass this on."))
    reason = words.prose(reason, field="reason", limit=REASON, required=False)
    with transaction.atomic():
        rows = Flag.objects.in_city(flag.city_id).open().filter(passed_on=False)
        same = models.Q(pk=flag.pk) | models.Q(post=flag.post_id, post__isnull=False)
        if not rows.filter(same).update(passed_on=True):
            raise Conflict("moved_meanwhile", _("Someone else was faster. Look at it again."))
        record(by=by, verb="flag.pass_on", subject=flag, reason=reason)
        flag.passed_on = True
        return _act(flag, "pass_on", by, reason)


def appeal(*, act: ModerationAct, by: Person, text: str, in_place: bool = False) -> Appeal:
    """Ask someone else to look again at a decision about what one wrote.

    `in_place`: the app that owns the place of the act vouches that it concerns `by`, as a room does.
    """
    if not permissions.can_appeal(by, act, in_place=in_place):
        raise PermissionDenied(_("You cannot ask for a second look at this."))
    text = words.prose(text, field="text", limit=APPEAL)
    try:
        with transaction.atomic():
            made = Appeal.objects.create(city_id=act.city_id, act=act, by=by, text=text)
            record(by=by, verb="appeal.open", subject=made, after=AppealState.OPEN)
            return made
    except IntegrityError:
        raise Conflict("appealed_already", _("Your request is here already.")) from None


def _hid_last(act: ModerationAct) -> bool:
    rows = ModerationAct.objects.in_city(act.city_id).filter(post=act.post_id, act="hide")
    return bool(rows.order_by("-at", "-id").values_list("pk", flat=True).first() == act.pk)


def decide_appeal(*, appeal: Appeal, by: Person, accept: bool, answer: str, keeps_place: bool = False) -> Appeal:
    """Show it again, or leave it hidden; either with an answer to whoever asked. What was hidden anew since, for a
    reason of its own, stays hidden.

    What was no post is undone by the app that owns the place, whose facilitators may answer, too (`keeps_place`).
    """
    if not permissions.can_decide_appeal(by, appeal, keeps_place=keeps_place):
        raise PermissionDenied(_("Someone else than who decided first answers this."))
    answer = words.prose(answer, field="answer", limit=APPEAL)
    with transaction.atomic():
        state = AppealState.ACCEPTED if accept else AppealState.REFUSED
        move(appeal, state, by=by, reason=answer, decided_by=by, answer=answer)
        post = appeal.act.post
        if post is not None and accept and post.state == PostState.HIDDEN and _hid_last(appeal.act):
            move(post, PostState.VISIBLE, by=by, reason=answer, verb="post.restore")
            _act(post, "restore", by, answer)
        if post is not None:
            _tell(appeal.by, "appeal_decided", post, appeal.act)
    return appeal
