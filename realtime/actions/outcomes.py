"""What a session voted on and decided, as sections of its minutes: votes, decisions, and what became of concerns.

Those of the main room come first, then those of each group under its name.
"""

from typing import Any, Final

from babel.numbers import format_decimal
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from realtime.actions.bringing import Rooms
from realtime.actions.consent import decisions_in
from realtime.actions.parts import Part, clock, day, head, line, locale, seal, table, under
from realtime.actions.polls import polls_in
from realtime.choices import ConcernState, Consent, Outcome, PollKind, VoteState

# A concern in the minutes, while it is to resolve and afterwards.
_KEPT: Final[dict[str, tuple[Any, Any]]] = {
    Consent.CONCERN: (gettext_lazy("A concern, still to resolve."), gettext_lazy("A concern, resolved.")),
    Consent.BLOCK: (gettext_lazy("A block, still to resolve."), gettext_lazy("A block, resolved.")),
}


def told_votes(rooms: Rooms) -> list[Part]:
    found = polls_in([room for _name, room in rooms])
    return [part for name, room in rooms for poll in found[room.pk] for part in _vote(name, poll)]


def _vote(name: str, poll: dict[str, Any]) -> list[Part]:
    turnout = poll["turnout"]
    parts = [head(under(name, poll["question"]))]
    kind = str(PollKind(poll["kind"]).label)
    voted = _("%(kind)s. %(voted)s of %(eligible)s voted, %(assisted)s of them with help.") % {
        "kind": kind,
        **turnout,
    }
    parts.append(line(voted))
    if poll["state"] != VoteState.CLOSED:
        parts.append(line(_("This vote is still open.")))
    elif poll["hidden"]:
        parts.append(line(_("Too few voted to show how without saying who.")))
    else:
        parts += table(
            [_("Answer"), _("Votes or points")],
            [[row["text"], format_decimal(row["count"], locale=locale())] for row in poll["rows"]],
        )
    if turnout["quorum"] and poll["state"] == VoteState.CLOSED:
        parts.append(line(_quorum(turnout["quorum"], reached=poll["reached"])))
    return parts


def _quorum(quorum: int, *, reached: bool) -> str:
    text = (
        _("At least %(count)s had to vote, and did.") if reached else _("At least %(count)s had to vote, and did not.")
    )
    return text % {"count": quorum}


def told_decisions(rooms: Rooms) -> list[Part]:
    found = decisions_in([room for _name, room in rooms])
    return [part for name, room in rooms for check in found[room.pk] for part in _decision(name, check)]


def _decision(name: str, check: dict[str, Any]) -> list[Part]:
    turnout = check["turnout"] or {}
    names = ("present", "answered", "agreed", "concerns", "blocks", "assisted")
    counts = {each: turnout.get(each, 0) for each in names}
    parts = [
        head(under(name, check["question"] or _("Can you live with this?"))),
        line(f"{Outcome(check['outcome']).label}. {day(check['closed_at'])}, {clock(check['closed_at'])}."),
    ]
    answered = _("%(answered)s of %(present)s answered, %(assisted)s of them with help.") % counts
    given = _("%(agreed)s agree, %(concerns)s have concerns, %(blocks)s block.") % counts
    parts.append(line(f"{answered} {given}"))
    if not check["whole"]:
        parts.append({"kind": "quote", "text": check["passage"]})
    version = _("On version %(number)s, “%(title)s”. Seal of the text (SHA-256):") % check["version"]
    parts.append(seal(version, check["text_sha256"] or check["version"]["sha256"]))
    if (taken_at := check["version"]["taken_at"]) is not None:
        text = _(
            "On %(day)s words were taken out of this version, at a person’s wish. The seal is that of the decision."
        )
        parts.append(line(text % {"day": day(taken_at)}))
    return parts


def told_concerns(rooms: Rooms) -> list[Part]:
    """Each with its words and how it was met, those still to resolve first; by name only who wished it."""
    found = decisions_in([room for _name, room in rooms])
    return [part for name, room in rooms for check in found[room.pk] for part in _concerns(name, check)]


def _concerns(name: str, check: dict[str, Any]) -> list[Part]:
    concerns = sorted(check["concerns"], key=lambda each: each["state"] != ConcernState.OPEN)
    if not concerns:
        return []
    title = _("On version %(number)s: %(question)s")
    told = title % {"number": check["version"]["number"], "question": check["question"]}
    parts = [head(under(name, told))]
    for each in concerns:
        parts += [line(_kept(each)), {"kind": "quote", "text": each["text"]}]
        parts += [line(_met(each))] if each["state"] == ConcernState.RESOLVED else []
    return parts


def _kept(concern: dict[str, Any]) -> str:
    kind, open_still = _KEPT[concern["kind"]], concern["state"] == ConcernState.OPEN
    text = str(kind[0] if open_still else kind[1])
    if not concern["name"]:
        return text
    return _("%(what)s It is from %(name)s, who wished to be named.") % {"what": text, "name": concern["name"]}


def _met(concern: dict[str, Any]) -> str:
    """How, when, and by which change of the text."""
    told = {"how": concern["how"], "day": day(concern["resolved_at"]), "time": clock(concern["resolved_at"])}
    version = concern["resolved_in"]
    if version is None:
        return _("How it was met (%(day)s, %(time)s): %(how)s") % told
    text = _("How it was met (%(day)s, %(time)s), in version %(number)s, “%(title)s”: %(how)s")
    return text % {**told, **version}
