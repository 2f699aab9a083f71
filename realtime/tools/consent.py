"""The consent check: can you live with this text? The room sees how many, the facilitator the words to work on."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.base import marks, prose
from backend.base.canonical import sha256
from realtime import document, store
from realtime.actions import (
    answer_check,
    close_check,
    drop_check,
    freeze_version,
    open_check,
    prepare_check,
    resolve_concern,
    show_concern,
    voters,
)
from realtime.actions.consent import counted
from realtime.choices import Eligible, VoteState
from realtime.models import Concern, ConsentCheck, Room, Version
from realtime.tally import FEW
from realtime.tools.base import Command, Order, State, Viewer
from realtime.tools.polls import Hall, ballots_by_item, switch

CLOSED: Final = 3
NOW: Final = "now"


# --- Doing -------------------------------------------------------------------------------


def _check(order: Order) -> ConsentCheck:
    rows = ConsentCheck.objects.in_city(order.room.city_id).filter(room=order.room).select_related("version")
    try:
        found = rows.filter(pk=order.args.get("check", "")).first()
    except (ValidationError, ValueError, TypeError):
        found = None
    if found is None:
        raise voters.not_open(None)
    found.room, found.city = order.room, order.room.city
    return found


def _concern(order: Order) -> Concern:
    rows = (
        Concern.objects.in_city(order.room.city_id)
        .filter(check_of__room=order.room)
        .select_related("check_of__version")
    )
    try:
        found = rows.filter(pk=order.args.get("concern", "")).first()
    except (ValidationError, ValueError, TypeError):
        found = None
    if found is None:
        message = _("This concern is not here any more: its writer has taken it back.")
        raise ValidationError({"concern": ValidationError(message, code="gone")})
    found.check_of.room, found.city = order.room, order.room.city
    return found


def _prepare(order: Order) -> None:
    blocks = order.args.get("blocks") or []
    named = [each for each in blocks if isinstance(each, str)] if isinstance(blocks, list | tuple) else []
    named += [name.removeprefix("block-") for name, on in order.args.items() if name.startswith("block-") and on]
    quorum = order.args.get("quorum")
    check = prepare_check(
        version=_version(order, gettext_lazy("Kept for a consent check")),
        by=order.by,
        question=order.text("question", 1000, required=False),
        blocks=named,
        eligible=order.text("eligible", 16, required=False) or Eligible.TAKING_PART,
        quorum=0 if quorum in (None, "") else order.number("quorum", 0, voters.MOST_VOTERS),
    )
    check.room, check.city = order.room, order.room.city
    order.also.add("versions")
    if switch(order, "open", usual=False):
        open_check(check=check, by=order.by)


def _version(order: Order, reason: Promise) -> Version:
    """The version that is meant; by default the text as it stands, which is kept for that, said in the room's language."""
    rows = Version.objects.in_city(order.room.city_id).filter(room=order.room)
    given = str(order.args.get("version") or NOW)
    if given == NOW:
        latest: Version | None = rows.first()
        content = marks.settled(prose.clean(document.read(store.updates_of(order.room.pk)[0]).content))
        if latest is None or latest.sha256 != sha256(content):
            with translation.override(order.room.language):
                said = str(reason)
            latest = freeze_version(room=order.room, by=order.by, reason=said)
        found: Version | None = latest
    else:
        found = rows.filter(number=order.number("version", 1, 100_000)).first()
    if found is None:
        message = _("There is no such version. Keep a version of the text first.")
        raise ValidationError({"version": ValidationError(message, code="gone")})
    found.room = order.room
    return found


def _open(order: Order) -> None:
    open_check(check=_check(order), by=order.by)


def _drop(order: Order) -> None:
    drop_check(check=_check(order), by=order.by)


def _close(order: Order) -> None:
    close_check(check=_check(order), by=order.by)


def _answer(order: Order) -> None:
    text = order.args.get("text", "")
    answer_check(
        check=_check(order),
        by=order.helper or order.by,
        voter=order.participant,
        answer=order.text("answer", 16, required=False),
        text=text if isinstance(text, str) else "",
        named=switch(order, "named", usual=False),
    )


def _show(order: Order) -> None:
    show_concern(concern=_concern(order), by=order.by)


def _resolve(order: Order) -> None:
    how = order.args.get("how", "")
    concern = _concern(order)
    version = _version(order, gettext_lazy("Kept as it meets a concern")) if order.args.get("version") else None
    order.also.add("versions")
    resolve_concern(concern=concern, by=order.by, how=how if isinstance(how, str) else "", version=version)


# --- Showing -----------------------------------------------------------------------------


