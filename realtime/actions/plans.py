"""Plans of sessions: those that every city has, the city's own, and those that facilitators save."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from backend.base import words
from backend.base.ids import uuid7
from backend.base.problems import Conflict
from backend.cities.actions.data import DATA
from backend.cities.models import City
from backend.people.models import Person
from realtime.models import SessionPlan

STEPS: Final = 30
LONGEST: Final = 600  # minutes of one step
DAY: Final = 1440  # minutes of all of them
TITLE: Final = 80
SAVED: Final = 40  # plans that one person keeps in a city
# What a step may open: the tools of the room that have a place on its page.
OPENS: Final = ("board", "draft", "speaking", "polls", "dots", "consent", "chat")

Step = dict[str, Any]

# What happens, for how many minutes, and with which tool.
AGENDAS: Final[dict[str, list[tuple[str, int, str]]]] = {
    "ideas": [
        (gettext_noop("Welcome"), 10, ""),
        (gettext_noop("Walk and look"), 30, ""),
        (gettext_noop("Ideas on the board"), 20, "board"),
        (gettext_noop("Which ideas go on"), 20, "dots"),
        (gettext_noop("Who does what next"), 10, "speaking"),
    ],
    "drafting": [
        (gettext_noop("Welcome"), 10, ""),
        (gettext_noop("What we know so far"), 10, "board"),
        (gettext_noop("Writing together"), 40, "draft"),
        (gettext_noop("Reading aloud"), 15, "draft"),
        (gettext_noop("Is the text good enough?"), 15, "consent"),
    ],
    "consent": [
        (gettext_noop("Welcome"), 5, ""),
        (gettext_noop("Reading the text aloud"), 15, "draft"),
        (gettext_noop("Questions"), 15, "speaking"),
        (gettext_noop("Concerns, and how to meet them"), 30, "draft"),
        (gettext_noop("The decision"), 10, "consent"),
    ],
    "review": [
        (gettext_noop("Welcome"), 5, ""),
        (gettext_noop("What the pact promised"), 15, "draft"),
        (gettext_noop("What happened"), 25, "speaking"),
        (gettext_noop("What to change"), 30, "board"),
        (gettext_noop("Who does what next"), 10, "speaking"),
    ],
    "evaluation": [
        (gettext_noop("Welcome"), 5, ""),
        (gettext_noop("One word from everyone"), 15, "speaking"),
        (gettext_noop("What went well, and what did not"), 25, "board"),
        (gettext_noop("How it was for me"), 10, "polls"),
        (gettext_noop("What we tell the City"), 20, "draft"),
    ],
}
NAMES: Final = {
    "ideas": gettext_noop("Finding ideas"),
    "drafting": gettext_noop("Writing together"),
    "consent": gettext_noop("Agreeing on a text"),
    "review": gettext_noop("Looking back on a pact"),
    "evaluation": gettext_noop("How did it go?"),
}


def _said(message: str) -> dict[str, str]:
    """A sentence of ours in every language of the site."""
    said = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said[code] = _(message)
    return said


def in_language(texts: Mapping[str, str], *wanted: str) -> str:
    """The first of the wanted languages that there is, else any."""
    found = next((texts[code] for code in wanted if texts.get(code)), "")
    return found or next(iter(texts.values()), "")


@lru_cache(maxsize=64)
def _file_of(slug: str) -> dict[str, Any]:
    """The plans that stand in a city's folder: name → its texts and steps."""
    path = DATA / slug / "sessions.toml"
    if slug not in {folder.name for folder in DATA.iterdir()} or not path.exists():
        return {}
    return {each["key"]: each for each in tomllib.loads(path.read_text("utf-8"))["plans"]}


def plans_for(city: City, own: Iterable[SessionPlan], language: str) -> list[dict[str, str]]:
    """The plans that somebody may begin with, by key and name: everyone's, the city's, and their own."""
    with translation.override(language):
        found = [(key, _(NAMES[key])) for key in AGENDAS]
    for key, plan in _file_of(city.slug).items():
        found.append((f"city:{key}", in_language(plan["name"], language, city.language)))
    found.extend((f"own:{plan.pk}", plan.name) for plan in own)
    return [{"key": key, "name": name} for key, name in found]


def outlines(city: City, own: Iterable[SessionPlan], language: str) -> list[dict[str, Any]]:
    """The same plans with what happens in them, for whoever chooses one."""
    with translation.override(language):
        rows: dict[str, list[Step]] = {
            key: [{"title": _(title), "minutes": minutes} for title, minutes, _tool in steps]
            for key, steps in AGENDAS.items()
        }
    rows |= {f"city:{key}": plan["steps"] for key, plan in _file_of(city.slug).items()}
    rows |= {f"own:{plan.pk}": plan.steps for plan in own}
    return [
        {
            **plan,
            "minutes": sum(row["minutes"] for row in rows[plan["key"]]),
            "steps": [
                {"title": _title_of(row, language, city.language), "minutes": row["minutes"]}
                for row in rows[plan["key"]]
            ],
        }
        for plan in plans_for(city, own, language)
    ]


