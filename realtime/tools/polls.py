"""Votes of a room: polls, rankings, scales and dots; each person sees their own vote, all see how many voted."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from backend.base.prepared import Prepared
from realtime import document, store, tally
from realtime.actions import close_poll, draft_poll, drop_poll, open_poll, voters
from realtime.actions import vote as give_vote
from realtime.choices import Eligible, PollKind, VoteState
from realtime.models import Ballot, Poll, Room
from realtime.permissions import is_eligible
from realtime.tools.base import Command, Order, State, Viewer, people_of

CLOSED: Final = 3  # as many results stay in the room; the others are on the page of decisions
YES_NO: Final = "yes_no"
BOARD: Final = "board"
WORDS: Final = 20_000
_YES = frozenset({"true", "yes", "on", "1"})


_POLL = Prepared(lambda room, key: Poll.objects.across_cities().filter(room=room, pk=key))


# --- Doing -------------------------------------------------------------------------------


def switch(order: Order, name: str, *, usual: bool) -> bool:
    """A yes or no from a form or from JSON."""
    value = order.args.get(name)
    return usual if value in (None, "") else str(value).lower() in _YES


def _poll(order: Order) -> Poll:
    try:
        found: Poll | None = _POLL.first(order.room.pk, UUID(str(order.args.get("poll", ""))))
    except ValueError:
        found = None
    if found is None:
        raise voters.not_open(None)
    found.room, found.city = order.room, order.room.city
    return found


def _draft(order: Order) -> None:
    kind = order.text("kind", 16, required=False)
    options = _lines(order)
    if kind == YES_NO:
        with translation.override(order.room.language):
            kind, options = PollKind.SINGLE, [_("Yes"), _("No")]
    poll = draft_poll(
        room=order.room,
        by=order.by,
        kind=PollKind.DOTS if kind == BOARD else kind,
        question=order.text("question", 1000, required=False),
        options=[] if kind == BOARD else options,
        notes=_notes(order, everything=kind == BOARD),
        anonymous=switch(order, "anonymous", usual=True),
        live=switch(order, "live", usual=False),
        eligible=order.text("eligible", 16, required=False) or Eligible.TAKING_PART,
        quorum=_number(order, "quorum", 0, voters.MOST_VOTERS),
        budget=_number(order, "budget", 5, 50),
        most=_number(order, "most", 0, 30),
    )
    if switch(order, "open", usual=False):
        open_poll(poll=poll, by=order.by)


def _number(order: Order, name: str, usual: int, most: int) -> int:
    return usual if order.args.get(name) in (None, "") else order.number(name, 0, most)


def _lines(order: Order) -> list[str]:
    """Options as a list, or as the lines of a field."""
    given = order.args.get("options") or []
    if isinstance(given, list | tuple):
        return [each for each in given if isinstance(each, str)][:500]
    return [line.strip() for line in str(given)[:WORDS].splitlines() if line.strip()]


def _notes(order: Order, *, everything: bool) -> list[tuple[str, str]]:
    """Ideas of the board that the facilitator chose: as a list, as fields `note-…`, or all of them."""
    given = order.args.get("notes") or []
    chosen = {each for each in given if isinstance(each, str)} if isinstance(given, list | tuple) else set()
    chosen |= {name.removeprefix("note-") for name, value in order.args.items() if name.startswith("note-") and value}
    if not chosen and not everything:
        return []
    said = document.read(store.updates_of(order.room.pk)[0]).board
    board = {key: note for key, note in said.items() if not note.get("into") and note.get("text")}
    if gone := chosen - set(board):
        message = _("An idea that you chose is not on the board any more. Look at the board again.")
        raise ValidationError({"notes": ValidationError(message, code="gone", params={"notes": sorted(gone)})})
    notes = [(key, note) for key, note in board.items() if not chosen or key in chosen]
    notes.sort(key=lambda pair: (str(pair[1].get("column", "")), _place(pair[1]), pair[0]))
    return [(key, str(note.get("text", ""))) for key, note in notes]


def _place(note: Mapping[str, Any]) -> float:
    order = note.get("order")
    return order if isinstance(order, int | float) else 0.0


def _open(order: Order) -> None:
    open_poll(poll=_poll(order), by=order.by)


def _close(order: Order) -> None:
    close_poll(poll=_poll(order), by=order.by)


def _drop(order: Order) -> None:
    drop_poll(poll=_poll(order), by=order.by)


def _vote(order: Order) -> None:
    poll = _poll(order)
    give_vote(poll=poll, by=order.helper or order.by, voter=order.participant, value=_value(poll, order.args))


def _value(poll: Poll, args: Mapping[str, Any]) -> Any:
    """A vote as JSON (`value`), or as the fields of a plain form."""
    if "value" in args:
        return args["value"]
    options = [option["id"] for option in poll.options]
    if poll.kind == PollKind.DOTS:
        return {each: _whole(args[f"dots-{each}"]) for each in options if args.get(f"dots-{each}")}
    if poll.kind == PollKind.MULTIPLE:
        return [each for each in options if args.get(f"pick-{each}")]
    if poll.kind == PollKind.RANKING:
        return _order(options, args)
    return args.get("choice", "")


def _order(options: Sequence[str], args: Mapping[str, Any]) -> list[str]:
    """Places that people gave: 1 is the best, options without a place are left out."""
    places = {each: _whole(args[f"place-{each}"]) for each in options if args.get(f"place-{each}")}
    if len(set(places.values())) < len(places):
        message = _("Two options have the same place. Give every place once.")
        raise ValidationError({"vote": ValidationError(message, code="same")})
    return sorted(places, key=lambda each: places[each])


def _whole(given: Any) -> int:
    try:
        return int(str(given))
    except ValueError:
        return -1


# --- Showing -----------------------------------------------------------------------------


class Hall:
    """Who is in the room, read once for all questions that are open."""

    def __init__(self, room: Room, rules: set[str]) -> None:
        self.people = people_of(room) if rules else []
        members = voters.members_of(room) if Eligible.GROUP in rules else frozenset()
        able = {rule: [each for each in self.people if is_eligible(each, rule, members)] for rule in rules}
        # Who went may still look in by a plain page and vote, and is back by that; until then nobody counts them.
        self.may = {rule: {each.person_id for each in people} for rule, people in able.items()}
        self.asked = {rule: {each.person_id for each in people if each.stays} for rule, people in able.items()}

    def assisted(self, rule: str, voted: set[UUID]) -> list[dict[str, Any]]:
        """For whom the facilitator may vote; who is done comes last."""
        rows = [
            {"id": str(each.pk), "name": each.name, "voted": each.person_id in voted}
            for each in self.people
            if each.is_assisted and each.person_id in self.asked[rule]
        ]
        return sorted(rows, key=lambda row: bool(row["voted"]))


def ballots_by_item(room: Room, tool: str, items: Sequence[Any]) -> dict[str, list[voters.Cast]]:
    found: dict[str, list[voters.Cast]] = {str(each): [] for each in items}
    if found:
        rows = Ballot.objects.filter(room=room, tool=tool, item__in=list(found)).order_by("id")
        for item, *said in rows.values_list("item", *voters.Cast._fields):
            found[item].append(voters.Cast(*said))
    return found


class Polls:
    name = "polls"
    commands = {
        "draft": Command("facilitate", _draft),
        "open": Command("facilitate", _open),
        "close": Command("facilitate", _close),
        "drop": Command("facilitate", _drop),
        "vote": Command("vote", _vote, assisted=True),
    }

    def start(self) -> State:
        return {}

    def read(self, room: Room, state: State) -> Any:
        rows = Poll.objects.in_city(room.city_id).filter(room=room)
        last = rows.closed().order_by("-closed_at").values("pk")[:CLOSED]
        found = list(rows.filter(~Q(state=VoteState.CLOSED) | Q(pk__in=last)).order_by("state", "number"))
        polls = [poll for poll in found if poll.state != VoteState.CLOSED]
        polls.sort(key=lambda poll: (poll.state != VoteState.OPEN, poll.opened_at or poll.made_at))
        closed = [poll for poll in found if poll.state == VoteState.CLOSED]
        polls += sorted(closed, key=lambda poll: poll.closed_at or poll.made_at, reverse=True)
        return seen_polls(room, polls)

    def show(self, read: Any, viewer: Viewer) -> State:
        return {
            "used": bool(read),
            "polls": [seen.by(viewer) for seen in read if viewer.leads or seen.poll.state != VoteState.DRAFT],
        }


def seen_polls(room: Room, polls: Sequence[Poll]) -> "list[SeenPoll]":
    """Polls as they can be shown to anybody, read at once."""
    asked = [poll for poll in polls if poll.state == VoteState.OPEN]
    hall = Hall(room, {poll.eligible for poll in asked})
    ballots = ballots_by_item(room, "polls", [poll.pk for poll in asked])
    return [SeenPoll(poll, hall, ballots.get(str(poll.pk), [])) for poll in polls]


class SeenPoll:
    """One poll with what any viewer may see of it."""

    def __init__(self, poll: Poll, hall: Hall, ballots: list[voters.Cast]) -> None:
        self.poll = poll
        self.hall = hall
        self.votes = {ballot.person_id: ballot for ballot in ballots}
        self.is_open = poll.state == VoteState.OPEN
        self.all: State = {
            "id": str(poll.pk),
            "number": poll.number,
            "kind": poll.kind,
            "question": poll.question,
            "language": poll.language,
            "options": [{**each, "mine": 0} for each in poll.options],
            "state": poll.state,
            "anonymous": poll.anonymous,
            "live": poll.live,
            "eligible": poll.eligible,
            "quorum": poll.quorum,
            "budget": poll.budget,
            "most": poll.most or (len(poll.options) if poll.kind == PollKind.MULTIPLE else 0),
            "opened_at": poll.opened_at.isoformat() if poll.opened_at else None,
            "closed_at": poll.closed_at.isoformat() if poll.closed_at else None,
            "turnout": self._turnout(),
            "result": self._result(),
        }

    def _turnout(self) -> dict[str, int]:
        if not self.is_open:
            result = self.poll.result or {}
            return {name: int(result.get(name, 0)) for name in ("eligible", "voted", "assisted")}
        assisted = {key for key, ballot in self.votes.items() if ballot.entered_by_id}
        asked = dict.fromkeys(self.hall.asked[self.poll.eligible], False)
        return voters.turnout(asked, set(self.votes), assisted)

    def _result(self) -> State | None:
        """Counts that may be seen now, with the words of each option."""
        poll = self.poll
        if not self.is_open:
            return None if poll.result is None else with_words(poll, poll.result)
        if not poll.live:
            return None
        if poll.anonymous:
            return None if poll.shown is None else with_words(poll, poll.shown)
        values = [ballot.value for ballot in self.votes.values()]
        return with_words(poll, tally.count(poll.kind, [each["id"] for each in poll.options], values))

    def by(self, viewer: Viewer) -> State:
        if not self.is_open or viewer.person is None:
            return {**self.all, "may": False, "mine": None, "assisted": []}
        person = UUID(viewer.person)
        mine = self.votes.get(person)
        rule = self.poll.eligible
        return {
            **self.all,
            "may": person in self.hall.may[rule],
            "mine": mine.value if mine else None,
            "options": [{**each, "mine": _own(mine, each["id"])} for each in self.all["options"]]
            if mine
            else self.all["options"],
            "assisted": self.hall.assisted(rule, set(self.votes)) if viewer.leads else [],
        }


def _own(ballot: voters.Cast | None, option: str) -> int:
    """What a ballot gives to an option: dots, its place, or 1; 0 for nothing."""
    value = ballot.value if ballot else None
    if isinstance(value, dict):
        return int(value.get(option, 0))
    if isinstance(value, list):
        return value.index(option) + 1 if option in value else 0
    return int(value == option)


def with_words(poll: Poll, result: State) -> State:
    """A result with the words of every option, and how far its bar goes out of a hundred."""
    texts = {option["id"]: option["text"] for option in poll.options}
    rows = [] if result.get("hidden") else result["rows"]
    longest = max((row["count"] for row in rows), default=0) or 1
    shown = [
        {
            **row,
            "text": texts.get(row["id"], ""),
            "bar": round(100 * row["count"] / longest),
            "first": row["id"] in result["first"],
        }
        for row in rows
    ]
    if poll.kind in (PollKind.RANKING, PollKind.DOTS):
        shown.sort(key=lambda row: -row["count"])
    return {
        "votes": result["votes"],
        "rows": shown,
        "hidden": bool(result.get("hidden")),
        "reached": bool(result.get("reached", True)),
        "median": [texts[each] for each in result.get("median", []) if each in texts],
        "mean": result.get("mean"),
        "beats_all": texts.get(result.get("beats_all") or "", ""),
    }