class Consent:
    name = "consent"
    commands = {
        "prepare": Command("facilitate", _prepare),
        "open": Command("facilitate", _open),
        "drop": Command("facilitate", _drop),
        "close": Command("facilitate", _close),
        "show": Command("facilitate", _show),
        "resolve": Command("facilitate", _resolve),
        "answer": Command("vote", _answer, assisted=True),
    }

    def start(self) -> State:
        return {}

    def read(self, room: Room, state: State) -> Any:
        rows = ConsentCheck.objects.in_city(room.city_id).filter(room=room)
        last = rows.closed().order_by("-closed_at").values("pk")[:CLOSED]
        rows = rows.filter(~Q(state=VoteState.CLOSED) | Q(pk__in=last)).order_by("-state", "number")
        found = list(rows.select_related("version").defer("version__content"))
        checks = [check for check in found if check.state != VoteState.CLOSED]
        closed = [check for check in found if check.closed_at is not None and check.state == VoteState.CLOSED]
        checks += sorted(closed, key=lambda check: check.closed_at or check.made_at, reverse=True)
        return seen_checks(room, checks)

    def show(self, read: Any, viewer: Viewer) -> State:
        return {"used": bool(read), "checks": [seen.by(viewer) for seen in read]}


def seen_checks(room: Room, checks: Sequence[ConsentCheck]) -> "list[SeenCheck]":
    """Checks as they can be shown to anybody, read at once."""
    asked = [check for check in checks if check.state == VoteState.OPEN]
    hall = Hall(room, {check.eligible for check in asked})
    ballots = ballots_by_item(room, "consent", [check.pk for check in asked])
    items = Concern.objects.in_city(room.city_id).filter(check_of__in=[check.pk for check in checks])
    concerns: dict[Any, list[Concern]] = {}
    for item in items.select_related("person", "resolved_by", "resolved_in").defer("resolved_in__content"):
        concerns.setdefault(item.check_of_id, []).append(item)
    return [SeenCheck(check, hall, ballots.get(str(check.pk), []), concerns.get(check.pk, [])) for check in checks]


class SeenCheck:
    """One check with what any viewer may see of it."""

    def __init__(self, check: ConsentCheck, hall: Hall, ballots: list[voters.Cast], concerns: list[Concern]) -> None:
        self.check = check
        self.hall = hall
        self.votes = {ballot.person_id: ballot for ballot in ballots}
        self.concerns = concerns
        self.is_open = check.state == VoteState.OPEN
        self.all: State = {
            "id": str(check.pk),
            "number": check.number,
            "question": check.question,
            "language": check.language,
            "version": {"number": check.version.number, "title": check.version.title},
            "whole": not check.blocks,
            "passage": check.passage,
            "sha256": check.text_sha256,
            "state": check.state,
            "outcome": check.outcome,
            "eligible": check.eligible,
            "quorum": check.quorum,
            "closed_at": check.closed_at.isoformat() if check.closed_at else None,
            "turnout": self._turnout(),
        }

    def _turnout(self) -> dict[str, int | None]:
        """Under four answers nobody sees which; a decision is stamped with all its counts."""
        ballots = list(self.votes.values())
        asked = dict.fromkeys(self.hall.asked.get(self.check.eligible, ()), False)
        counts: dict[str, int | None] = {**(counted(ballots, asked) if self.is_open else self.check.turnout)}
        counts["waiting"] = (counts.get("present") or 0) - (counts.get("answered") or 0)
        if not self.is_open:
            return counts
        if len(ballots) < FEW:
            counts |= dict.fromkeys(("agreed", "concerns", "blocks"))
        return counts

    def by(self, viewer: Viewer) -> State:
        concerns = [_item(each, leads=viewer.leads) for each in self.concerns if each.shown or viewer.leads]
        shown = {**self.all, "concerns": concerns if viewer.participant else []}
        if not self.is_open or viewer.person is None:
            return {**shown, "may": False, "mine": None, "words": "", "named": False, "assisted": []}
        person = UUID(viewer.person)
        mine = self.votes.get(person)
        rule = self.check.eligible
        own = [each for each in self.concerns if each.person_id == person and each.state == "open"]
        return {
            **shown,
            "may": person in self.hall.may[rule],
            "mine": mine.value if mine else None,
            "words": own[0].text if own else "",
            "named": own[0].named if own else False,
            "assisted": self.hall.assisted(rule, set(self.votes)) if viewer.leads else [],
        }


def _item(concern: Concern, *, leads: bool) -> State:
    """A concern; whose it is only the facilitator sees, to talk with them."""
    return {
        "id": str(concern.pk),
        "kind": concern.kind,
        "text": concern.text,
        "name": concern.person.name if leads else "",
        "shown": concern.shown,
        "state": concern.state,
        "how": concern.how,
        "by": concern.resolved_by.name if concern.resolved_by else "",
        "version": concern.resolved_in.number if concern.resolved_in else None,
    }