def _title_of(row: Step, *wanted: str) -> str:
    title = row.get("texts") or row["title"]
    return title if isinstance(title, str) else in_language(title, *wanted)


def steps_of(plan: str, *, city: City, by: Person | None) -> list[Step]:
    """Fresh steps after a plan. Raises ValidationError where there is none such, or it is somebody else's."""
    kind, _colon, key = plan.rpartition(":")
    if not kind and key in AGENDAS:
        return [_step(texts=_said(title), minutes=minutes, tool=tool) for title, minutes, tool in AGENDAS[key]]
    if kind == "city" and key in _file_of(city.slug):
        rows = _file_of(city.slug)[key]["steps"]
        return [_step(texts=row["title"], minutes=row["minutes"], tool=row.get("tool", "")) for row in rows]
    if kind == "own" and by is not None:
        found = _own(city, by, key)
        if found is not None:
            return [
                _step(**{name: row.get(name) for name in ("title", "texts", "minutes", "tool")}) for row in found.steps
            ]
    raise ValidationError({"agenda": ValidationError(_("Choose one of the kinds of session."), code="no_such_plan")})


def _own(city: City, by: Person, key: str) -> SessionPlan | None:
    try:
        return SessionPlan.objects.in_city(city).filter(by=by, pk=key).first()
    except ValidationError:
        return None


def _step(*, title: str = "", texts: Mapping[str, str] | None = None, minutes: int = 10, tool: str | None = "") -> Step:
    step: Step = {"id": uuid7().hex[-12:], "title": title or in_language(texts or {}), "minutes": minutes}
    if texts:
        step["texts"] = dict(texts)
    if tool in OPENS:
        step["tool"] = tool
    return step


def new_step(*, title: str, minutes: Any, tool: str = "") -> Step:
    """A step as somebody typed it. Raises ValidationError."""
    return _step(title=words.line(title, field="title", limit=TITLE), minutes=minutes_of(minutes), tool=tool)


def steps_from(pairs: Iterable[tuple[str, int]]) -> list[Step]:
    """Steps as (title, minutes). Raises ValidationError at `agenda`."""
    steps = []
    for title, minutes in pairs:
        try:
            steps.append(new_step(title=title, minutes=minutes))
        except ValidationError as problem:
            raise ValidationError({"agenda": problem.messages}) from problem
    check_length(steps)
    return steps


def check_length(steps: Sequence[Step]) -> None:
    """An agenda has an end in sight. Raises ValidationError."""
    if len(steps) > STEPS:
        message = _("An agenda has at most %(count)d steps.") % {"count": STEPS}
        raise ValidationError({"agenda": ValidationError(message, code="too_many")})
    if sum(step["minutes"] for step in steps) > DAY:
        message = _(
            "All steps together take at most %(most)d minutes, a whole day. Make a step shorter, or take one out."
        )
        raise ValidationError({"minutes": ValidationError(message % {"most": DAY}, code="too_long")})


def minutes_of(value: Any) -> int:
    """How long a step takes. Raises ValidationError at `minutes`."""
    try:
        minutes = int(str(value))
    except ValueError:
        minutes = 0
    if not 1 <= minutes <= LONGEST:
        message = _("A step takes between 1 and %(most)d minutes.") % {"most": LONGEST}
        raise ValidationError({"minutes": ValidationError(message, code="number")})
    return minutes


def save_plan(*, city: City, name: str, steps: Iterable[Mapping[str, Any]], language: str, by: Person) -> SessionPlan:
    """Keep an agenda under a name, for oneself; the same name again takes the place of the older one."""
    if not by.has_account:
        raise PermissionDenied(_("With an account you can keep an agenda for the next time."))
    name = words.line(name, field="name", limit=80)
    kept = [{part: step[part] for part in ("title", "texts", "minutes", "tool") if part in step} for step in steps]
    if not kept:
        raise ValidationError({"name": ValidationError(_("This agenda has no steps yet."), code="empty")})
    mine = SessionPlan.objects.in_city(city).filter(by=by)
    if mine.exclude(name=name).count() >= SAVED:
        raise Conflict("too_many", _("You keep many plans already. Delete one first."))
    with transaction.atomic():
        fields = {"steps": kept, "language": language}
        return SessionPlan.objects.in_city(city).update_or_create(city=city, by=by, name=name, defaults=fields)[0]


def forget_plan(*, city: City, plan: str, by: Person) -> None:
    """Delete a plan of one's own."""
    found = _own(city, by, plan.rpartition(":")[2])
    if found is None:
        raise ValidationError({"plan": ValidationError(_("This plan is not here any more."), code="gone")})
    found.delete()
