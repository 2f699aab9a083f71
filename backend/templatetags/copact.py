"""Tags and filters of the design system: `{% load copact %}` loads them all.

Drawings, tags, bars, threads and lists are here; dates, texts and fields in the modules beside it.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backend.templatetags import dates, fields, texts

register = template.Library()
for part in (dates, fields, texts):
    register.tags.update(part.register.tags)
    register.filters.update(part.register.filters)

EMPTY = mark_safe("")
LEAST = 9  # so wide is the smallest part of a tally, of a hundred


# -- Drawings ---------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """A drawing of the sprite; always beside a word, so it is hidden from screen readers."""
    return format_html(
        '<svg class="icon{}" width="20" height="20" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        f" {extra}" if extra else "",
        static("icons/sprite.svg"),
        name,
    )


@cache
def _drawing(name: str) -> SafeString:
    return render_to_string(f"components/art/{name}.html")


@register.simple_tag
def art(name: str) -> SafeString:
    """A scene drawn from the tokens: garden, courtyard, bench, people, pact …"""
    return _drawing(name)


SCENES = {
    "garden": "garden",
    "park": "park",
    "square": "square",
    "street": "street",
    "path": "path",
    "courtyard": "courtyard",
    "field": "field",
    "riverside": "water",
    "building": "building",
    "neighbourhood_house": "house",
    "hall": "people",
    "market": "market",
    "shop": "market",
    "school": "books",
    "sport": "park",
    "furniture": "bench",
    "food": "kitchen",
    "plants": "seeds",
    "textile": "textile",
    "print": "posters",
    "knowledge": "books",
    "skills": "people",
    "tools": "tools",
    "bicycles": "bicycle",
    "electronics": "radio",
    "events": "street",
    "space": "house",
    "access": "path",
}


@register.filter
def scene(kind: str | None) -> str:
    """The scene for a kind of place or output, for `art`."""
    return SCENES.get(str(kind or ""), "courtyard")


@register.filter
def scene_of_city(slug: str) -> str:
    """Each city's own scene: its arcades, its water, its squares, its hills."""
    return {"torino": "house", "gdansk": "water", "budapest": "square", "cluj-napoca": "park"}.get(slug, "street")


@register.filter
def initials(name: str) -> str:
    """Two letters for a face, as the scripts write them: of the first and the second word, or of the first."""
    found = str(name).split()
    return ("".join(word[0] for word in found[:2]) if len(found) > 1 else "".join(found)[:2]).upper()


@register.simple_tag
def face(person: Any) -> SafeString:
    """Initials in one of six colours; the name stands beside it."""
    letters = initials(str(person)) or "?"
    colour = sum(str(getattr(person, "pk", person)).encode()) % 6 + 1
    return format_html('<span class="face face--{}" aria-hidden="true">{}</span>', colour, letters)


@register.simple_tag
def tag(tone: str, text: str, icon_name: str = "") -> SafeString:
    """A state in a word. Tones: patina brick ochre river moss danger, or "" for stone."""
    drawing = icon(icon_name) if icon_name else ""
    kind = f" tag--{tone}" if tone else ""
    return format_html('<span class="tag{}">{}{}</span>', kind, drawing, text)


TONES = {
    "mapped": "",
    "looking": "river",
    "proposal_open": "brick",
    "pact_in_force": "moss",
    "resting": "",
}


@register.simple_tag
def state_tag(thing: Any) -> SafeString:
    """The state of a place as a tag in its tone."""
    return tag(TONES.get(thing.state, ""), thing.get_state_display())


# -- Bars -------------------------------------------------------------------------------------


def _percent(part: float, whole: float) -> float:
    return round(max(0.0, min(100.0, 100 * part / whole)), 2) if whole else 0.0


@register.simple_tag
def meter(value: float, goal: float) -> SafeString:
    """A bar of `value` towards `goal`; past the goal, a mark shows where the goal was.

    It repeats the words that stand under it, so it is hidden from screen readers.
    """
    value, goal = value or 0, goal or 0
    mark: SafeString = EMPTY
    if value > goal > 0:
        place = _percent(goal, value)
        mark = format_html('<rect class="meter__goal" x="{}%" width="2" height="100%"/>', place)
    return format_html(
        '<svg class="meter__bar" width="100%" height="12" aria-hidden="true" focusable="false">'
        '<rect class="meter__fill" width="{}%" height="100%" rx="6"/>{}</svg>',
        _percent(value, goal) if value <= goal else 100,
        mark,
    )


