"""What hangs on passages of a room's text: to comment, to propose other words, and to decide about them.

Whoever writes in a live editor puts the marks into the text with their own hand. For everyone else, and
for every decision, the server does it, in their name and on the text as it stands at that moment.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base import marks, prose, words
from backend.base.journal import move, record
from backend.base.problems import Conflict
from backend.conversations.actions import open_thread, post
from backend.conversations.choices import PostKind
from backend.conversations.models import Post
from backend.people.models import Person
from realtime import document, permissions, store
from realtime.actions.barring import barred
from realtime.actions.text import Hand, ahead_of, new_block_id, write_log
from realtime.broadcast import tell_on_commit
from realtime.choices import Deciders, PassageKind, PassageState
from realtime.document import Known, Lost, Scratch, suggesting
from realtime.models import Participant, Passage, Room

SAID, WORDS, BLOCK = 2000, 600, 20_000
OPEN: Final = 200  # at once in one room
KEY: Final = re.compile(r"[0-9a-z]{8,24}")

Write = Callable[[Scratch, int], list[bytes]]


def _participant(room: Room, by: Person) -> Participant:
    found = permissions.seat_of(by, room)
    if found is None or not permissions.abilities(found, permissions.rules_of(room))["suggest"]:
        raise barred("suggest", room, found)
    return found


def _write(room: Room, by: Person, write: Write) -> Scratch | None:
    """Write marks, or what a decision makes of them; the text after it, or None where there was nothing to write.
    Raises Lost."""
    after: list[Scratch | None] = [None]

    def compose(scratch: Scratch, known: Known) -> Iterable[tuple[Hand, list[bytes]]]:
        hand: Hand = (by.pk, _participant(room, by).pk)
        updates = write(scratch, document.new_client(known.clocks))
        for update in updates:
            scratch.apply(update)
        after[0] = scratch if updates else None
        yield hand, updates

    if Room.objects.across_cities().filter(pk=room.pk, head__gt=0).exists():
        write_log(room, compose)
    return after[0]


def _lost() -> ValidationError:
    message = _("These words have changed meanwhile. Look at the text and try again.")
    return ValidationError({"quote": ValidationError(message, code="lost")})


def _make(room: Room, by: Person | None, key: str, kind: str, quote: str, new: str) -> Passage:
    rows = Passage.objects.in_city(room.city_id).filter(room=room)
    if rows.filter(state=PassageState.OPEN).count() >= OPEN:
        raise Conflict("too_many", _("Many passages are open already. Settle some of them first."))
    try:
        with transaction.atomic():
            return Passage.objects.create(
                city_id=room.city_id,
                room=room,
                key=key,
                kind=kind,
                thread=open_thread(city=room.city),
                by=by,
                quote=quote[:WORDS],
                words=new[:WORDS],
            )
    except IntegrityError:
        raise Conflict("taken", _("Somebody else has begun this already.")) from None


def _mine(room: Room, by: Person, key: str) -> Passage | None:
    """What this person began with this key before: an order that comes twice is done once."""
    return Passage.objects.in_city(room.city_id).filter(room=room, key=key, by=by).first()


def _key(key: str) -> str:
    if key and not KEY.fullmatch(key):
        raise ValidationError({"key": ValidationError(_("There is no such passage."), code="key")})
    return key or new_block_id()


def _say(passage: Passage, by: Person, text: str, language: str) -> Post:
    return post(
        thread=passage.thread,
        by=by,
        text=words.prose(text, field="text", limit=SAID),
        kind=PostKind.COMMENT,
        language=language,
    )


# --- Beginning ------------------------------------------------------------------------------


def comment_on(
    *, room: Room, by: Person, text: str, language: str, key: str = "", block: str = "", start: int = 0, quote: str = ""
) -> Passage:
    """Say something about words of the text. With `block` the server marks them; else the writer's editor has."""
    _participant(room, by)
    key, quote = _key(key), quote.replace("\0", "")
    if found := _mine(room, by, key):
        return found
    with transaction.atomic():
        passage = _make(room, by, key, PassageKind.COMMENT, quote, "")
        _say(passage, by, text, language)
        if block:
            _mark(passage, by, block, start, quote)
    return passage


