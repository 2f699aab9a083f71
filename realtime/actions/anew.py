"""The log of a room that never knew somebody's words: written beside the old one, and put in its place at once."""

from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID
from zlib import crc32

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base import marks, prose, wiping
from backend.base.canonical import sha256
from backend.base.journal import record
from backend.base.problems import Conflict
from backend.base.tasks import later
from backend.people.models import Person
from realtime import document, store
from realtime.actions import beside
from realtime.actions.proving import Proof, other_words, words_of
from realtime.actions.upkeep import make_snapshot
from realtime.broadcast import anew_on_commit, tell_on_commit
from realtime.document import Known, Scratch, Timeline, adopting, erasing, restoring
from realtime.models import ClientClock, Erasure, Participant, Room, Update, Version
from realtime.store import past

TRIES: Final = 3


def rewrite(erasure: Erasure) -> None:
    """Take the words out of the database: one transaction that happens whole, once, or not at all."""
    assert erasure.answered_by is not None
    for _try in range(TRIES):
        rows = Room.objects.in_city(erasure.room.city_id).select_related("city", "proposal", "thread")
        room = rows.get(pk=erasure.room_id)
        log = room.log
        try:
            anew = Anew(room, erasure.person, erasure.answered_by)
            anew.prepare()  # nearly all of the work, before anybody has to wait
            with wiping.overwriting(), transaction.atomic():
                # Whoever writes now waits for this row; on SQLite, whoever writes anything.
                Room.objects.in_city(room.city_id).filter(pk=room.pk).update(told=F("told"))
                if anew.finish(erasure):
                    return
        except erasing.TooTight:
            continue
        except Conflict as problem:
            overtaken = not rows.filter(pk=room.pk, log=log).exists()  # its rows went as they were read
            if not overtaken and not (problem.code == "torn" and store.bring_from_snapshot(room.pk)):
                raise
    raise Conflict("busy", _("Many are writing at this moment. Try again."))


@dataclass
class Line:
    number: int
    participant: UUID | None
    at: datetime
    data: bytes


class Telling:
    """A room's text from its first row on, with words of groups in their writers' names."""

    def __init__(self, room: Room, people: list[UUID]) -> None:
        self.room = room
        self.timeline = Timeline()
        self.clients = past.clients_of(room, people)
        self.hands: dict[int, UUID | None] = {}  # of rows that came too early

    def lines(self) -> Iterator[Line]:
        """The rows that came since, each when it is taken over: one that came too early, at the moment and at the time
        from which on it stands in the text."""
        after = max(self.timeline.number, self.room.log_after)
        rows = Update.objects.filter(room=self.room, log=self.room.log, number__gt=after).order_by("number")
        fields = ("number", "participant_id", "at", "data", "checksum")
        groups = past.Groups(self.room.pk)
        for number, participant, at, data, checksum in rows.values_list(*fields).iterator():
            self.timeline.number = number
            if crc32(bytes(data)) != checksum:
                continue
            self.hands[number] = participant
            for row, taken in self.timeline.coming(number, bytes(data)):
                adopting.adopt_ideas(self.timeline, taken)
                groups.give_back(self.timeline, taken)
                yield Line(number, self.hands.pop(row), at, taken)


@contextmanager
def told_for(room: Room, people: list[UUID]) -> Iterator[tuple[Timeline, set[int]]]:
    """A room's timeline and the clients of `people` in it, for who only looks."""
    held = past.past(room)
    with held.lock:
        yield held.timeline, past.clients_of(room, people)


