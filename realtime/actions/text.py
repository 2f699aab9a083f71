"""What the server itself writes into a room's text, and what becomes of the text: versions and proposals."""

import contextlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from backend.base import limits, marks, prose, words
from backend.base.canonical import sha256
from backend.base.journal import record, told_at
from backend.base.problems import Conflict
from backend.pacts.actions import submit_proposal as hand_in
from backend.pacts.models import Proposal
from backend.pacts.permissions import can_submit
from backend.people.models import Person
from realtime import document, permissions, store
from realtime.actions.barring import barred
from realtime.actions.consent import hand_on_decisions
from realtime.actions.ideas import people_of_ideas, tie_ideas
from realtime.broadcast import head_on_commit, tell_on_commit
from realtime.choices import ParticipantState, Place
from realtime.document import Block, Known, Scratch
from realtime.models import ClientClock, GroupAuthor, Participant, Room, Version

TITLE, REASON, PASSAGE = 160, 400, 20_000
IN_A_MINUTE: Final = 30  # passages of one person, by form
_AHEAD: Final = "_ahead"
_LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"

Hand = tuple[UUID, UUID | None]  # a person and their place in the room


def new_block_id() -> str:
    """Twelve letters, 60 bits, as the editor makes them."""
    return "".join(secrets.choice(_LETTERS) for _ in range(12))


# --- Writing -----------------------------------------------------------------------------


class Reading(NamedTuple):
    """A room's text as it was read once, to write on top of it."""

    loaded: store.Loaded
    scratch: Scratch
    known: Known

    @property
    def place(self) -> tuple[int, int, int]:
        return self.loaded.head, self.loaded.epoch, self.loaded.log


@contextlib.contextmanager
def read_ahead(room: Room) -> Iterator[None]:
    """Read the text before anything is locked: what is written to `room` meanwhile need not, if nobody was faster."""
    room.__dict__[_AHEAD] = _read(room)
    try:
        yield
    finally:
        room.__dict__.pop(_AHEAD, None)


def ahead_of(room: Room) -> Reading | None:
    held: Reading | None = room.__dict__.get(_AHEAD)
    return held


def _read(room: Room) -> Reading:
    loaded = store.load(room.pk)
    return Reading(loaded, *document.load(loaded.updates)[:2])


def _read_to_write(room: Room) -> Reading:
    """The text to write on, and with it whether the room is open: rights are asked as of the same epoch."""
    held: Reading | None = room.__dict__.pop(_AHEAD, None)
    now = _now(room)
    if held is None or held.place != now[:3]:
        held, now = _read(room), _now(room)
    room.state = now[3]
    return held


def _now(room: Room) -> tuple[int, int, int, str]:
    rows = Room.objects.across_cities().filter(pk=room.pk)
    found: tuple[int, int, int, str] | None = rows.values_list("head", "epoch", "log", "state").first()
    if found is None:
        raise store.NoRoom
    return found


def write_log(
    room: Room, compose: Callable[[Scratch, Known], Iterable[tuple[Hand, list[bytes]]]], *, carries: bool = False
) -> int:
    """Append what `compose` writes on top of the room's text; again where others were faster. Tells the new head.

    The same law as for sockets: every update passes the guard, belongs to its person, and is stored before it is told;
    a text has an end, and whoever lost their rights since writes no more: `compose` asks for them, every time anew.
    Whose hand only `carries` words that others wrote has not written them.
    """
    for _try in range(8):
        loaded, scratch, known = _read_to_write(room)
        entries = []
        for (person, participant), updates in compose(scratch, known):
            for update in updates:
                change = known.take(update)
                entries.append(store.Entry(change.data, person, participant, change.advances, told_at()))
        if sum(map(len, loaded.updates)) + sum(len(entry.data) for entry in entries) > store.ROOM_LIMIT:
            raise Conflict(
                "text_full", _("This text is as long as one can be. Keep a version, and go on in a new room.")
            )
        with transaction.atomic():
            outcome = store.append(store.Batch(room.pk, loaded.head, loaded.epoch, entries, loaded.log))
            if isinstance(outcome, store.Stored):
                if carries:
                    clients = {client for entry in entries for client in entry.advances}
                    ClientClock.objects.filter(room=room, client__in=clients).update(carried=True)
                head_on_commit(room.pk)
                return outcome.head
    raise Conflict("busy", _("Many are writing at this moment. Try again."))