def _mark(passage: Passage, by: Person, block: str, start: int, quote: str) -> None:
    def write(scratch: Scratch, client: int) -> list[bytes]:
        return suggesting.comment(scratch, client, passage.key, block, start, quote)

    try:
        after = _write(passage.room, by, write)
    except Lost:
        raise _lost() from None
    if after is None:
        raise _lost()
    if not quote:
        passage.quote = _marked(after).get(passage.key, marks.Marked("")).comment[:WORDS]
        passage.save(update_fields=["quote"])


def _marked(scratch: Scratch) -> dict[str, marks.Marked]:
    return marks.marked(prose.clean(scratch.content()))


def _standing(room: Room, key: str) -> marks.Marked | None:
    """What stands marked with `key`: by what was read ahead, or else by what is stored."""
    ahead = ahead_of(room)
    found = _marked(ahead.scratch).get(key) if ahead is not None else None
    return found or _marked(document.load(store.updates_of(room.pk)[0])[0]).get(key)


def propose_marked(
    *, room: Room, by: Person, key: str, quote: str = "", new: str = "", text: str = "", language: str = ""
) -> Passage:
    """Say that the changes with this key in the text are one's own. Again with the same key: the words have grown."""
    participant = _participant(room, by)
    if not permissions.abilities(participant, permissions.rules_of(room))["write"]:
        raise barred("write", room, participant)
    key, quote, new = _key(key), quote.replace("\0", "")[:WORDS], new.replace("\0", "")[:WORDS]
    with transaction.atomic():
        passage = _mine(room, by, key)
        if passage is None:
            passage = _make(room, by, key, PassageKind.SUGGESTION, quote, new)
        elif passage.state == PassageState.REJECTED and passage.decided_by_id == by.pk:
            move(passage, PassageState.OPEN, by=by, decided_by=None, decided_at=None, quote=quote, words=new)
        elif passage.state == PassageState.OPEN and (passage.quote, passage.words) != (quote, new):
            passage.quote, passage.words = quote, new
            passage.save(update_fields=["quote", "words"])
        if text:
            _say(passage, by, text, language)
    return passage


def propose_words(
    *, room: Room, by: Person, block: str, before: str, after: str, text: str = "", language: str = ""
) -> Passage:
    """Propose other words for a block, without writing in the text: the server marks what differs, in one's name."""
    participant = _participant(room, by)
    after = " ".join(words.prose(after, field="after", limit=BLOCK).split(" ")).replace("\n", " ")
    before = before.replace("\r\n", "\n")
    if after == before.replace("\n", " "):
        message = _("This is what the text says already. Change some words.")
        raise ValidationError({"after": ValidationError(message, code="same")})
    mark = {"id": new_block_id(), "by": str(participant.pk), "at": None}

    def write(scratch: Scratch, client: int) -> list[bytes]:
        return suggesting.rewrite(scratch, client, mark, block, before, after)

    with transaction.atomic():
        try:
            written = _write(room, by, write)
        except suggesting.Taken:
            message = _(
                "Someone has proposed something for these words already. Answer there, or wait for the decision."
            )
            raise ValidationError({"after": ValidationError(message, code="taken")}) from None
        except Lost:
            raise _lost() from None
        if written is None:
            raise _lost()
        stands = _marked(written).get(str(mark["id"]), marks.Marked(block))
        passage = _make(
            room, by, str(mark["id"]), PassageKind.SUGGESTION, stands.deletion.strip(), stands.insertion.strip()
        )
        if text:
            _say(passage, by, text, language)
    return passage


# --- Talking and deciding -------------------------------------------------------------------


def reply_to_passage(*, passage: Passage, by: Person, text: str, language: str) -> Post:
    """Say something to a comment or a suggestion."""
    _participant(passage.room, by)
    return _say(passage, by, text, language)


def may_decide(participant: Participant, deciders: str) -> bool:
    """The room's rule: who makes a suggestion part of the text."""
    may = permissions.abilities(participant, permissions.rules_of(participant.room))
    return may["write"] and (participant.role in permissions.SCRIBES or deciders == Deciders.WRITERS)


