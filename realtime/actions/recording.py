"""What a session tells of itself, section by section, in words of one language: the facts of its minutes.

A section is a list of parts that page and paper show alike: line, list, quote, head, table, seal.
"""

from collections import Counter
from collections.abc import Callable
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from django.utils import timezone, translation
from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from backend.people.choices import PersonKind
from realtime import document, store
from realtime.actions.bringing import Rooms, breakouts_of, ideas_out, rooms_of
from realtime.actions.led import told_moderation
from realtime.actions.outcomes import told_concerns, told_decisions, told_votes
from realtime.actions.parts import Part, clock, head, line, listed, locale, moment, seal, table, when
from realtime.choices import Place, RoomRole
from realtime.document import board as boards
from realtime.indicators import agenda_as_run, fair_share
from realtime.models import Caption, MinutesName, Participant, Room, ToolState, Version

MOST: Final = 400  # ideas and captions: what people still read

# Every section with its official heading, in the order of the paper.
SECTIONS: Final = {
    "attendance": gettext_noop("Who took part"),
    "agenda": gettext_noop("What we did"),
    "ideas": gettext_noop("Ideas"),
    "votes": gettext_noop("Votes"),
    "decisions": gettext_noop("Decisions"),
    "concerns": gettext_noop("Concerns, and what became of them"),
    "groups": gettext_noop("Work in groups"),
    "text": gettext_noop("The text"),
    "moderation": gettext_noop("How the room was led"),
    "share": gettext_noop("How words were shared"),
    "captions": gettext_noop("Notes of what was said"),
}
# What the room was promised to read at the end: nobody can leave it out.
LASTING: Final = frozenset({"share"})


def facts_of(room: Room, language: str) -> dict[str, list[Part]]:
    """Section -> what the session tells of it now; a section without anything to tell is empty."""
    with translation.override(language), timezone.override(room.city.zone):
        rooms = rooms_of(room)
        return {name: TELL[name](room) if name in TELL else OF_ALL[name](rooms) for name in SECTIONS}


def headings(language: str) -> dict[str, str]:
    with translation.override(language):
        return {name: _(title) for name, title in SECTIONS.items()}


# --- Sections ------------------------------------------------------------------------------


def _attendance(room: Room) -> list[Part]:
    rows = Participant.objects.in_city(room.city_id).filter(room=room).admitted()
    people = list(rows.values_list("role", "place", "person__kind", "person__language"))
    parts = [each for each in people if each[0] != RoomRole.OBSERVER]
    counts = Counter(place for _role, place, _kind, _language in parts)
    assisted = sum(kind == PersonKind.ASSISTED for _role, _place, kind, _language in parts)
    facts = [
        ngettext("%(count)s person took part.", "%(count)s people took part.", len(parts)) % {"count": len(parts)},
        _("In the hall: %(hall)s. On the telephone: %(phone)s. Somewhere else: %(elsewhere)s.")
        % {"hall": counts[Place.HALL], "phone": counts[Place.PHONE], "elsewhere": counts[Place.ELSEWHERE]},
    ]
    if assisted:
        text = ngettext(
            "The facilitator entered for %(count)s person without a device.",
            "The facilitator entered for %(count)s people without a device.",
            assisted,
        )
        facts.append(text % {"count": assisted})
    if watching := len(people) - len(parts):
        text = ngettext("%(count)s person watched.", "%(count)s people watched.", watching)
        facts.append(text % {"count": watching})
    return [*listed(facts), *_languages(parts), *_named(MinutesName.objects.filter(minutes__room=room))]


def _named(rows: Any) -> list[Part]:
    names = list(rows.order_by("person__name").values_list("person__name", flat=True))
    said = _("Named here, as they agreed: %(names)s") % {"names": ", ".join(names)}
    return [{**line(said), "names": True}] if names else []


def renamed(facts: dict[str, list[Part]], rows: Any, language: str) -> dict[str, list[Part]]:
    """Facts that were frozen, with the names of those alone who agree to it still."""
    others = [part for part in facts["attendance"] if not part.get("names")]
    with translation.override(language):
        return {**facts, "attendance": [*others, *_named(rows)]}


def _languages(people: list[Any]) -> list[Part]:
    """How many chose each language; a language of fewer than three is counted with the others."""
    counts = Counter(language[:2] for _role, _place, _kind, language in people)
    names = locale().languages
    told = [f"{names.get(code, code)} ({n})" for code, n in counts.most_common() if n > 2]
    if told and (rest := sum(n for n in counts.values() if n < 3)):
        told.append(_("other languages (%(count)s)") % {"count": rest})
    return [line(_("Languages that people read the room in: %(names)s") % {"names": ", ".join(told)})] if told else []


