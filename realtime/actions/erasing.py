"""Somebody's words are taken out of a room for good: asked for by them, agreed by who leads the room."""

import logging
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID
from zlib import crc32

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from backend.base import marks, prose, words
from backend.base.canonical import sha256
from backend.base.journal import move, record
from backend.base.problems import Conflict
from backend.base.tasks import later
from backend.conversations.models import Post
from backend.people.models import Person
from realtime import document, permissions, store
from realtime.actions.silence import forget_photo
from realtime.actions.upkeep import make_snapshot
from realtime.broadcast import anew_on_commit, tell_on_commit
from realtime.choices import ErasureState
from realtime.document import Known, Moment, Scratch, Timeline, erasing, restoring
from realtime.models import ClientClock, Erasure, NotePhoto, Participant, Passage, Room, SilentNote, Update, Version
from realtime.store import past

log = logging.getLogger(__name__)

REASON: Final = 400
TRIES: Final = 3


# --- Asking ------------------------------------------------------------------------------


def ask_erasure(*, room: Room, person: Person, by: Person, reason: str = "") -> Erasure:
    """Wish that the words of `person` be taken out; who leads the room answers."""
    if not permissions.can_ask_erasure(by, room, person):
        raise PermissionDenied(_("You can ask this for your own words."))
    reason = words.prose(reason, field="reason", limit=REASON, required=False)
    if not wrote_here(room, person):
        raise ValidationError({"reason": ValidationError(_("There are no words of this person here."), code="none")})
    try:
        with transaction.atomic():
            erasure = Erasure.objects.create(city_id=room.city_id, room=room, person=person, asked_by=by, reason=reason)
            record(by=by, verb="erasure.ask", subject=erasure, after=ErasureState.ASKED, reason=reason)
    except IntegrityError:
        raise Conflict("asked", _("This has been asked for already.")) from None
    return erasure


def ask_everywhere(*, person: Person, by: Person) -> int:
    """The same wish in every room in which they wrote, as they leave for good; tells in how many."""
    clocks = ClientClock.objects.filter(person__in=_people(person), log=F("room__log"))
    rooms = Room.objects.across_cities().filter(pk__in=clocks.values("room")).select_related("city", "group", "thread")
    asked = Erasure.objects.across_cities().filter(person=person, state=ErasureState.ASKED)
    waiting = set(asked.values_list("room_id", flat=True))
    fresh = [room for room in rooms if room.pk not in waiting]
    for room in fresh:
        erasure = Erasure.objects.create(city_id=room.city_id, room=room, person=person, asked_by=by)
        erasure.city = room.city
        record(by=by, verb="erasure.ask", subject=erasure, after=ErasureState.ASKED)
    return len(fresh)


def refuse_erasure(*, erasure: Erasure, by: Person, reason: str) -> None:
    """Say no, and why. The person can turn to the city."""
    if not permissions.can_keep_door(by, erasure.room):
        raise PermissionDenied(_("Only the facilitator answers this."))
    reason = words.prose(reason, field="reason", limit=REASON)
    answer: dict[str, Any] = {"answered_by": by, "answer": reason, "answered_at": timezone.now()}
    move(erasure, ErasureState.REFUSED, by=by, reason=reason, **answer)


def wrote_here(room: Room, person: Person) -> bool:
    """Whether anything of theirs is in the room's text, on its board or in its talk."""
    people = _people(person)
    if ClientClock.objects.filter(room=room, person__in=people, log=room.log).exists():
        return True
    return _posts(room, people).exists() or SilentNote.objects.filter(room=room, person__in=people).exists()


def _people(person: Person) -> list[UUID]:
    """The person, and the guests that they were."""
    return [person.pk, *person.merged.values_list("pk", flat=True)]


def _posts(room: Room, people: list[UUID]) -> Any:
    threads = Q(thread=room.thread_id) | Q(thread__passage__room=room)
    return Post.objects.in_city(room.city_id).filter(threads, by__in=people)


# --- What would go -----------------------------------------------------------------------


@dataclass
class Loss:
    """What an erasure takes out, for who decides about it."""

    letters: int  # of the text as it stands
    share: int  # of all its letters, in per cent
    notes: int
    messages: int
    versions: list[Version]  # in which passages are blanked
    public: list[Version]  # that were handed in: they are public record and stay
    before: Moment
    after: Moment


def loss_of(erasure: Erasure) -> Loss:
    room, people = erasure.room, _people(erasure.person)
    held = past.past(room)
    clients = _clients(room, people)
    before, after = held.read(held.head), held.read(held.head, without=clients)
    whole = sum(sum(credit.values()) for credit in before.credits)
    touched, public = _touched(room, held, clients)
    with held.lock:
        notes = sum(item.client in clients for _key, item, _fields in held.timeline.notes())
    return Loss(
        letters=after.blanked,
        share=round(100 * after.blanked / whole) if whole else 0,
        notes=notes,
        messages=_posts(room, people).exclude(text=_sign(room)).count(),
        versions=touched,
        public=public,
        before=before,
        after=after,
    )


