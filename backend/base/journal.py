"""The journal: who changed which state, role, money or signature, when and why; and the one way a state moves."""

import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base.ids import uuid7
from backend.base.limits import spend
from backend.base.problems import Conflict
from backend.base.tasks import later, task

SITE = "site"
WITHHELD = "journal.withhold"
# Lines are chained this long after the first unchained one: a busy evening is one task, not a thousand.
LINK_AFTER = timedelta(seconds=10)
# When what is being written down happened, where that was not now.
_happened: ContextVar[datetime | None] = ContextVar("happened", default=None)


class JournalEntry(models.Model):
    """One line. Written once, never changed but for its place in the chain; the database refuses it.

    `number`, `previous_hash` and `hash` are filled once by `link`, behind the writes, so that
    the chain is no hot lock. Persons are held by id alone, so that erasing one leaves the chain whole.
    The chain holds a reason by its salted `seal`: reason and salt may be withheld for good, the rest stays proved.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.UUIDField(default=uuid7, unique=True, editable=False)
    scope = models.CharField(max_length=64)  # a city's slug, or "site"
    actor = models.UUIDField(null=True)  # null: the system itself
    verb = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=40)
    before = models.CharField(max_length=64, blank=True)
    after = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)
    salt = models.CharField(max_length=32, blank=True, default="")
    seal = models.CharField(max_length=64, blank=True, default="")  # none: the chain holds the reason itself
    at = models.DateTimeField(default=timezone.now)
    number = models.PositiveBigIntegerField(null=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="journal_subject"),
            models.Index(fields=["scope", "number"], name="journal_scope_number"),
            models.Index(fields=["scope", "id"], name="journal_unlinked", condition=models.Q(number=None)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["scope", "number"], name="journal_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.verb} {self.subject_kind} {self.subject_id}"

    def canonical(self) -> bytes:
        """What the hash covers, as one line of JSON."""
        fields = [
            self.scope,
            self.number,
            str(self.key),
            str(self.actor or ""),
            self.verb,
            self.subject_kind,
            self.subject_id,
            self.before,
            self.after,
            self.seal or self.reason,
            self.at.isoformat(),
            self.previous_hash,
        ]
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


@contextmanager
def happened(at: datetime) -> Iterator[None]:
    """Lines written inside carry the time `at`: for what is told afterwards, as the demo is. Whoever
    tells it calls `link` at the end."""
    token = _happened.set(at)
    try:
        yield
    finally:
        _happened.reset(token)


def told_at() -> datetime | None:
    """The time of what is told afterwards; None for what happens now."""
    return _happened.get()


def record(
    *,
    by: Any,
    verb: str,
    subject: models.Model,
    before: str = "",
    after: str = "",
    reason: str = "",
    scope: str | None = None,
) -> JournalEntry:
    """Write one line, inside the caller's transaction.

    `scope` is the slug of the subject's city unless given. `by` is a Person or None for the system.
    """
    if scope is None:
        city = getattr(subject, "city", None)
        scope = city.slug if city is not None else SITE
    salt = secrets.token_hex(16) if reason else ""
    entry = JournalEntry.objects.create(
        scope=scope,
        actor=getattr(by, "pk", None),
        verb=verb,
        subject_kind=subject._meta.model_name or "",
        subject_id=str(subject.pk),
        before=before,
        after=after,
        reason=reason,
        salt=salt,
        seal=_seal(salt, reason) if reason else "",
        at=_happened.get() or timezone.now(),
    )
    if _happened.get() is None:
        transaction.on_commit(partial(_link_soon, scope))
    return entry


def _seal(salt: str, reason: str) -> str:
    return hashlib.sha256(f"{salt}{reason}".encode()).hexdigest()


def withhold(lines: Any, *, by: Any) -> int:
    """Take the reasons of `lines` out for good; a line for each says so. The chain still proves everything else."""
    found = list(lines.exclude(reason="").order_by("id"))
    for entry in found:
        JournalEntry.objects.filter(pk=entry.pk).update(reason="", salt="")
        note = JournalEntry(scope=entry.scope, actor=getattr(by, "pk", None), verb=WITHHELD)
        note.subject_kind, note.subject_id, note.before = "journalentry", str(entry.key), entry.hash
        note.save()
        transaction.on_commit(partial(_link_soon, entry.scope))
    return len(found)


def _link_soon(scope: str) -> None:
    # A use of the limit that is refused ends before the task of the one that was not starts.
    if spend(f"journal:{scope}", 1, int(LINK_AFTER.total_seconds())):
        later(link_scope, scope, delay=LINK_AFTER)


def move(thing: Any, to: str, *, by: Any, reason: str = "", verb: str = "", **changes: Any) -> JournalEntry:
    """Move `thing.state` to `to`: the only way a state changes.

    The model names its table of steps as `steps: dict[state, set[state]]`. `changes` are further
    fields set by the same statement. Raises Conflict where the table lacks the step or someone
    else moved it first; `thing` is then as it was.
    """
    before = thing.state
    if to not in type(thing).steps.get(before, ()):
        raise Conflict("wrong_state", _("This cannot be done any more: it has moved on."))
    with transaction.atomic():
        rows = type(thing)._base_manager.filter(pk=thing.pk, state=before)
        if not rows.update(state=to, **changes):
            raise Conflict("moved_meanwhile", _("Someone else was faster. Look at it again."))
        entry = record(
            by=by,
            verb=verb or f"{thing._meta.model_name}.{to}",
            subject=thing,
            before=str(before),
            after=str(to),
            reason=reason,
        )
    thing.state = to
    for name, value in changes.items():
        setattr(thing, name, value)
    return entry


def link(scope: str, batch: int = 1000) -> int:
    """Number and chain the lines of `scope` that are not yet in the chain; returns how many.

    Of two that run at once the unique number lets one win; the other's lines wait for the next run.
    """
    linked = 0
    while fresh := _link_batch(scope, batch):
        linked += fresh
    return linked


def _link_batch(scope: str, batch: int) -> int:
    try:
        with transaction.atomic():
            lines = JournalEntry.objects.filter(scope=scope)
            last = lines.exclude(number=None).order_by("-number").first()
            number, previous = (last.number or 0, last.hash) if last else (0, "")
            fresh = list(lines.filter(number=None).order_by("id")[:batch])
            for entry in fresh:
                number += 1
                entry.number, entry.previous_hash = number, previous
                entry.hash = previous = hashlib.sha256(entry.canonical()).hexdigest()
            _write_chain(fresh)
    except IntegrityError:
        return 0
    return len(fresh)


_CHAIN = "UPDATE base_journalentry SET number = %s, previous_hash = %s, hash = %s WHERE id = %s"


def _write_chain(entries: list[JournalEntry]) -> None:
    """Many rows by one short statement: one `CASE` over all of them takes five times as long."""
    rows = [(entry.number, entry.previous_hash, entry.hash, entry.pk) for entry in entries]
    with connection.cursor() as cursor:
        cursor.executemany(_CHAIN, rows)


@task
def link_scope(scope: str) -> None:
    """Chain what was written in `scope`."""
    link(scope)


def link_all() -> None:
    """Chain every scope that has lines outside the chain: what a lost task left behind."""
    old = timezone.now() - 2 * LINK_AFTER
    for scope in JournalEntry.objects.filter(number=None, at__lt=old).values_list("scope", flat=True).distinct():
        link(scope)


def scopes() -> list[str]:
    """Every scope that has a chain."""
    return list(JournalEntry.objects.order_by("scope").values_list("scope", flat=True).distinct())


def first_broken(scope: str) -> int | None:
    """The number of the first line of `scope` whose hash or place is wrong; None if the chain holds."""
    previous, expected = "", 1
    withheld = set(JournalEntry.objects.filter(scope=scope, verb=WITHHELD).values_list("subject_id", flat=True))
    lines = JournalEntry.objects.filter(scope=scope).exclude(number=None).order_by("number")
    for entry in lines.iterator():
        whole = entry.previous_hash == previous
        whole = whole and _proved(entry, withheld=str(entry.key) in withheld)
        if entry.number != expected or not whole:
            return expected
        previous, expected = entry.hash, expected + 1
    return None


def _proved(entry: JournalEntry, *, withheld: bool) -> bool:
    """Whether a line says what its hash covers; of a withheld reason only the seal is left, or not even that."""
    taken = withheld and not entry.reason
    if taken and not entry.seal:
        return True  # written before reasons had seals: the lines around it hold its hash
    told = taken or not entry.seal or entry.seal == _seal(entry.salt, entry.reason)
    return told and entry.hash == hashlib.sha256(entry.canonical()).hexdigest()
