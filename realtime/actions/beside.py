"""What somebody said in a room beside its text, kind by kind: counted before it is taken out, and taken out.

`KINDS` is the whole of it; what stays, and why, is told by `kept`. A test asks both about every column there is.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from backend.base import journal, prose
from backend.base.idempotency import Once
from backend.base.journal import JournalEntry
from backend.conversations.models import Appeal, Flag, ModerationAct, Post
from backend.pacts.models import Decision
from backend.people.models import Person
from realtime.actions import repeating
from realtime.document import erasing
from realtime.models import (
    Caption,
    Concern,
    ConsentCheck,
    Erasure,
    Minutes,
    MinutesAnswer,
    MinutesRevision,
    NotePhoto,
    Passage,
    Poll,
    Room,
    SilentNote,
    Snapshot,
    Timeline,
    ToolState,
    Update,
    Version,
    VersionIdea,
)
from realtime.store import past

OPTION: Final = 200  # as in polls.py
FIRST: Final = 400  # as in consent.py: a check on a whole text holds its first words
# Lines of the journal whose reasons are words of one's own. Reasons for acts about others stay: these have a right to them.
OWN_REASONS: Final = ("room.freeze", "room.restore", "erasure.ask", "minutes.draft", "board.clear")

# All tables out of which words go: the text's own and those of what stands beside it.
HELD: Final = (
    *(Update, Snapshot, Timeline, Version, VersionIdea, Passage, ToolState, SilentNote, NotePhoto, Caption),
    *(Poll, ConsentCheck, Concern, Minutes, MinutesRevision, MinutesAnswer, Erasure),
    *(Post, Flag, Appeal, ModerationAct, Decision, JournalEntry, Once),
)

Pieces = list[Any]  # blocks of the text as it is without the words


@dataclass
class Taking:
    """One erasure on its way through everything beside the text."""

    room: Room
    people: list[UUID]
    by: Person
    sign: str
    notes: set[str]  # what notes of theirs said
    theirs: Callable[[str, datetime], bool]  # whether words that the text said at some time were (partly) theirs
    swaps: dict[str, str] = field(default_factory=dict)  # words that other records repeat -> what stands there now
    files: list[str] = field(default_factory=list)  # of the storage, to be removed once all this is certain

    def swap(self, words: str, new: str = "") -> str:
        if len(words) > 2 and words != self.sign:
            self.swaps[words] = new or self.sign
        return new or self.sign


def people_of(person: Person) -> list[UUID]:
    """The person, and the guests that they were."""
    return [person.pk, *person.merged.values_list("pk", flat=True)]


def sign_of(room: Room) -> str:
    with translation.override(room.language):
        return _("[taken out at a person’s wish]")


def is_public(version: Version, room: Room) -> bool:
    """Whether it was handed in: from then on it is the city's to decide about."""
    return room.proposal is not None and room.proposal.versions.filter(origin__id=str(version.pk)).exists()


# --- Whose is what -----------------------------------------------------------------------


def _threads(room: Room, place: str = "thread") -> Q:
    return Q(**{place: room.thread_id}) | Q(**{f"{place}__passage__room": room})


def posts_of(room: Room, people: list[UUID]) -> Any:
    """What they said in the chat and about passages, and is still there."""
    rows = Post.objects.in_city(room.city_id).filter(_threads(room), by__in=people)
    return rows.exclude(text=sign_of(room))


def _photos(room: Room, people: list[UUID]) -> Any:
    return NotePhoto.objects.in_city(room.city_id).filter(room=room, by__in=people)


def _silent(room: Room, people: list[UUID]) -> Any:
    return SilentNote.objects.filter(room=room, person__in=people)


def _captions(room: Room, people: list[UUID]) -> Any:
    return Caption.objects.filter(room=room, by__in=people)


def _concerns(room: Room, people: list[UUID]) -> Any:
    rows = Concern.objects.in_city(room.city_id).filter(check_of__room=room, person__in=people)
    return rows.exclude(text=sign_of(room))


def _answers(room: Room, people: list[UUID]) -> Any:
    rows = MinutesAnswer.objects.filter(revision__minutes__room=room, person__in=people)
    return rows.exclude(words__in=["", sign_of(room)])


def _polls(room: Room, people: list[UUID]) -> Any:
    rows = Poll.objects.in_city(room.city_id).filter(room=room, made_by__in=people)
    return rows.exclude(question=sign_of(room))


def _checks(room: Room, people: list[UUID]) -> Any:
    """Checks whose question they worded themselves."""
    rows = ConsentCheck.objects.in_city(room.city_id).filter(room=room, made_by__in=people)
    with translation.override(room.language):
        usual = _("Can you live with this?")
    return rows.exclude(question__in=[usual, sign_of(room)])


def _titles(room: Room, people: list[UUID]) -> list[Version]:
    rows = Version.objects.in_city(room.city_id).filter(room=room, by__in=people)
    named = [row for row in rows if row.reason or row.title != untitled(room, row)]
    return [row for row in named if not is_public(row, room)]