def _clients(room: Room, people: list[UUID]) -> set[int]:
    rows = ClientClock.objects.filter(room=room, person__in=people, log=room.log)
    return set(rows.values_list("client", flat=True))


def _touched(room: Room, held: past.Past, clients: set[int]) -> tuple[list[Version], list[Version]]:
    touched: list[Version] = []
    public: list[Version] = []
    for version in Version.objects.in_city(room.city_id).filter(room=room).order_by("number"):
        if held.read(version.update_number, without=clients).blanked:
            (public if is_public(version, room) else touched).append(version)
    return touched, public


def is_public(version: Version, room: Room) -> bool:
    """Whether it was handed in: from then on it is the city's to decide about."""
    return room.proposal is not None and room.proposal.versions.filter(origin__id=str(version.pk)).exists()


def _sign(room: Room) -> str:
    with translation.override(room.language):
        return _("[taken out at a person’s wish]")


# --- Doing it ----------------------------------------------------------------------------


def agree_erasure(*, erasure: Erasure, by: Person, reason: str = "") -> None:
    """Take the words out: a new log of the text begins, and nobody goes on with a copy of the old one."""
    if not permissions.can_keep_door(by, erasure.room):
        raise PermissionDenied(_("Only the facilitator agrees to this."))
    reason = words.prose(reason, field="reason", limit=REASON)
    for _try in range(TRIES):
        room = (
            Room.objects.in_city(erasure.room.city_id)
            .select_related("city", "proposal", "thread")
            .get(pk=erasure.room_id)
        )
        try:
            anew = _Anew(room, erasure.person, by)
            anew.go_on()  # most of the work, before anybody has to wait
            with transaction.atomic():
                # Whoever writes now waits for this row; on SQLite, whoever writes anything.
                Room.objects.in_city(room.city_id).filter(pk=room.pk).update(told=F("told"))
                if anew.finish(erasure, reason):
                    return
        except erasing.TooTight:
            continue
    raise Conflict("busy", _("Many are writing at this moment. Try again."))


@dataclass
class _Row:
    number: int
    participant: UUID | None
    at: datetime
    data: bytes