def found_in_text(*, room: Room, key: str) -> Passage | None:
    """A row for marks that stand in the text without one: their writer's line was cut before it was said."""
    stands = _standing(room, key) if KEY.fullmatch(key) else None
    if stands is None:
        return None
    kind = PassageKind.COMMENT if stands.comment else PassageKind.SUGGESTION
    return _make(room, None, key, kind, stands.comment or stands.deletion, stands.insertion)


def _require_decides(passage: Passage, by: Person, deciders: str, *, accept: bool) -> None:
    participant = _participant(passage.room, by)
    own = not accept and passage.by_id == by.pk
    if not own and not may_decide(participant, deciders):
        raise PermissionDenied(_("In this room others decide what becomes part of the text."))


def decide_suggestion(*, passage: Passage, by: Person, accept: bool, deciders: str) -> Passage:
    """Make a suggestion part of the text, or take it out. Whoever made it may always take it back."""
    _require_decides(passage, by, deciders, accept=accept)
    if passage.kind != PassageKind.SUGGESTION:
        raise Conflict("wrong_state", _("This is a comment. It can be settled, not accepted."))

    def write(scratch: Scratch, client: int) -> list[bytes]:
        _require_decides(passage, by, deciders, accept=accept)
        return suggesting.decide(scratch, client, passage.key, accept=accept)

    with transaction.atomic():
        to = PassageState.ACCEPTED if accept else PassageState.REJECTED
        if passage.state in (PassageState.ACCEPTED, PassageState.REJECTED):
            _decide_the_rest(passage, by, to, wrote=_write(passage.room, by, write) is not None)
            return passage
        move(passage, to, by=by, decided_by=by, decided_at=timezone.now())
        if _write(passage.room, by, write) is None and accept:
            raise _lost()
    return passage


def _decide_the_rest(passage: Passage, by: Person, to: str, *, wrote: bool) -> None:
    """What somebody typed into a suggestion while it was decided hangs there still, and is decided after it."""
    if not wrote:
        raise Conflict("wrong_state", _("This cannot be done any more: it has moved on."))
    record(by=by, verb="passage.rest", subject=passage, before=passage.state, after=to)


def settle_comment(*, passage: Passage, by: Person, settled: bool, deciders: str) -> Passage:
    """Close a comment, or open it again: whoever began it, and whoever decides about the text."""
    participant = _participant(passage.room, by)
    participant.room = passage.room
    if passage.by_id != by.pk and not may_decide(participant, deciders):
        raise PermissionDenied(_("Whoever wrote the comment settles it, or a scribe."))
    if passage.kind != PassageKind.COMMENT:
        raise Conflict("wrong_state", _("A suggestion is accepted or not."))
    if settled:
        move(passage, PassageState.RESOLVED, by=by, decided_by=by, decided_at=timezone.now())
    else:
        move(passage, PassageState.OPEN, by=by, decided_by=None, decided_at=None)
    return passage


# --- Losing their place -----------------------------------------------------------------------


def open_of(room: Room, *, held: bool = False) -> list[Passage]:
    """What waits for an answer; `held`: so that nobody answers before this transaction ends. Whoever also writes in the
    text holds these before the room's row, as a decision does."""
    rows = Passage.objects.in_city(room.city_id).filter(room=room, state=PassageState.OPEN).order_by("id")
    return list(rows.select_related("thread", "city").select_for_update(of=("self",)) if held else rows)


def settle_lost(*, passages: Iterable[Passage], room: Room, by: Person, why: str) -> None:
    """What they hung on is not in the text any more: they say `why`, in the room's language, and wait for nobody.
    The caller has asked who may."""
    for passage in passages:
        to = PassageState.RESOLVED if passage.kind == PassageKind.COMMENT else PassageState.REJECTED
        move(passage, to, by=by, reason=why, decided_by=by, decided_at=timezone.now())
        post(thread=passage.thread, by=by, text=why, kind=PostKind.COMMENT, language=room.language)
        tell_on_commit(room, "passages")
