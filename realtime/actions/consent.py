"""Consent checks: can you live with this text? Prepared, opened, answered, closed, and stamped on the exact text."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from backend.base import prose, words
from backend.base.canonical import sha256
from backend.base.journal import move, record
from backend.base.problems import Conflict
from backend.pacts.actions import attach_decision, record_decision
from backend.pacts.models import Decision, Proposal
from backend.people.models import Person
from realtime.actions import voters
from realtime.broadcast import tell_on_commit
from realtime.choices import ConcernState, Consent, Eligible, Outcome, VoteState
from realtime.models import Ballot, Concern, ConsentCheck, Participant, Room, Version

TOOL: Final = "consent"
QUESTION, WORDS, PASSAGE, FIRST = 300, 1000, 2000, 400
NAMED: Final = 60  # letters by which an earlier check is named
MOST_BLOCKS: Final = 200


# --- Preparing ---------------------------------------------------------------------------


def prepare_check(
    *,
    version: Version,
    by: Person,
    question: str = "",
    blocks: Sequence[str] = (),
    eligible: str = Eligible.TAKING_PART,
    quorum: int = 0,
) -> ConsentCheck:
    """Ask about a version, or about the passage of `blocks` in it; everyone sees text and rule before it opens.

    Raises Conflict where these words were answered on before: a new question needs a new text. Where too few answered,
    it is asked again.
    """
    room = version.room
    voters.require_lead(room, by)
    chosen = list(dict.fromkeys(blocks))[:MOST_BLOCKS]
    passage, seal = _text(version, chosen)
    with translation.override(room.language):
        usual = _("Can you live with this?")
    facts = {
        "city_id": room.city_id,
        "room": room,
        "language": room.language,
        "version": version,
        "blocks": chosen,
        "passage": passage,
        "text_sha256": seal,
        "question": words.line(question, field="question", limit=QUESTION, required=False) or usual,
        "eligible": voters.checked_eligible(room, eligible),
        "quorum": voters.checked_quorum(quorum),
        "made_by": by,
    }
    with transaction.atomic():
        _require_new(version, chosen, seal)
        try:
            with transaction.atomic():
                check = ConsentCheck.objects.create(number=voters.next_number(ConsentCheck, room), **facts)
        except IntegrityError as problem:
            _require_new(version, chosen, seal)
            raise Conflict("busy", _("Many did this at the same moment. Try again.")) from problem
        record(by=by, verb="consent.prepare", subject=check, after=seal)
        tell_on_commit(room, TOOL)
    return check


def _text(version: Version, blocks: list[str]) -> tuple[str, str]:
    """The words that are asked about, and their seal."""
    if not blocks:
        return prose.first_words(version.content, FIRST), version.sha256
    pieces = {piece.id: piece for piece in prose.blocks(version.content)}
    chosen = [piece for key, piece in pieces.items() if key in blocks]
    if len(chosen) < len(blocks):
        message = _("This passage is not in this version. Choose it again.")
        raise ValidationError({"blocks": ValidationError(message, code="no_passage")})
    passage = "\n\n".join(piece.text for piece in chosen)
    if len(passage) > PASSAGE:
        message = _("This passage is long. Ask about a shorter one, or about the whole text.")
        raise ValidationError({"blocks": ValidationError(message, code="too_long")})
    return passage, sha256([version.sha256, [[piece.id, piece.kind, piece.text] for piece in chosen]])


def _require_new(version: Version, blocks: Sequence[str], seal: str, *, but: ConsentCheck | None = None) -> None:
    """Raises Conflict where the room asks about the same words already, or has answered on any of them.

    A version that says the same under another number is the same text: only other words are asked about anew.
    """
    same = Q(text_sha256=seal) | Q(version=version) | Q(version__sha256=version.sha256)
    rows = ConsentCheck.objects.in_city(version.city_id).filter(same, room=version.room_id)
    rows = rows.exclude(outcome=Outcome.TOO_FEW).exclude(pk=but.pk if but is not None else None)
    for other in rows.select_related("version").defer("version__content"):
        if other.state != VoteState.CLOSED:
            if other.text_sha256 == seal:
                raise Conflict("asked", _("A consent check on this text is under way already."))
        elif other.text_sha256 == seal or _asks_again(version, set(blocks), other):
            raise _decided(other)


def _asks_again(version: Version, blocks: set[str], other: ConsentCheck) -> bool:
    """Whether words that were decided about are asked about once more.

    What was accepted of a text stands, and the text around it may still be asked about with it; what was blocked is
    not asked about again by asking about more.
    """
    every = {piece.id for piece in prose.blocks(version.content)} | set(other.blocks)
    asked, told = blocks or every, set(other.blocks) or every
    accepted = other.outcome in (Outcome.AGREED, Outcome.CONCERNS)
    return bool(asked & told) and not (accepted and told < asked)


def _decided(other: ConsentCheck) -> Conflict:
    """Which check it was."""
    message = _(
        "The room has answered on these words already: “%(question)s” was asked about “%(words)s” in version %(number)s. "
        "Change the text and keep a new version to ask again."
    )
    said = Truncator(" ".join(other.passage.split())).chars(NAMED)
    return Conflict("decided", message % {"question": other.question, "words": said, "number": other.version.number})


def drop_check(*, check: ConsentCheck, by: Person) -> None:
    """Take back a check that was prepared and not opened."""
    voters.require_lead(check.room, by)
    with transaction.atomic():
        mine = ConsentCheck.objects.in_city(check.city_id).filter(pk=check.pk, state=VoteState.DRAFT)
        if not mine.delete()[0]:
            raise Conflict("wrong_state", _("This check was opened already. Close it instead."))
        record(by=by, verb="consent.drop", subject=check)
        tell_on_commit(check.room, TOOL)


def open_check(*, check: ConsentCheck, by: Person) -> None:
    """Let people answer; one check at a time. Raises Conflict where its words were decided about since it was made."""
    voters.require_lead(check.room, by)
    before = check.state
    try:
        with transaction.atomic():
            move(check, VoteState.OPEN, by=by, verb="consent.open", opened_at=timezone.now())
            # Only now: no other check of the room is open any more, so what it decided is there to be seen.
            _require_new(check.version, check.blocks, check.text_sha256, but=check)
            voters.require_open(check.room, TOOL)
    except Conflict:
        check.state = before
        raise
    except IntegrityError as problem:
        check.state = before
        raise Conflict("open", _("Another consent check is open. Close it first.")) from problem


# --- Answering ---------------------------------------------------------------------------


def answer_check(
    *, check: ConsentCheck, by: Person, voter: Participant, answer: str, text: str = "", named: bool = False
) -> None:
    """Say yes, have concerns, or block; the last two with words, which become an item to resolve, in the minutes
    with a name only where `named`.

    It can be changed until the close. Raises ValidationError, PermissionDenied.
    """
    if check.state != VoteState.OPEN:
        raise voters.not_open(check.state)
    voters.require_vote(check, by, voter)
    if answer not in Consent.values:
        message = _("Choose one of the three answers.")
        raise ValidationError({"answer": ValidationError(message, code="invalid_choice")})
    said = _said(answer, text)
    with transaction.atomic():
        voters.write_ballot(check, TOOL, by, voter, answer)
        _keep(check, voter, answer, said, named=named)
        tell_on_commit(voter.room, TOOL)


def _said(answer: str, text: str) -> str:
    if answer == Consent.AGREE:
        return ""
    said = words.prose(text, field="text", limit=WORDS, required=False)
    if not said:
        concern = _("Say what your concern is. Without words nobody can resolve it.")
        block = _("Say what harm you see. Without words nobody can resolve it.")
        message = block if answer == Consent.BLOCK else concern
        raise ValidationError({"text": ValidationError(message, code="required")})
    return said


def _keep(check: ConsentCheck, voter: Participant, answer: str, said: str, *, named: bool) -> None:
    """The words of an answer that was changed go; those that were resolved stay."""
    rows = Concern.objects.in_city(check.city_id).filter(check_of=check, person=voter.person_id)
    mine = rows.to_resolve()
    if not said:
        mine.delete()
        return
    if mine.filter(kind=answer, text=said).update(named=named):
        return
    if mine.update(kind=answer, text=said, named=named, shown=False):
        return
    facts = {"kind": answer, "text": said, "named": named}
    Concern.objects.create(city_id=check.city_id, check_of=check, person_id=voter.person_id, **facts)


# --- Concerns ----------------------------------------------------------------------------


def show_concern(*, concern: Concern, by: Person) -> None:
    """Read it to the room, without a name."""
    room = concern.check_of.room
    voters.require_lead(room, by)
    with transaction.atomic():
        Concern.objects.in_city(concern.city_id).filter(pk=concern.pk).update(shown=True)
        record(by=by, verb="concern.show", subject=concern)
        tell_on_commit(room, TOOL)


def resolve_concern(*, concern: Concern, by: Person, how: str, version: Version | None = None) -> None:
    """Say how it was met, and in which `version` of the text where that was changed; from then on the room sees both.

    Whose it was may still keep or change their answer.
    """
    room = concern.check_of.room
    voters.require_lead(room, by)
    how = words.prose(how, field="how", limit=WORDS)
    if version is not None and version.number <= concern.check_of.version.number:
        message = _("This version is not newer than the text that was asked about. Choose a later one, or none.")
        raise ValidationError({"version": ValidationError(message, code="not_newer")})
    with transaction.atomic():
        move(
            concern,
            ConcernState.RESOLVED,
            by=by,
            verb="concern.resolve",
            reason=version.sha256 if version is not None else "",
            how=how,
            shown=True,
            resolved_by=by,
            resolved_at=timezone.now(),
            resolved_in=version,
        )
        tell_on_commit(room, TOOL)


# --- Closing -----------------------------------------------------------------------------


def close_check(*, check: ConsentCheck, by: Person) -> None:
    """Count, and stamp what was decided on the exact text: its seal, the turnout, the outcome."""
    voters.require_lead(check.room, by)
    stamp_check(check, by)


def stamp_check(check: ConsentCheck, by: Person) -> None:
    """The same; the caller has asked who may."""
    room = check.room
    with transaction.atomic():
        move(check, VoteState.CLOSED, by=by, verb="consent.close", closed_at=timezone.now())
        ballots = voters.ballots_of(check, TOOL)
        check.turnout = counted(ballots, voters.voters_of(room, check.eligible))
        check.outcome = outcome_of(check.turnout, check.quorum)
        check.decision = record_decision(
            by=by if by.has_account else room.made_by,
            city=room.city,
            question=check.question,
            text_sha256=check.text_sha256,
            turnout={**check.turnout, "count": check.turnout["answered"]},
            result={
                "outcome": check.outcome,
                "check": str(check.pk),
                "version": check.version.number,
                "version_sha256": check.version.sha256,
                "passage": bool(check.blocks),
            },
            proposal=room.proposal,
            pact=room.pact,
            at=check.closed_at,
        )
        mine = ConsentCheck.objects.in_city(check.city_id).filter(pk=check.pk)
        mine.update(turnout=check.turnout, outcome=check.outcome, decision=check.decision)
        Concern.objects.in_city(check.city_id).filter(check_of=check).update(shown=True)
        record(by=by, verb="consent.decide", subject=check, after=check.outcome, reason=check.text_sha256)
        tell_on_commit(room, TOOL)


def counted(ballots: Sequence[Ballot | voters.Cast], eligible: Any) -> dict[str, int]:
    """Turnout and answers, as they are stamped."""
    people = {ballot.person_id for ballot in ballots}
    turnout = voters.turnout(eligible, people, {each.person_id for each in ballots if each.entered_by_id})
    answers = [ballot.value for ballot in ballots]
    return {
        "present": turnout["eligible"],
        "answered": turnout["voted"],
        "agreed": answers.count(Consent.AGREE),
        "concerns": answers.count(Consent.CONCERN),
        "blocks": answers.count(Consent.BLOCK),
        "assisted": turnout["assisted"],
    }


def outcome_of(turnout: dict[str, int], quorum: int) -> str:
    """The room's rule: too few decide nothing, one block stops, concerns do not stop but stay to be resolved."""
    if turnout["answered"] < max(1, quorum):
        return Outcome.TOO_FEW
    if turnout["blocks"]:
        return Outcome.BLOCKED
    return Outcome.CONCERNS if turnout["concerns"] else Outcome.AGREED


