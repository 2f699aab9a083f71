"""Polls: drafted, opened, voted on, closed. What is closed stays so; a new round is a new poll."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Subquery
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.base import words
from backend.base.journal import move
from backend.base.problems import Conflict
from backend.people.models import Person
from realtime import tally
from realtime.actions import voters
from realtime.broadcast import tell_on_commit
from realtime.choices import Eligible, PollKind, VoteState
from realtime.models import Ballot, Participant, Poll, Room
from realtime.tally import FEW

TOOL: Final = "polls"
QUESTION, OPTION = 300, 200
MOST_OPTIONS, MOST_RANKED, MOST_DOTS = 30, 12, 50
MOST_OPEN: Final = 3
MOST_DRAFTS: Final = 30
CHOICES: Final = frozenset({PollKind.SINGLE, PollKind.MULTIPLE, PollKind.RANKING, PollKind.DOTS})


# --- Preparing ---------------------------------------------------------------------------


def draft_poll(
    *,
    room: Room,
    by: Person,
    kind: str,
    question: str,
    options: Sequence[str] = (),
    notes: Sequence[tuple[str, str]] = (),
    anonymous: bool = True,
    live: bool = False,
    eligible: str = Eligible.TAKING_PART,
    quorum: int = 0,
    budget: int = 5,
    most: int = 0,
) -> Poll:
    """Prepare a question; nobody but the facilitator sees it before it opens.

    `options` are words, `notes` (id, words) of the board; a scale and a temperature have steps of their own.
    Raises PermissionDenied, and ValidationError at the field.
    """
    voters.require_lead(room, by)
    if kind not in PollKind.values:
        raise ValidationError({"kind": ValidationError(_("Choose a kind of vote."), code="invalid_choice")})
    choices = _options(room, kind, options, notes)
    rows = Poll.objects.in_city(room.city_id).filter(room=room, state=VoteState.DRAFT)
    if rows.count() >= MOST_DRAFTS:
        raise Conflict("too_many", _("There are many drafts of polls already. Open one, or throw one away."))
    facts = {
        "city_id": room.city_id,
        "room": room,
        "language": room.language,
        "kind": kind,
        "question": words.line(question, field="question", limit=QUESTION),
        "options": choices,
        "anonymous": anonymous,
        "live": live,
        "eligible": voters.checked_eligible(room, eligible),
        "quorum": voters.checked_quorum(quorum),
        "budget": _between("budget", budget, 1, MOST_DOTS) if kind == PollKind.DOTS else 0,
        "most": _between("most", most, 0, len(choices)) if kind == PollKind.MULTIPLE else 0,
        "made_by": by,
    }
    return _numbered(room, facts)


def _numbered(room: Room, facts: dict[str, Any]) -> Poll:
    for left in reversed(range(5)):
        try:
            with transaction.atomic():
                poll = Poll.objects.create(number=voters.next_number(Poll, room), **facts)
                tell_on_commit(room, TOOL)
                return poll
        except IntegrityError:
            if not left:
                raise
    raise AssertionError


def _between(field: str, value: int, least: int, most: int) -> int:
    if not least <= value <= most:
        message = _("A number between %(least)s and %(most)s, please.") % {"least": least, "most": most}
        raise ValidationError({field: ValidationError(message, code="number")})
    return value


def _options(room: Room, kind: str, options: Sequence[str], notes: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    if kind not in CHOICES:
        with translation.override(room.language):
            return [{"id": f"o{place}", "text": text} for place, text in enumerate(_steps(kind), 1)]
    found = [{"text": words.line(text, field="options", limit=OPTION)} for text in options if text.strip()]
    found += [{"text": " ".join(text.split())[:OPTION], "note": key} for key, text in notes if text.strip()]
    folded = [each["text"].casefold() for each in found]
    if len(set(folded)) < len(folded):
        message = _("Two options say the same. Every option must differ from the others.")
        raise ValidationError({"options": ValidationError(message, code="same")})
    if len(found) < 2:
        message = _("A vote needs at least two options. Write one in each line.")
        raise ValidationError({"options": ValidationError(message, code="too_few")})
    most = MOST_RANKED if kind == PollKind.RANKING else MOST_OPTIONS
    if len(found) > most:
        message = ngettext(
            "At most %(most)s options fit: nobody can weigh more. There is %(over)s too many.",
            "At most %(most)s options fit: nobody can weigh more. There are %(over)s too many.",
            len(found) - most,
        ) % {"most": most, "over": len(found) - most}
        raise ValidationError({"options": ValidationError(message, code="too_many")})
    return [{"id": f"o{place}", **each} for place, each in enumerate(found, 1)]


def _steps(kind: str) -> list[str]:
    if kind == PollKind.SCALE:
        return ["1", "2", "3", "4", "5"]
    return [_("Not at all"), _("Rather not"), _("Not sure"), _("Rather yes"), _("Very much")]


def drop_poll(*, poll: Poll, by: Person) -> None:
    """Throw a draft away."""
    voters.require_lead(poll.room, by)
    with transaction.atomic():
        mine = Poll.objects.in_city(poll.city_id).filter(pk=poll.pk, state=VoteState.DRAFT)
        if not mine.delete()[0]:
            raise Conflict("wrong_state", _("This poll was opened already. Close it instead."))
        tell_on_commit(poll.room, TOOL)


def open_poll(*, poll: Poll, by: Person) -> None:
    """Let people vote."""
    room = poll.room
    voters.require_lead(room, by)
    others = Poll.objects.in_city(poll.city_id).filter(room=room, state=VoteState.OPEN)
    if others.exclude(pk=poll.pk).count() >= MOST_OPEN:
        raise Conflict("too_many", _("Three votes are open already. Close one of them first."))
    with transaction.atomic():
        move(poll, VoteState.OPEN, by=by, verb="poll.open", opened_at=timezone.now())
        voters.require_open(room, TOOL)


# --- Voting ------------------------------------------------------------------------------


def vote(*, poll: Poll, by: Person, voter: Participant, value: Any) -> None:
    """Give one's vote, or change it; `by` another only for somebody assisted, by who leads.

    Raises ValidationError where the poll is not open (any more) or the vote does not fit it, PermissionDenied.
    """
    if poll.state != VoteState.OPEN:
        raise voters.not_open(poll.state)
    voters.require_vote(poll, by, voter)
    value = fitting(poll, value)
    with transaction.atomic():
        cast = voters.write_ballot(poll, TOOL, by, voter, value)
        if poll.live and poll.anonymous and cast - poll.shown_casts >= FEW:
            _show_more(poll, cast)
        tell_on_commit(voter.room, TOOL)


def fitting(poll: Poll, value: Any) -> Any:
    """The vote as it is kept. Raises ValidationError for what the poll does not offer."""
    known = [option["id"] for option in poll.options]
    if poll.kind == PollKind.DOTS:
        return _dots(poll, known, value)
    chosen = _chosen(known, value)
    if poll.kind == PollKind.RANKING:
        return chosen
    if poll.kind == PollKind.MULTIPLE:
        if poll.most and len(chosen) > poll.most:
            message = ngettext("Choose at most %(most)s answer.", "Choose at most %(most)s answers.", poll.most)
            raise _refused(message % {"most": poll.most}, "too_many")
        return sorted(chosen, key=known.index)
    if len(chosen) > 1:
        raise _refused(_("Choose one answer only."), "too_many")
    return chosen[0]


def _chosen(known: list[str], value: Any) -> list[str]:
    given = value if isinstance(value, list) else [value]
    chosen = [each for each in given if each not in ("", None)]
    if not chosen:
        raise _refused(_("Choose an answer first."), "required")
    if not all(isinstance(each, str) and each in known for each in chosen):
        raise _refused(_("One of these answers is not there. Load the page again and choose."), "no_option")
    if len(set(chosen)) < len(chosen):
        raise _refused(_("Each answer counts once. Take the repeated one out."), "same")
    return chosen


def _dots(poll: Poll, known: list[str], value: Any) -> dict[str, int]:
    given = value if isinstance(value, dict) else {}
    if not all(each in known for each in given):
        raise _refused(_("One of these options is not there. Load the page again and choose."), "no_option")
    if not all(isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in given.values()):
        raise _refused(_("Dots are whole numbers: 0, 1, 2 and so on."), "number")
    spent = sum(given.values())
    if not spent:
        raise _refused(_("Give at least one dot."), "required")
    if spent > poll.budget:
        message = ngettext(
            "You have %(budget)s dot, and gave %(spent)s. Take some back.",
            "You have %(budget)s dots, and gave %(spent)s. Take some back.",
            poll.budget,
        )
        raise _refused(message % {"budget": poll.budget, "spent": spent}, "too_many")
    return {each: given[each] for each in known if given.get(each)}


def _refused(message: str, code: str) -> ValidationError:
    return ValidationError({"vote": ValidationError(message, code=code)})


def _show_more(poll: Poll, cast: int) -> None:
    """Of an anonymous vote, what is shown grows by four people at a time: one alone could be told by watching."""
    rows = Ballot.objects.filter(room=poll.room_id, tool=TOOL, item=str(poll.pk))
    mine = Poll.objects.in_city(poll.city_id).filter(pk=poll.pk)
    if rows.filter(cast__gt=Subquery(mine.values("shown_casts"))).count() >= FEW:
        shown = tally.count(poll.kind, [each["id"] for each in poll.options], rows.values_list("value", flat=True))
        mine.update(shown=shown, shown_casts=cast)


# --- Closing -----------------------------------------------------------------------------


def close_poll(*, poll: Poll, by: Person) -> None:
    """Count. Of an anonymous poll the ballots then lose what was chosen, so that nobody can ever look."""
    voters.require_lead(poll.room, by)
    count_poll(poll, by)


def count_poll(poll: Poll, by: Person) -> None:
    """The same; the caller has asked who may."""
    room = poll.room
    closed_at = timezone.now()
    with transaction.atomic():
        move(poll, VoteState.CLOSED, by=by, verb="poll.close", closed_at=closed_at)
        ballots = voters.ballots_of(poll, TOOL)
        poll.result = result_of(poll, ballots, voters.voters_of(room, poll.eligible))
        poll.shown = None
        Poll.objects.in_city(poll.city_id).filter(pk=poll.pk).update(result=poll.result, shown=None)
        if poll.anonymous:
            mine = Ballot.objects.filter(room=room, tool=TOOL, item=str(poll.pk))
            mine.update(value=None, cast=0, at=closed_at)
        tell_on_commit(room, TOOL)


def result_of(poll: Poll, ballots: Sequence[Ballot], eligible: Any) -> dict[str, Any]:
    """Turnout and counts; the counts of an anonymous poll only where four people or more voted."""
    turnout = voters.turnout(
        eligible,
        {ballot.person_id for ballot in ballots},
        {ballot.person_id for ballot in ballots if ballot.entered_by_id},
    )
    hidden = poll.anonymous and 0 < len(ballots) < FEW
    values = [] if hidden else [ballot.value for ballot in ballots]
    counted = tally.count(poll.kind, [option["id"] for option in poll.options], values)
    return {
        **turnout,
        "quorum": poll.quorum,
        "reached": len(ballots) >= poll.quorum,
        "hidden": hidden,
        **counted,
        "votes": len(ballots),
    }


# --- Reading -----------------------------------------------------------------------------


def polls_of(room: Room) -> list[dict[str, Any]]:
    """Every poll of the room that was opened, oldest first, as plain data without persons; for minutes and exports.

    `rows` are in the order of their counts; empty while the poll is open and where too few voted.
    """
    return polls_in([room])[room.pk]


def polls_in(rooms: Sequence[Room]) -> dict[UUID, list[dict[str, Any]]]:
    """The same of a room and its groups at once, by their rooms."""
    told: dict[UUID, list[dict[str, Any]]] = {room.pk: [] for room in rooms}
    polls = Poll.objects.in_city(rooms[0].city_id).filter(room__in=list(told)).exclude(state=VoteState.DRAFT)
    for poll in polls.order_by("opened_at"):
        told[poll.room_id].append(told_poll(poll))
    return told


def told_poll(poll: Poll) -> dict[str, Any]:
    """One poll as plain data, without persons."""
    result = poll.result or {}
    texts = {option["id"]: option["text"] for option in poll.options}
    shown = [] if result.get("hidden") else result.get("rows", [])
    return {
        "number": poll.number,
        "kind": poll.kind,
        "question": poll.question,
        "language": poll.language,
        "state": poll.state,
        "anonymous": poll.anonymous,
        "eligible": poll.eligible,
        "budget": poll.budget,
        "opened_at": poll.opened_at,
        "closed_at": poll.closed_at,
        "turnout": {name: result.get(name, 0) for name in ("eligible", "voted", "assisted", "quorum")},
        "reached": bool(result.get("reached")),
        "hidden": bool(result.get("hidden")),
        "rows": sorted(({**row, "text": texts.get(row["id"], "")} for row in shown), key=lambda row: -row["count"]),
        "first": [texts[each] for each in result.get("first", []) if each in texts and shown],
        "beats_all": texts.get(result.get("beats_all") or ""),
        "median": [texts[each] for each in result.get("median", []) if each in texts],
        "mean": result.get("mean"),
    }