def untitled(room: Room, version: Version) -> str:
    with translation.override(room.language):
        return _("Version %(number)d") % {"number": version.number}


def _reports(room: Room, people: list[UUID]) -> list[Any]:
    """What they wrote to moderators about this room: reports and wishes for a second look."""
    flags = Flag.objects.in_city(room.city_id).filter(_threads(room, "post__thread"), by__in=people).exclude(note="")
    about = Q(act__thread=room.thread_id) | _threads(room, "act__post__thread")
    appeals = Appeal.objects.in_city(room.city_id).filter(about, by__in=people).exclude(text=sign_of(room))
    return [*flags, *appeals]


def _announced(room: Room, people: list[UUID]) -> Any:
    """Messages to all, here and in the groups."""
    here = Q(thread=room.thread_id) | Q(thread__room__parent=room)
    rows = ModerationAct.objects.in_city(room.city_id).filter(here, by__in=people, act="announce")
    return rows.exclude(reason=sign_of(room))


def _added(room: Room, people: list[UUID]) -> dict[str, str]:
    """Lines that they added to the minutes: a line belongs to who first wrote it."""
    rows = MinutesRevision.objects.filter(minutes__room=room).order_by("minutes", "number")
    first: dict[str, UUID] = {}
    for row in rows.only("content", "by_id"):
        for text in row.added.values():
            for line in text.split("\n"):
                first.setdefault(line, row.by_id)
    sign = sign_of(room)
    return {line: sign for line, who in first.items() if who in people and line.strip() and line != sign}


# --- Counting ----------------------------------------------------------------------------


def counts(room: Room, people: list[UUID]) -> dict[str, int]:
    """How much of each kind would go, beside letters, notes and versions, which the text itself tells."""
    return {
        "messages": posts_of(room, people).count(),
        "silent": _silent(room, people).count(),
        "photos": _photos(room, people).count(),
        "captions": _captions(room, people).count(),
        "questions": _polls(room, people).count() + _checks(room, people).count(),
        "concerns": _concerns(room, people).count(),
        "objections": _answers(room, people).count(),
        "minutes": len(_added(room, people)),
        "titles": len(_titles(room, people)),
        "reports": len(_reports(room, people)),
        "announced": _announced(room, people).count(),
    }


def said_here(room: Room, people: list[UUID]) -> bool:
    """Whether anything of theirs is in the room: text, board, talk or answers."""
    return any(counts(room, people).values()) or _wrote(room, people)


def _wrote(room: Room, people: list[UUID]) -> bool:
    """Whether the text or the board holds words of theirs; of a long past that nobody has looked at yet, yes."""
    clients = past.clients_of(room, people)
    if not clients or past.missing(room) > past.FAR:
        return bool(clients)
    held = past.past(room)
    with held.lock:
        return erasing.says(held.timeline, clients)


# --- Taking out --------------------------------------------------------------------------


def take(taking: Taking, said: Pieces, board: dict[str, dict[str, Any]]) -> dict[str, int]:
    """Everything at once, inside the caller's transaction; tells how much of each kind it was."""
    found = counts(taking.room, taking.people)
    for words in taking.notes:
        taking.swap(words)
    for step in STEPS:
        step(taking)
    _passages(taking, " ".join(piece.text for piece in said))
    stays = {str(note.get("text", "")) for note in board.values()}
    swaps = {words: new for words, new in taking.swaps.items() if words not in stays}  # others said the same
    repeating.take(taking.room, taking.people, taking.by, swaps)
    return {**found, "notes": found.pop("silent")}


def _take_posts(taking: Taking) -> None:
    posts_of(taking.room, taking.people).update(text=taking.sign, translations={})
    _announced(taking.room, taking.people).update(reason=taking.sign)
    for each in _reports(taking.room, taking.people):
        changes = {"note": ""} if isinstance(each, Flag) else {"text": taking.sign}
        type(each)._base_manager.filter(pk=each.pk).update(**changes)


def _take_ideas(taking: Taking) -> None:
    for photo in _photos(taking.room, taking.people):
        taking.files += [*photo.picture.names, photo.path]
        taking.swap(photo.alt)
    _silent(taking.room, taking.people).delete()
    _photos(taking.room, taking.people).delete()
    rows = VersionIdea.objects.filter(version__room=taking.room, person__in=taking.people)
    rows.update(text=taking.sign)


def _take_captions(taking: Taking) -> None:
    for text in _captions(taking.room, taking.people).values_list("text", flat=True):
        taking.swap(text)
    _captions(taking.room, taking.people).delete()