@register.simple_tag
def share(label: str, *values: float) -> SafeString:
    """Parts of a whole side by side, in the colours k-1, k-2 … of a `.key` with the words."""
    whole = sum(values) or 1
    parts, before = [], 0.0
    for number, value in enumerate(values, 1):
        x, width = _percent(before, whole), _percent(value, whole)
        parts.append((number, f"{x:.2f}", f"{max(width - 0.4, 0):.2f}"))
        before += value  # what was rounded once is not added up
    return format_html(
        '<svg class="share" role="img" aria-label="{}" width="100%" height="24">{}</svg>',
        label,
        format_html_join("", '<rect class="k-{}" x="{}%" width="{}%" height="100%"/>', parts),
    )


@register.simple_tag
def tally(label: str, *counts: int) -> SafeString:
    """Counts of agree, with concerns, block and not yet answered as one bar; even one answer has room for its figure."""
    whole = sum(counts) or 1
    wide = [max(LEAST, 100 * count / whole) if count else 0 for count in counts]
    parts: list[SafeString] = []
    x = 0.0
    for tone, count, share in zip("ybnw", counts, wide, strict=False):
        if not count:
            continue
        width = _percent(share, sum(wide))
        parts.append(
            format_html(
                '<rect class="{}" x="{}%" y="1" width="{}%" height="34"/><text class="{}t" x="{}%" y="18">{}</text>',
                tone,
                f"{x + 0.3:.2f}",
                f"{max(width - 0.6, 0):.2f}",
                tone,
                f"{x + width / 2:.2f}",
                count,
            )
        )
        x += width
    return format_html(
        '<svg class="tally" role="img" aria-label="{}" width="100%" height="36">{}</svg>',
        label,
        mark_safe("".join(parts)),  # noqa: S308  each part is built by format_html
    )


# -- The thread -------------------------------------------------------------------------------

KNOTS = {
    "activity": ("", "users"),
    "idea": ("", "bulb"),
    "room": ("", "users"),
    "proposal": (" knot--proposal", "doc"),
    "review": (" knot--proposal", "house"),
    "pact": (" knot--pact", "pen"),
    "made": (" knot--made", "tools"),
    "fund": (" knot--fund", "fund"),
    "next": (" knot--next", "sync"),
}


@register.inclusion_tag("components/thread.html")
def thread(steps: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Where a thing comes from. A step: kind (of KNOTS), title, url?, when?, note?, icon?, lang?."""
    rows = []
    for step in steps:
        shape, drawing = KNOTS[step["kind"]]
        rows.append({**step, "shape": shape, "icon": step.get("icon") or drawing})
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        row["open"] = following is not None and following["kind"] == "next"
    return {"steps": rows}


@register.inclusion_tag("components/stages.html")
def stages(now: str) -> dict[str, Any]:
    """The thread in one line; `now` is workshop, proposal, review or pact."""
    names = {
        "workshop": pgettext("stage", "Workshop"),
        "proposal": pgettext("stage", "Proposal"),
        "review": pgettext("stage", "City review"),
        "pact": pgettext("stage", "Pact"),
    }
    place = list(names).index(now) + 1
    label = _("Stage: %(stage)s, step %(number)s of %(all)s")
    return {
        "names": names,
        "now": now,
        "label": label % {"stage": names[now], "number": place, "all": len(names)},
    }


# -- Lists ------------------------------------------------------------------------------------


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: dict[str, Any], page: Page[Any]) -> dict[str, Any]:
    """Earlier and later pages of a list; nothing where there is one page."""
    return {"page": page, "request": context.get("request")}


@register.inclusion_tag("components/crumbs.html", takes_context=True)
def crumbs(context: dict[str, Any], *parts: str) -> dict[str, Any]:
    """Where this page is: title and url of each page above it in turn, then its own title.

    The city comes first by itself.
    """
    above = list(zip(parts[:-1:2], parts[1:-1:2], strict=True))
    return {"city": context.get("city"), "above": above, "here": parts[-1]}