def _writer(room: Room, by: Person) -> Participant:
    found = permissions.seat_of(by, room)
    if found is None or not permissions.abilities(found, permissions.rules_of(room))["write"]:
        raise barred("write", room, found)
    return found


def post_passage(*, room: Room, by: Person, text: str) -> int:
    """Add paragraphs at the end of the text without a live editor; into the same log as everyone's words."""
    _writer(room, by)
    text = words.prose(text, field="text", limit=PASSAGE)
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    blocks = [Block("paragraph", part) for part in paragraphs if part]
    if not limits.spend(f"room.passage:{room.pk}:{by.pk}", IN_A_MINUTE, 60):
        raise Conflict("too_many", _("That was many passages at once. Wait a minute before the next one."))

    def compose(scratch: Scratch, known: Known) -> Iterable[tuple[Hand, list[bytes]]]:
        hand = (by.pk, _writer(room, by).pk)
        yield hand, scratch.appended(document.new_client(known.clocks), blocks, new_block_id)

    return write_log(room, compose)


def write_turns(*, room: Room, turns: Sequence[tuple[Person, str, str]]) -> int:
    """Write (person, block, words) one after the other, each by their own hand and some words at a time.

    Blocks are heading, paragraph or list_item. Whoever is not yet in the room gets a place in it.
    For a text that was written elsewhere, as the demo's.
    """
    hands = hands_of(room, [person for person, _, _ in turns])

    def compose(scratch: Scratch, known: Known) -> Iterable[tuple[Hand, list[bytes]]]:
        clients: dict[UUID, int] = {}
        for person, kind, text in turns:
            client = clients.setdefault(person.pk, document.new_client(known.clocks))
            said = " ".join(words.prose(text, field="text", limit=PASSAGE).split())
            updates = scratch.appended(client, [Block(kind, said)], new_block_id, words=4)
            for update in updates:
                scratch.apply(update)
            yield (person.pk, hands[person.pk]), updates

    return write_log(room, compose)


def hands_of(room: Room, people: Sequence[Person]) -> dict[UUID, UUID]:
    rows = Participant.objects.in_city(room.city_id).filter(room=room)
    hands = dict(rows.values_list("person_id", "pk"))
    for person in people:
        if person.pk not in hands:
            made = Participant.objects.create(
                city_id=room.city_id,
                room=room,
                person=person,
                state=ParticipantState.ADMITTED,
                place=Place.HALL,
                colour=len(hands) % 6 + 1,
                seen_at=timezone.now() - permissions.AWAY,
            )
            hands[person.pk] = made.pk
    return hands


# --- Versions ----------------------------------------------------------------------------


def freeze_version(*, room: Room, by: Person, title: str = "", reason: str = "") -> Version:
    """Keep the text as it stands at this moment, for good, with a name.

    What is proposed and not decided is left out of it; how much that is, the version says.
    """
    participant = permissions.seat_of(by, room)
    may = permissions.abilities(participant, permissions.rules_of(room))["freeze"]
    if not may and not permissions.can_keep_door(by, room):
        raise PermissionDenied(_("Only the facilitator and the scribes keep a version."))
    title = words.line(title, field="title", limit=TITLE, required=False)
    reason = words.prose(reason, field="reason", limit=REASON, required=False)
    return keep_version(room, by, _said(room), title=title, reason=reason)


class Said(NamedTuple):
    """What a room's text said after an update: `content` is what a version keeps of it."""

    text: document.Text
    content: Any
    number: int
    undecided: int


def said_after(text: document.Text, number: int) -> Said:
    proposed = prose.clean(text.content)
    return Said(text, marks.settled(proposed), number, undecided_in(proposed))


def _said(room: Room) -> Said:
    updates, number, _damaged = store.updates_of(room.pk)
    found = said_after(document.read(updates), number)
    if not prose.blocks(found.content):
        raise ValidationError({"title": ValidationError(_("There is no text yet."), code="empty")})
    return found


def keep_version(room: Room, by: Person, said: Said, *, title: str, reason: str = "") -> Version:
    """The caller has asked who may."""
    with transaction.atomic():
        version = _add_version(room, by, title, reason, said.content, said.number, undecided=said.undecided)
        tie_ideas(version, said.text)
        record(by=by, verb="room.freeze", subject=version, after=version.sha256, reason=reason)
        tell_on_commit(room, "versions")
    return version


def undecided_in(content: Any) -> int:
    """How many changes are proposed in a text and not decided."""
    return sum(1 for stands in marks.marked(content).values() if stands.insertion or stands.deletion)


