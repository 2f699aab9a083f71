"""Tags and filters of the design system: icons, drawings, dates, money, texts, bars, threads, fields."""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from babel.dates import format_date, format_time, format_timedelta
from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, widgets
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from backend.base.money import Money
from backend.base.texts import Shown, choose

register = template.Library()

EMPTY = mark_safe("")


def locale() -> str:
    """The reader's language as Babel names it; English dates are written day first."""
    code = (get_language() or "en")[:2]
    return "en_GB" if code == "en" else code


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


@register.simple_tag
def face(person: Any) -> SafeString:
    """Initials in one of six colours; the name stands beside it."""
    words = str(person).split()
    initials = "".join(word[0] for word in words[:2]).upper() or "?"
    colour = sum(str(getattr(person, "pk", person)).encode()) % 6 + 1
    return format_html('<span class="face face--{}" aria-hidden="true">{}</span>', colour, initials)


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


# -- Money, dates, numbers ----------------------------------------------------------------------


@register.simple_tag
def money(minor: int | None, currency: str) -> str:
    """Minor units as people of the reader's language write them."""
    return "" if minor is None else str(Money(int(minor), currency))


def _local(value: dt.date | dt.datetime) -> dt.date | dt.datetime:
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


@register.filter
def day(value: dt.date | None) -> str:
    """14 March 2026"""
    return format_date(_local(value), "long", locale=locale()) if value else ""


@register.filter
def short_day(value: dt.date | None) -> str:
    """14 Mar 2026"""
    return format_date(_local(value), "medium", locale=locale()) if value else ""


@register.filter
def long_day(value: dt.date | None) -> str:
    """Saturday 14 March 2026"""
    return format_date(_local(value), "full", locale=locale()).replace(",", "") if value else ""


@register.filter
def month(value: dt.date | None) -> str:
    """March 2026"""
    return format_date(_local(value), "LLLL y", locale=locale()) if value else ""


@register.filter
def clock(value: dt.datetime | None) -> str:
    """17:00"""
    return format_time(timezone.localtime(value), "HH:mm", locale=locale()) if value else ""


@register.filter
def moment(value: dt.datetime | None) -> str:
    """14 March 2026, 17:00"""
    if not value:
        return ""
    return _("%(day)s, %(time)s") % {"day": day(value), "time": clock(value)}


@register.filter
def iso(value: dt.date | dt.datetime | None) -> str:
    """For the datetime attribute of <time>."""
    return value.isoformat(timespec="minutes") if isinstance(value, dt.datetime) else str(value or "")


@register.filter
def ago(value: dt.datetime | None) -> str:
    """3 days ago; in 5 minutes."""
    if not value:
        return ""
    return format_timedelta(value - timezone.now(), add_direction=True, locale=locale())


@register.filter
def days_left(value: dt.date | dt.datetime | None) -> str:
    """12 days left; last day; closed."""
    if not value:
        return ""
    target = _local(value)
    date = target.date() if isinstance(target, dt.datetime) else target
    left = (date - timezone.localdate()).days
    if left < 0:
        return pgettext("deadline", "closed")
    if left == 0:
        return _("last day")
    return ngettext("%(count)s day left", "%(count)s days left", left) % {"count": left}


@register.simple_tag
def dateblock(value: dt.datetime) -> SafeString:
    """The small calendar leaf before a row: weekday and day, the whole date for screen readers."""
    local = _local(value)
    return format_html(
        '<time class="date" datetime="{}"><span aria-hidden="true">{}</span><b aria-hidden="true">{}</b>'
        '<span class="vh">{}</span></time>',
        iso(local),
        format_date(local, "ccc", locale=locale()).strip(".").capitalize(),
        local.day,
        long_day(local),
    )


# -- Texts in several languages ---------------------------------------------------------------


def _shown(texts: Any, *languages: str) -> Shown:
    if isinstance(texts, Shown):
        return texts
    reader = (get_language() or "en")[:2]
    plain: Any = {code: {"text": entry} if isinstance(entry, str) else entry for code, entry in (texts or {}).items()}
    return choose(plain, *(languages or (reader,)))