def _take_votes(taking: Taking) -> None:
    """Counts and seals stay; what was asked in their words goes."""
    with translation.override(taking.room.language):
        plain = {_("Yes"), _("No")}
    for poll in _polls(taking.room, taking.people):
        options = [
            each if each["text"] in plain or each.get("note") else {**each, "text": taking.swap(each["text"])}
            for each in poll.options
        ]
        rows = Poll.objects.in_city(poll.city_id).filter(pk=poll.pk)
        rows.update(question=taking.swap(poll.question), options=options, translations={})
    noted = {words[:OPTION] for words in taking.notes}
    for poll in Poll.objects.in_city(taking.room.city_id).filter(room=taking.room):
        options = [
            {**each, "text": taking.sign} if each.get("note") and each["text"] in noted else each
            for each in poll.options
        ]
        if options != poll.options:
            Poll.objects.in_city(poll.city_id).filter(pk=poll.pk).update(options=options)


def _take_checks(taking: Taking) -> None:
    for check in _checks(taking.room, taking.people):
        rows = ConsentCheck.objects.in_city(check.city_id).filter(pk=check.pk)
        rows.update(question=taking.swap(check.question), translations={})
        # Handed on with a proposal it is public record, like the text.
        mine = Decision.objects.in_city(check.city_id).filter(pk=check.decision_id, proposal=None, pact=None)
        mine.update(question=taking.sign)
    for concern in _concerns(taking.room, taking.people):
        taking.swap(concern.text)
    _concerns(taking.room, taking.people).update(text=taking.sign)
    resolved = Concern.objects.in_city(taking.room.city_id).filter(check_of__room=taking.room)
    resolved = resolved.filter(resolved_by__in=taking.people).exclude(how="")
    for how in resolved.values_list("how", flat=True):
        taking.swap(how)
    resolved.update(how=taking.sign)


def _take_passages_of_checks(taking: Taking) -> None:
    """What was asked about says what its version says now. Its seal stays that of the words that were decided on."""
    rows = ConsentCheck.objects.in_city(taking.room.city_id).filter(room=taking.room).select_related("version")
    for check in rows.exclude(version__taken_at=None):
        pieces = [piece for piece in prose.blocks(check.version.content) if piece.id in check.blocks]
        passage = "\n\n".join(piece.text for piece in pieces)
        if not check.blocks:
            passage = prose.first_words(check.version.content, FIRST)
        if passage != check.passage:
            taking.swap(check.passage, passage or taking.sign)
            ConsentCheck.objects.in_city(check.city_id).filter(pk=check.pk).update(passage=passage)


def _take_titles(taking: Taking) -> None:
    for version in _titles(taking.room, taking.people):
        plain = untitled(taking.room, version)
        taking.swap(version.title, plain)
        rows = Version.objects.in_city(version.city_id).filter(pk=version.pk)
        rows.update(title=plain, reason="")


def _take_reasons(taking: Taking) -> None:
    """Reasons that they wrote into the journal; the line stays, and the chain still holds."""
    room = taking.room
    versions = Version.objects.in_city(room.city_id).filter(room=room)
    public = {str(version.pk) for version in versions if is_public(version, room)}
    things = {str(key) for key in versions.values_list("pk", flat=True)} - public
    wishes = Erasure.objects.in_city(room.city_id).filter(room=room)
    minutes = Minutes.objects.in_city(room.city_id).filter(room=room)
    for rows in (wishes, minutes):
        things |= {str(key) for key in rows.values_list("pk", flat=True)}
    lines = JournalEntry.objects.filter(actor__in=taking.people, verb__in=OWN_REASONS)
    journal.withhold(lines.filter(subject_id__in=[*things, str(room.pk)]), by=taking.by)
    wishes.filter(person__in=taking.people, asked_by__in=taking.people).update(reason="")
    Once.objects.filter(owner__in=[str(key) for key in taking.people]).delete()  # answers that may repeat it all


def _take_minutes(taking: Taking) -> None:
    _answers(taking.room, taking.people).update(words=taking.sign)
    taking.swaps |= _added(taking.room, taking.people)


STEPS: Final[tuple[Callable[[Taking], None], ...]] = (
    _take_posts,
    _take_ideas,
    _take_captions,
    _take_votes,
    _take_checks,
    _take_passages_of_checks,
    _take_titles,
    _take_reasons,
    _take_minutes,
)


def _passages(taking: Taking, said: str) -> None:
    """Words that comments and suggestions were about go where they were theirs; others' stay, also off the text."""
    rows = Passage.objects.in_city(taking.room.city_id).filter(room=taking.room)
    rows.filter(by__in=taking.people).update(words="", quote="")
    for passage in rows.exclude(quote=""):
        if passage.quote not in said and taking.theirs(passage.quote, passage.at):
            rows.filter(pk=passage.pk).update(quote="")


def kept() -> Iterable[str]:
    """What stays after an erasure, and why."""
    return (
        _("What was handed in as a proposal: it is public record. Only the City can decide about it."),
        _("How many voted, and what was decided, with the seal of the text at that time: the others decided, too."),
        _("Reasons for acts of moderation and answers to wishes: those concerned have a right to them."),
        _("The name and the question of the room, its agenda, columns and groups: the work of all hangs on them."),
        _("The private notes of those who lead: they write them together. They can take words out by hand."),
        _("What others copied or quoted in words of their own."),
    )