def _add_version(room: Room, by: Person, title: str, reason: str, content: Any, number: int, **more: int) -> Version:
    rows = Version.objects.in_city(room.city_id).filter(room=room)
    for left in reversed(range(4)):
        next_one = (rows.aggregate(last=Max("number"))["last"] or 0) + 1
        try:
            with transaction.atomic():
                return Version.objects.create(
                    city_id=room.city_id,
                    room=room,
                    number=next_one,
                    update_number=number,
                    title=title or _numbered(room.language, next_one),
                    reason=reason,
                    content=content,
                    sha256=sha256(content),
                    by=by,
                    **more,
                )
        except IntegrityError:
            if not left:
                raise
    raise AssertionError


def _numbered(language: str, number: int) -> str:
    """What a version without a name is called, in the language of its room."""
    with translation.override(language):
        return _("Version %(number)d") % {"number": number}


def authors_of(room: Room) -> list[Person]:
    """Everyone whose words are or were in the text, came out of a group into it, or whose idea is in it; a guest
    who took an account is that account."""
    # From the rows: a snapshot does not say who wrote what was deleted since.
    said = document.read([row.data for row in store.rows_after(room.pk, 0)])
    wrote = [client for client, units in said.written.items() if units]
    wrote += [said.authors[note] for note in people_of_ideas(room, said)]
    clocks = ClientClock.objects.filter(room=room, client__in=wrote).select_related("person__merged_into")
    people = {}
    out_of_groups = room.group_authors.select_related("person__merged_into").order_by("id")
    rows: list[ClientClock | GroupAuthor] = [*clocks.order_by("id"), *out_of_groups]
    for row in rows:
        person = row.person.merged_into or row.person
        people[person.pk] = person
    return list(people.values())


def require_hand_in(room: Room, by: Person) -> None:
    """Raises PermissionDenied for who may not hand the text in: who leads may, in a group's name who may speak for it."""
    if not permissions.can_keep_door(by, room):
        raise PermissionDenied(_("Only the facilitator hands the text in."))
    if room.group is not None and not can_submit(by, room.city, room.group):
        raise PermissionDenied(
            _("This text goes out in the name of “%(group)s”. Ask someone who acts for the group to hand it in.")
            % {"group": room.group.name}
        )


class HandedIn(NamedTuple):
    """What is handed in, and where the room was when it was read."""

    place: tuple[int, int]  # head, log
    said: Said
    authors: list[Person]


def _to_hand_in(room: Room) -> HandedIn:
    return HandedIn(_place(room), _said(room), authors_of(room))  # what comes meanwhile is later than the place


def _place(room: Room) -> tuple[int, int]:
    head, _epoch, log, _state = _now(room)
    return head, log


def submit_proposal(
    *, room: Room, by: Person, title: str = "", summary: str = "", asks: str = "", **fields: Any
) -> Proposal:
    """Hand the text in as a proposal: freeze it, name everyone who wrote as its authors, point the room at it."""
    require_hand_in(room, by)
    if room.proposal_id is not None:
        raise Conflict("handed_in", _("This text has been handed in already."))
    title = words.line(title or room.title, field="title", limit=TITLE)
    with translation.override(room.language):
        reason = _("Handed in as a proposal")
    ahead = _to_hand_in(room)  # before anything is locked: it takes long
    with transaction.atomic():
        if ahead.place != _place(room):
            ahead = _to_hand_in(room)
        version = keep_version(room, by, ahead.said, title=title, reason=reason)
        proposal = hand_in(
            by=by,
            city=room.city,
            title=title,
            summary=summary or prose.first_words(version.content, 300),
            asks=asks,
            content=version.content,
            sha256=version.sha256,
            language=room.language,
            authors=ahead.authors or [by],
            origin={
                "kind": "version",
                "id": str(version.pk),
                "url": reverse("realtime:version", args=[room.city.slug, room.slug, version.number]),
                "title": version.title,
            },
            commons=room.commons,
            group=room.group,
            **fields,
        )
        mine = Room.objects.in_city(room.city_id).filter(pk=room.pk, proposal=None)
        if not mine.update(proposal=proposal, told=F("told") + 1):
            raise Conflict("handed_in", _("This text has been handed in already."))
        room.proposal = proposal
        hand_on_decisions(room=room, proposal=proposal)
        record(by=by, verb="room.submit", subject=room, after=proposal.reference)
        tell_on_commit(room, "versions")
    return proposal