@register.simple_tag
def official(texts: Any, *languages: str) -> SafeString:
    """An official text (a map of languages, or a Shown) in the reader's language, marked up with
    the language it is in where that is another one; machine translation is labelled."""
    shown = _shown(texts, *languages)
    reader = (get_language() or "en")[:2]
    if shown.language == reader or not shown.text:
        body = format_html("{}", shown.text)
    else:
        body = format_html('<span lang="{}" dir="auto">{}</span>', shown.language, shown.text)
    if shown.source == "machine":
        label = format_html('<span class="small muted">{}</span>', _("translated by machine"))
        return format_html("{} {}", body, label)
    return body


@register.filter
def plain(texts: Any) -> str:
    """The same as text only, for attributes and titles."""
    return _shown(texts).text


@register.simple_tag
def said(thing: Any, field: str = "text") -> Shown:
    """What a person wrote, for this reader: use with `as`, or give it to `official`."""
    return thing.said(field, (get_language() or "en")[:2])


@register.simple_tag
def words(thing: Any, field: str = "title") -> SafeString:
    """`field` of something that a person wrote, in the reader's language where there is a translation."""
    return official(said(thing, field))


@register.filter
def paragraphs(text: str) -> SafeString:
    """Plain text of people as paragraphs and line breaks."""
    blocks = [block.strip() for block in str(text).replace("\r\n", "\n").split("\n\n")]
    return format_html_join(
        "",
        '<p dir="auto">{}</p>',
        (
            (format_html_join(mark_safe("<br>"), "{}", ((line,) for line in block.split("\n"))),)
            for block in blocks
            if block
        ),
    )


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
    parts, x = [], 0.0
    for number, value in enumerate(values, 1):
        width = _percent(value, whole)
        parts.append((number, f"{x:.2f}", f"{max(width - 0.4, 0):.2f}"))
        x += width
    return format_html(
        '<svg class="share" role="img" aria-label="{}" width="100%" height="24">{}</svg>',
        label,
        format_html_join("", '<rect class="k-{}" x="{}%" width="{}%" height="100%"/>', parts),
    )


@register.simple_tag
def tally(label: str, *counts: int) -> SafeString:
    """Counts of agree, with concerns, block and not yet answered as one bar with figures."""
    whole = sum(counts) or 1
    parts: list[SafeString] = []
    x = 0.0
    for tone, count in zip("ybnw", counts, strict=False):
        if not count:
            continue
        width = _percent(count, whole)
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


# -- Forms ------------------------------------------------------------------------------------


def _kind(widget: widgets.Widget) -> str:
    if isinstance(widget, widgets.CheckboxInput):
        return "check"
    if isinstance(widget, widgets.RadioSelect | widgets.CheckboxSelectMultiple):
        return "choices"
    return "input"


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, hint: Any = "", label: Any = "", **attrs: Any) -> dict[str, Any]:
    """A field with its label, hint and errors, each tied to it; the errors stand before the field.

    Further arguments become attributes of the control (`rows="4"`, `autocomplete="off"`).
    """
    widget = bound.field.widget
    widget.attrs.pop("placeholder", None)  # it goes away when one types: what helps stands in the hint
    hint = hint or bound.help_text
    described = [f"{bound.auto_id}_hint"] if hint else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    given: dict[str, str | bool] = {name.replace("_", "-"): value for name, value in attrs.items()}
    if described:
        given["aria-describedby"] = " ".join(described)
    if bound.errors:
        given["aria-invalid"] = "true"
    kind = _kind(widget)
    if kind == "input":
        own = widget.attrs.get("class", "")
        given["class"] = f"input {own}".strip()
        if type(widget) in {widgets.TextInput, widgets.Textarea}:
            given.setdefault("dir", "auto")  # people write from either side
    return {
        "bound": bound,
        "kind": kind,
        "label": label or bound.label,
        "hint": hint,
        "optional": not bound.field.required and kind == "input",
        "control": bound.as_widget(attrs=given) if kind != "choices" else "",
        "described": " ".join(described),
    }


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, Any]:
    """What has to be put right, with a link to each field; takes the focus when the page opens."""
    errors = []
    for form in forms:
        errors += [{"text": text, "target": ""} for text in form.non_field_errors()]
        for bound in form.visible_fields():
            target = bound.id_for_label or bound.auto_id
            errors += [{"text": text, "target": target} for text in bound.errors]
        for bound in form.hidden_fields():
            errors += [{"text": text, "target": ""} for text in bound.errors]
    return {"errors": errors}
