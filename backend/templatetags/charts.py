"""Charts drawn by the server as SVG: geometry here, colours in the style sheet, numbers beside them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from django import template
from django.utils.translation import get_language

register = template.Library()

# Units of the drawing; a phone shows about one pixel a unit.
WIDTH, HEIGHT = 360, 190
LEFT, RIGHT, TOP, BOTTOM = 40, 292, 16, 164
STEPS = (1, 2, 2.5, 5, 10)


def locale() -> str:
    code = (get_language() or "en")[:2]
    return "en_GB" if code == "en" else code


@register.filter
def figure(value: float | None) -> str:
    """A number as the reader's language writes it, with one decimal where it needs one."""
    return "" if value is None else format_decimal(round(value, 1), locale=locale())


@register.simple_tag
def amount(value: float | None, unit: str = "", sign: str = "") -> str:
    """A value with its unit: 58 %, 327 h, −7.4°. `sign` any: a plus or minus stands before it."""
    if value is None:
        return ""
    text = figure(abs(value))
    mark = ("−" if value < 0 else "+" if sign and value > 0 else "") + text
    if unit in {"°C", "°"}:
        return f"{mark}°"
    if unit == "%":
        return f"{mark}%" if locale() == "en_GB" else f"{mark}\xa0%"
    return f"{mark}\xa0{unit}" if unit else mark


@dataclass(frozen=True)
class Axis:
    """A scale from `low` to `high` in even, round steps."""

    low: float
    high: float
    step: float

    def ticks(self) -> list[float]:
        count = round((self.high - self.low) / self.step)
        return [round(self.low + self.step * n, 6) for n in range(count + 1)]

    def at(self, value: float, start: float, end: float) -> float:
        return round(start + (end - start) * (value - self.low) / (self.high - self.low), 1)


def axis(values: Iterable[float], *, zero: bool = False, steps: int = 4) -> Axis:
    """The axis that holds all `values`, in at most about `steps` round steps."""
    known = list(values) or [0.0]
    low, high = min(known), max(known)
    low = min(low, 0.0) if zero else low
    span = (high - low) or abs(high) or 1.0
    rough = span / steps
    magnitude = 10 ** math.floor(math.log10(rough))
    step = next(size * magnitude for size in STEPS if size * magnitude >= rough * 0.999)
    bottom, top = math.floor(low / step) * step, math.ceil(high / step) * step
    return Axis(round(bottom, 6), round(top if top > bottom else bottom + step, 6), round(step, 6))


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in points)


def _spread(labels: list[dict[str, Any]], least: float) -> list[dict[str, Any]]:
    """Of labels along a line, those that leave room for each other; the last one always."""
    kept: list[dict[str, Any]] = []
    for label in labels:
        if not kept or label["x"] - kept[-1]["x"] >= least:
            kept.append(label)
    if labels and kept[-1] is not labels[-1]:
        if len(kept) > 1 and labels[-1]["x"] - kept[-1]["x"] < least:
            kept.pop()
        kept.append(labels[-1])
    return kept