def _agenda(room: Room) -> list[Part]:
    rows = []
    for step in agenda_as_run(room):
        title = step.get("texts", {}).get((get_language() or "")[:2]) or step["title"]
        began, ended = when(step.get("began_at")), when(step.get("ended_at"))
        taken = str(round((ended - began).total_seconds() / 60)) if began and ended else ""
        rows.append([title, clock(began), str(step.get("minutes", "")), taken])
    return table([_("Step"), _("Began"), _("Minutes planned"), _("Minutes taken")], rows)


def _ideas(room: Room) -> list[Part]:
    said = document.read(store.updates_of(room.pk)[0])
    state = ToolState.objects.filter(room=room, tool="board").values_list("state", flat=True).first() or {}
    columns = state.get("columns", [])
    lanes = boards.laid(boards.shown(said.board), [column["id"] for column in columns])
    parts: list[Part] = []
    for column in columns:
        lane = lanes.get(column["id"], [])[:MOST]
        if lane:
            parts += [head(column["title"]), *_lane(lane)]
    for breakout, rows in groupby(ideas_out(room, said), key=lambda found: found[0]):
        parts.append(head(breakout.question or _("Round %(number)s") % {"number": breakout.number}))
        for _breakout, group, lane in rows:
            parts += [line(group.title), *_lane(boards.grouped(lane[:MOST]))]
    return parts


def _lane(lane: list[boards.Shown]) -> list[Part]:
    """Runs of one group under its name."""
    if not any(shown.note.group for shown in lane):
        return _run("", lane)
    parts: list[Part] = []
    for group, run in groupby(lane, key=lambda shown: shown.note.group):
        named = _("Group “%(name)s”:") % {"name": group} if group else _("In no group:")
        parts += _run(named, list(run))
    return parts


def _run(named: str, run: list[boards.Shown]) -> list[Part]:
    return [*([line(named)] if named else []), *listed([boards.words(shown) for shown in run])]


def _groups(room: Room) -> list[Part]:
    parts: list[Part] = []
    for breakout in breakouts_of(room):
        parts.append(head(breakout["question"] or _("Round %(number)s") % breakout))
        rows = [
            [group["title"], str(group["people"]), _("yes") if group["brought"] else _("no")]
            for group in breakout["groups"]
        ]
        parts += table([_("Group"), _("People"), _("Its text came into the main text")], rows)
    return parts


def _text(room: Room) -> list[Part]:
    rows = Version.objects.in_city(room.city_id).filter(room=room).for_list().order_by("number")
    parts = [
        seal(
            _("Version %(number)s, “%(title)s”, %(day)s. Seal (SHA-256):")
            % {"number": row.number, "title": row.title, "day": moment(row.at)},
            row.sha256,
        )
        for row in rows[:MOST]
    ]
    if room.proposal is not None:
        parts.append(line(_("Handed in as proposal %(reference)s.") % {"reference": room.proposal.reference}))
    return parts


def _share(rooms: Rooms) -> list[Part]:
    found = fair_share(rooms[0][1])
    parts = []
    for name, told in (("speaking", _("Speaking")), ("writing", _("Writing"))):
        bands = found[name]
        if bands is None:
            continue
        parts.append(head(told))
        parts.append(
            line(
                _("%(active)s took part in this, %(silent)s did not.")
                % {"active": bands["active"], "silent": bands["silent"]}
            )
        )
        if "top" in bands:
            top = {"of": bands["of"], "top": bands["top"]}
            parts.append(line(_("Of all of it, about %(top)s tenths came from the %(of)s who did most.") % top))
    if found.get("new_voices"):
        text = ngettext(
            "%(count)s voice was heard for the first time in a room of this city.",
            "%(count)s voices were heard for the first time in a room of this city.",
            found["new_voices"],
        )
        parts.append(line(text % {"count": found["new_voices"]}))
    if parts and len(rooms) > 1:
        parts.append(line(_("What was said and written in the groups counts in this, too.")))
    return parts


def _captions(rooms: Rooms) -> list[Part]:
    """Only what the group wanted to keep, here and in each group's room."""
    states = ToolState.objects.filter(room__in=[room.pk for _name, room in rooms], tool="captions")
    kept = [key for key, state in states.values_list("room", "state") if state.get("keeps")]
    said: dict[UUID, list[str]] = {}
    for key, at, text in Caption.objects.filter(room__in=kept).order_by("id").values_list("room", "at", "text"):
        said.setdefault(key, []).append(f"{clock(at)} {text}")
    parts: list[Part] = []
    for name, room in rooms:
        lines = listed(said.get(room.pk, [])[:MOST])
        parts += [head(name), *lines] if name and lines else lines
    return parts


TELL: Final[dict[str, Callable[[Room], list[Part]]]] = {
    "attendance": _attendance,
    "agenda": _agenda,
    "ideas": _ideas,
    "groups": _groups,
    "text": _text,
}
# What its groups did as well, each by itself.
OF_ALL: Final[dict[str, Callable[[Rooms], list[Part]]]] = {
    "votes": told_votes,
    "decisions": told_decisions,
    "concerns": told_concerns,
    "moderation": told_moderation,
    "share": _share,
    "captions": _captions,
}