class _Anew:
    """Makes the log of a room that never knew somebody's words."""

    def __init__(self, room: Room, person: Person, by: Person) -> None:
        self.room, self.by = room, by
        self.people = _people(person)
        self.clients = _clients(room, self.people)
        self.timeline = Timeline()
        self.known = Known()
        self.numbers: list[int] = []  # old numbers of the rows that were taken over
        self.entries: list[store.Entry] = []
        self.names = erasing.Names(store.owners(room.pk))

    def go_on(self) -> None:
        """Take over the rows that came since."""
        fresh = list(self._rows())
        for row in fresh:
            self.timeline.append(row.number, row.data)
        owners = store.owners(self.room.pk)
        self.clients = _clients(self.room, self.people)
        gone = erasing.doomed(self.timeline, self.clients)
        for row in fresh:
            if row.number in self.timeline.damaged:
                continue
            data = erasing.rewritten(row.data, gone, self.names)
            change = self.known.take(data, limit=len(data))
            wrote = next(iter(erasing.clients_of(row.data)), None)
            person = owners.get(wrote, store.NOBODY) if wrote is not None else store.NOBODY
            self.numbers.append(row.number)
            self.entries.append(store.Entry(change.data, person, row.participant, change.advances, row.at))

    def _rows(self) -> Iterator[_Row]:
        after = max(self.timeline.number, self.room.log_after)
        rows = Update.objects.filter(room=self.room, log=self.room.log, number__gt=after).order_by("number")
        fields = ("number", "participant_id", "at", "data", "checksum")
        for number, participant, at, data, checksum in rows.values_list(*fields).iterator():
            if crc32(bytes(data)) == checksum:
                yield _Row(number, participant, at, bytes(data))

    def finish(self, erasure: Erasure, reason: str) -> bool:
        """The rest, while nobody else writes; False where somebody was faster all the same."""
        room = self.room
        room.refresh_from_db(fields=["head", "epoch", "log", "log_after"])
        self.go_on()
        scratch = self._proved()
        tidying = self._tidied(scratch)
        outcome = store.begin_anew(room.pk, room.head, room.epoch, [*self.entries, *tidying])
        if not isinstance(outcome, store.Stored):
            return False
        versions = self._blank_versions()
        taken = {"letters": self._letters(), "versions": versions, **self._take_the_rest(scratch)}
        now = timezone.now()
        answer: dict[str, Any] = {"answered_by": self.by, "answer": reason, "answered_at": now}
        answer |= {"log": room.log + 1, "taken": taken}
        move(erasure, ErasureState.DONE, by=self.by, reason=reason, **answer)
        record(by=self.by, verb="room.anew", subject=room, before=str(room.log), after=str(room.log + 1), reason=reason)
        past.forget(room.pk)
        anew_on_commit(room.pk)
        transaction.on_commit(partial(later, make_snapshot, str(room.pk)))
        tell_on_commit(room, "versions")
        return True

    # --- the text ------------------------------------------------------------------------

    def _proved(self) -> Scratch:
        """The new text, held against what it must say; a log that says anything else is never stored."""
        rows = [entry.data for entry in self.entries]
        scratch = Scratch()
        scratch.apply(document.mended(document.merge(rows), self.known.splits))
        wanted = self.timeline.read(without=self.clients).content
        if _words(scratch.content()) != _words(wanted):
            log.error("The words of room %s cannot be taken out: the new text would say something else.", self.room.pk)
            raise Conflict("cannot", _("The words could not be taken out. Please tell the people who run this site."))
        return scratch

    def _tidied(self, scratch: Scratch) -> list[store.Entry]:
        """Blocks that are empty now go, notes go, and others' notes say again what others wrote."""
        client = document.new_client(self.known.clocks)
        updates = restoring.emptied(scratch, client, self._emptied())
        for update in updates:
            scratch.apply(update)
        updates += scratch.changed(client, self._notes())
        seat = Participant.objects.in_city(self.room.city_id).filter(room=self.room, person=self.by).first()
        entries = []
        for update in updates:
            change = self.known.take(update, limit=len(update))
            if not change.empty:
                hand = seat.pk if seat else None
                entries.append(store.Entry(change.data, self.by.pk, hand, change.advances))
        return entries

    def _emptied(self) -> set[str]:
        """Blocks that said something and say nothing now."""
        before = {piece.id for piece in prose.blocks(self.timeline.read().content)}
        after = {piece.id for piece in prose.blocks(self.timeline.read(without=self.clients).content)}
        return before - after - {""}

    def _notes(self) -> dict[str, dict[str, Any] | None]:
        changes: dict[str, dict[str, Any] | None] = {}
        for key, item, fields in self.timeline.notes():
            said, own = fields.get("text", []), item.client in self.clients
            if not (said[-1].author in self.clients if said else own):
                continue
            others = [value.value[-1] for value in said if value.author not in self.clients and value.value]
            changes[key] = {"text": others[-1]} if others and not own else None
        return changes

    def _letters(self) -> int:
        return self.timeline.read(without=self.clients).blanked

    # --- versions, and what stands beside the text -----------------------------------------

    def _blank_versions(self) -> int:
        """Passages of frozen versions give way to a sign; those that were handed in are public record."""
        room, sign, blanked = self.room, _sign(self.room), 0
        for version in Version.objects.in_city(room.city_id).filter(room=room).select_related("city"):
            moment = self.timeline.read(version.update_number, without=self.clients, sign=sign)
            place = bisect_right(self.numbers, version.update_number)
            changes: dict[str, Any] = {"update_number": room.head + place}
            if moment.blanked and not is_public(version, room):
                content = marks.settled(prose.clean(moment.content))
                changes |= {"content": content, "sha256": sha256(content)}
                record(
                    by=self.by, verb="version.blank", subject=version, before=version.sha256, after=changes["sha256"]
                )
                blanked += 1
            Version.objects.in_city(room.city_id).filter(pk=version.pk).update(**changes)
            version.ideas.filter(person__in=self.people).update(text=sign)
        return blanked

    def _take_the_rest(self, scratch: Scratch) -> dict[str, int]:
        room, sign = self.room, _sign(self.room)
        messages = _posts(room, self.people).exclude(text=sign).update(text=sign, translations={})
        silent = SilentNote.objects.filter(room=room, person__in=self.people).delete()[0]
        for photo in NotePhoto.objects.in_city(room.city_id).filter(room=room, by__in=self.people):
            forget_photo(photo)
        passages = Passage.objects.in_city(room.city_id).filter(room=room)
        passages.filter(by__in=self.people).update(words="", quote="")
        said = " ".join(piece.text for piece in prose.blocks(scratch.content()))
        for passage in passages.exclude(quote=""):
            if passage.quote not in said:
                passages.filter(pk=passage.pk).update(quote="")
        gone = sum(item.client in self.clients for _key, item, _fields in self.timeline.notes())
        return {"messages": messages, "notes": gone + silent}


def _words(content: Any) -> list[Any]:
    """What a text says, block by block."""
    return [(piece.id, piece.kind, piece.text) for piece in prose.blocks(content)]