@register.inclusion_tag("impact/charts/line.html")
def line_chart(reading: Any, now_label: str, before_label: str) -> dict[str, Any]:
    """A number over time. One baseline is a dashed line; several are a line of their own, shifted
    so that both begin together, with a band of what was measured around it."""
    since, before = list(reading.since), list(reading.before)
    band = max((each.margin for each in before), default=0.0)
    values = [each.value for each in (*since, *before)]
    scale = axis([*values, *(each.value + band for each in before), *(each.value - band for each in before)])
    first = since[0].day
    shift = (first - before[0].day) if len(before) > 1 else None
    days = [(each.day - first).days for each in since]
    days += [(each.day + shift - first).days for each in before] if shift is not None else []
    length = max(*days, 1)

    def x(day: Any) -> float:
        return round(LEFT + (RIGHT - LEFT) * (day - first).days / length, 1)

    def y(value: float) -> float:
        return scale.at(value, BOTTOM, TOP)

    now = [(x(each.day), y(each.value)) for each in since]
    if shift is not None:
        then = [(x(each.day + shift), y(each.value)) for each in before]
    elif before:
        then = [(float(LEFT), y(reading.baseline.value)), (float(RIGHT), y(reading.baseline.value))]
    else:
        then = []
    labels = [{"x": x(each.day), "text": format_date(each.day, "d MMM", locale=locale())} for each in since]
    edges = [each.value for each in before] if shift is not None else [reading.baseline.value] * 2 if before else []
    upper = [(x_, y(value + band)) for (x_, _y), value in zip(then, edges, strict=True)]
    lower = [(x_, y(value - band)) for (x_, _y), value in zip(then, edges, strict=True)]
    return {
        "reading": reading,
        "ticks": [{"y": y(tick), "text": amount(tick, reading.indicator.unit)} for tick in scale.ticks()],
        "band": _path([*upper, *reversed(lower)]) + "z" if band and then else "",
        "then": _path(then) if then else "",
        "now": _path(now),
        "dots": now,
        "days": _spread(labels, 62),
        "now_end": now[-1],
        "then_end": _apart(then[-1], now[-1]) if then else None,
        "now_label": now_label,
        "before_label": before_label,
    }


def _apart(label: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """Where a line's name stands so that it does not cover the other's."""
    x, y = label
    if abs(y - other[1]) < 14:
        y = other[1] - 15 if y <= other[1] else other[1] + 15
    return x, round(y, 1)


@register.inclusion_tag("impact/charts/pairs.html")
def pair_chart(readings: Sequence[Any], label: str) -> dict[str, Any]:
    """Answers before (ring) and now (dot); dashed and grey where the margins overlap."""
    top = max((point.value for each in readings for point in (each.baseline, each.latest)), default=100)
    scale = axis([0, top], zero=True)
    rows = []
    for number, each in enumerate(readings):
        before, now = (scale.at(point.value, 14, 342) for point in (each.baseline, each.latest))
        right = now >= before
        rows.append(
            {
                "reading": each,
                "label_y": 18 + 43 * number,
                "y": 33 + 43 * number,
                "text_y": 37 + 43 * number,
                "before": before,
                "now": now,
                "now_text": round(now + 11 if right else now - 11, 1),
                "before_text": round(before - 10 if right else before + 10, 1),
                "now_anchor": "start" if right else "end",
                "before_anchor": "end" if right else "start",
            }
        )
    bottom = 6 + 43 * len(rows)
    unit = readings[0].indicator.unit if readings else ""
    ticks = [{"x": scale.at(tick, 14, 342), "text": amount(tick, unit)} for tick in scale.ticks()]
    return {"rows": rows, "ticks": ticks, "bottom": bottom, "height": bottom + 20, "base": bottom + 15, "label": label}


@register.inclusion_tag("impact/charts/months.html")
def month_chart(months: Sequence[Any], label: str, column: str) -> dict[str, Any]:
    """People at activities, a bar for each month."""
    scale = axis([0, *(each.people for each in months)], zero=True)
    slot = (354 - LEFT) / max(len(months), 1)
    bars = []
    for number, each in enumerate(months):
        y = scale.at(each.people, BOTTOM + 4, TOP)
        bars.append(
            {
                "x": round(LEFT + slot * number + slot * 0.14, 1),
                "y": y,
                "width": round(slot * 0.72, 1),
                "height": round(BOTTOM + 4 - y, 1),
                "middle": round(LEFT + slot * (number + 0.5), 1),
                "label_y": round(y - 5, 1),
                "month": each,
                "short": format_date(each.first, "LLL", locale=locale()).strip("."),
                "long": format_date(each.first, "LLLL y", locale=locale()),
            }
        )
    names = _spread([{"x": bar["middle"], "text": bar["short"]} for bar in bars], 44)
    ticks = [{"y": scale.at(tick, BOTTOM + 4, TOP), "text": figure(tick)} for tick in scale.ticks()]
    return {"bars": bars, "ticks": ticks, "names": names, "label": label, "column": column}