def hand_on_decisions(*, room: Room, proposal: Proposal) -> None:
    """What the room decided so far belongs to the proposal that its text became; inside the caller's transaction."""
    rows = Decision.objects.in_city(room.city_id).filter(consent_check__room=room, proposal=None)
    for decision in rows.select_related("by"):
        attach_decision(decision=decision, proposal=proposal, by=decision.by)


# --- Reading -----------------------------------------------------------------------------


def decisions_of(room: Room) -> list[dict[str, Any]]:
    """Every consent check of the room that was closed, oldest first, as plain data; concerns named only by wish."""
    return decisions_in([room])[room.pk]


def decisions_in(rooms: Sequence[Room]) -> dict[UUID, list[dict[str, Any]]]:
    """The same of a room and its groups at once, by their rooms."""
    told: dict[UUID, list[dict[str, Any]]] = {room.pk: [] for room in rooms}
    checks = ConsentCheck.objects.in_city(rooms[0].city_id).closed().filter(room__in=list(told))
    concerns: dict[UUID, list[Concern]] = {}
    items = Concern.objects.in_city(rooms[0].city_id).filter(check_of__room__in=list(told), shown=True)
    for item in items.select_related("person", "resolved_by", "resolved_in").defer("resolved_in__content"):
        concerns.setdefault(item.check_of_id, []).append(item)
    for check in checks.select_related("version").defer("version__content").order_by("closed_at"):
        told[check.room_id].append(_told(check, concerns.get(check.pk, [])))
    return told


def _told(check: ConsentCheck, concerns: list[Concern]) -> dict[str, Any]:
    return {
        "number": check.number,
        "question": check.question,
        "language": check.language,
        "version": {
            "number": check.version.number,
            "title": check.version.title,
            "sha256": check.version.sha256,
            "taken_at": check.version.taken_at,
        },
        "whole": not check.blocks,
        "passage": check.passage,
        "text_sha256": check.text_sha256,
        "outcome": check.outcome,
        "turnout": check.turnout,
        "quorum": check.quorum,
        "eligible": check.eligible,
        "opened_at": check.opened_at,
        "closed_at": check.closed_at,
        "decision": str(check.decision_id or ""),
        "concerns": [
            {
                "kind": each.kind,
                "text": each.text,
                "name": each.person.name if each.named else "",
                "state": each.state,
                "how": each.how,
                "resolved_by": each.resolved_by.name if each.resolved_by else "",
                "resolved_at": each.resolved_at,
                "resolved_in": _met_in(each),
            }
            for each in concerns
        ],
    }


def _met_in(concern: Concern) -> dict[str, Any] | None:
    """The version whose change met it."""
    version = concern.resolved_in
    return {"number": version.number, "title": version.title, "sha256": version.sha256} if version else None