class Anew:
    """Makes the new log and, with it, everything else that changes."""

    def __init__(self, room: Room, person: Person, by: Person) -> None:
        self.room, self.by = room, by
        self.people = beside.people_of(person)
        self.proof = Proof(room.pk)
        self.telling = Telling(room, self.people)
        self.timeline = self.telling.timeline
        self.known = Known()
        self.numbers: list[int] = []  # old numbers of the rows that were taken over
        self.times: list[datetime] = []  # when these came
        self.entries: list[store.Entry] = []
        self._said: dict[int, tuple[str, str]] = {}  # update -> the text after it, with and without the words
        self.names = erasing.Names(store.owners(room.pk))
        self.scratch = Scratch()
        self.applied = 0
        self.blanked: dict[UUID, Any] = {}  # version -> what it says from now on; None: as before
        self.sign = beside.sign_of(room)
        self.emptied: set[str] = set()  # blocks that said something and say nothing now
        self.letters = 0

    @property
    def clients(self) -> set[int]:
        return self.telling.clients

    # --- before anybody waits --------------------------------------------------------------

    def prepare(self) -> None:
        self._go_on()
        self._prove()
        self._read()
        for version in self._versions():
            self.blanked[version.pk] = self._blank(version)

    def _go_on(self) -> bool:
        """Take over the rows that came since; tells whether any came."""
        self.proof.count()
        fresh = list(self.telling.lines())
        owners = store.owners(self.room.pk)
        self.telling.clients |= past.clients_of(self.room, self.people)
        gone = erasing.doomed(self.timeline, self.clients)
        for line in fresh:
            data = erasing.rewritten(line.data, gone, self.names)
            change = self.known.take(data, limit=len(data))
            if change.empty:
                continue  # brought again more than once
            wrote = next(iter(erasing.clients_of(line.data)), None)
            person = owners.get(wrote, store.NOBODY) if wrote is not None else store.NOBODY
            self.numbers.append(line.number)
            self.times.append(line.at)
            entry = store.Entry(change.data, person, line.participant, change.advances, line.at, letters=change.plain)
            self.entries.append(entry._replace(seal=entry.sealed()))  # takes long, but mostly before anybody waits
        return bool(fresh)

    def _prove(self) -> None:
        """The new text, held against what it must say; a log that says anything else is never stored."""
        rows = [entry.data for entry in self.entries[self.applied :]]
        if rows:
            self.scratch.apply(document.mended(document.merge(rows), self.known.splits))
            self.applied = len(self.entries)
        self.proof.hold(
            self.timeline, {old: self.known.clocks.get(self.names.of(old), 0) for old in self.timeline.clients()}
        )
        wanted = self.timeline.read(without=self.clients).content
        if words_of(self.scratch.content()) != words_of(wanted):
            raise other_words(self.room.pk)

    def _read(self) -> None:
        before, after = self.timeline.read().content, self.timeline.read(without=self.clients)
        left = {piece.id for piece in prose.blocks(after.content)}
        self.emptied = {piece.id for piece in prose.blocks(before)} - left - {""}
        self.letters = after.blanked

    def _versions(self) -> list[Version]:
        rows = Version.objects.in_city(self.room.city_id).filter(room=self.room).select_related("city")
        return list(rows.order_by("number"))

    def _blank(self, version: Version) -> Any:
        """What is left of a version, with a sign for each passage; None where nothing of it goes."""
        if beside.is_public(version, self.room):
            return None
        moment = self.timeline.read(version.update_number, without=self.clients, sign=self.sign)
        return marks.settled(prose.clean(moment.content)) if moment.blanked else None

    # --- while nobody else writes ----------------------------------------------------------

    def finish(self, erasure: Erasure) -> bool:
        """The rest at one stroke; False where somebody was faster all the same."""
        room, log = self.room, self.room.log
        room.refresh_from_db(fields=["head", "epoch", "log", "log_after"])
        if room.log != log:
            return False  # words of somebody else went meanwhile: what was prepared still holds them
        if self._go_on():
            self._prove()
            self._read()
        if not Erasure.objects.in_city(room.city_id).filter(pk=erasure.pk, log=None).update(log=room.log + 1):
            return True  # another worker was faster, and did all of it
        outcome = store.begin_anew(room.pk, room.head, room.epoch, [*self.entries, *self._tidied()])
        if not isinstance(outcome, store.Stored):
            transaction.set_rollback(True)
            return False
        self._mark_carried()
        taken = {"letters": self.letters, "versions": self._change_versions()}
        taking = beside.Taking(room, self.people, self.by, self.sign, self._note_words(), self._theirs)
        taken |= beside.take(taking, prose.blocks(self.scratch.content()), self.scratch.board())
        taken["notes"] += sum(item.client in self.clients for _key, item, _fields in self.timeline.notes())
        erasure.log, erasure.taken, erasure.files = room.log + 1, taken, taking.files
        erasure.reason = "" if erasure.asked_by_id in self.people else erasure.reason
        erasure.moved_at = timezone.now()
        erasure.save(update_fields=["log", "taken", "files", "reason", "moved_at"])
        before, after = str(room.log), str(room.log + 1)
        record(by=self.by, verb="room.anew", subject=room, before=before, after=after, reason=erasure.answer)
        past.forget(room.pk)
        anew_on_commit(room.pk)
        transaction.on_commit(partial(later, make_snapshot, str(room.pk)))
        tell_on_commit(room, "versions")
        return True

    def _mark_carried(self) -> None:
        """Hands that only carried others' words still do."""
        clocks = ClientClock.objects.filter(room=self.room)
        old = clocks.filter(log=self.room.log, carried=True).values_list("client", flat=True)
        clocks.filter(log=self.room.log + 1, client__in=[self.names.of(client) for client in old]).update(carried=True)

    def _tidied(self) -> list[store.Entry]:
        """Blocks that are empty now go, notes go, and others' notes say again what others wrote."""
        client = document.new_client(self.known.clocks)
        buried = erasing.buried(erasing.doomed(self.timeline, self.clients), self.names)
        self.scratch.apply(buried)
        updates = restoring.emptied(self.scratch, client, self.emptied)
        for update in updates:
            self.scratch.apply(update)
        noted = self.scratch.changed(client, self._notes())
        for update in noted:
            self.scratch.apply(update)
        seat = Participant.objects.in_city(self.room.city_id).filter(room=self.room, person=self.by).first()
        entries = []
        for update in [buried, *updates, *noted]:
            change = self.known.take(update, limit=len(update))
            if not change.empty:
                hand = seat.pk if seat else None
                entries.append(store.Entry(change.data, self.by.pk, hand, change.advances))
        return entries

    def _notes(self) -> dict[str, dict[str, Any] | None]:
        changes: dict[str, dict[str, Any] | None] = {}
        for key, item, fields in self.timeline.notes():
            said, own = fields.get("text", []), item.client in self.clients
            if not (said[-1].author in self.clients if said else own):
                continue
            others = [value.value[-1] for value in said if value.author not in self.clients and value.value]
            changes[key] = {"text": others[-1]} if others and not own else None
        return changes

    def _note_words(self) -> set[str]:
        """All that notes of theirs ever said: minutes, votes and versions repeat it."""
        said = erasing.note_words(self.timeline, self.clients)
        return {form for words in said for form in (words, " ".join(words.split())) if form}

    def _theirs(self, quote: str, at: datetime) -> bool:
        """Whether the text that held these words then does not hold them without the person; also where none did."""
        place = bisect_right(self.times, at)
        number = self.numbers[place - 1] if place else 0
        if number not in self._said:
            whole, left = self.timeline.read(number), self.timeline.read(number, without=self.clients)
            self._said[number] = _plain(whole.content), _plain(left.content)
        whole_words, left_words = self._said[number]
        return quote not in whole_words or quote not in left_words

    def _change_versions(self) -> int:
        """Passages of frozen versions give way to a sign; those that were handed in are public record."""
        room, changed, now = self.room, 0, timezone.now()
        for version in self._versions():
            place = bisect_right(self.numbers, version.update_number)
            changes: dict[str, Any] = {"update_number": room.head + place}
            content = self.blanked[version.pk] if version.pk in self.blanked else self._blank(version)
            if content is not None:
                seal = sha256(content)
                changes |= {"content": content, "sha256": seal, "taken_at": now}
                changes["first_sha256"] = version.first_sha256 or version.sha256
                record(by=self.by, verb="version.blank", subject=version, before=version.sha256, after=seal)
                changed += 1
            Version.objects.in_city(room.city_id).filter(pk=version.pk).update(**changes)
        return changed


def _plain(content: Any) -> str:
    return " ".join(piece.text for piece in prose.blocks(content))
