"""The drawn map of a city: an inline SVG of its boundary, greens, water, streets, quarters and pins."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import atan2, ceil, cos, degrees, floor, hypot, radians, sin
from typing import Any

from django import template
from django.conf import settings
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from backend.cities.models import City

register = template.Library()

WIDTH = 800
MARGIN = 64
LOWEST, TALLEST = 600, 860
KM_PER_DEGREE = 111.32

# The state of a place as a pin: its outline (drawn from the tip at 0,15), its ground and its figures.
PINS = {
    "pact_in_force": ("M-17 0v-24a17 17 0 0134 0V0L0 15z", "patina", "on-action"),
    "proposal_open": ("M-17 0v-38a3 3 0 013-3h28a3 3 0 013 3V0L0 15z", "brick", "on-live"),
    "looking": ("M-7 0a19 19 0 1114 0L0 15z", "river", "surface"),
    "mapped": ("M-7 0a19 19 0 1114 0L0 15z", "surface", "ink"),
    "resting": ("M-7 0a19 19 0 1114 0L0 15z", "surface", "ink"),
}
WATER = {"river": 18, "canal": 9, "stream": 7}
PIN_GAP = 44.0  # units between two tips


@dataclass(frozen=True)
class Frame:
    """Degrees to units of the drawing."""

    north: float
    west: float
    scale: float  # units per degree of latitude
    squeeze: float  # cosine of the latitude
    height: int

    def at(self, point: Sequence[float]) -> tuple[float, float]:
        x = MARGIN + (point[1] - self.west) * self.scale * self.squeeze
        y = MARGIN + (self.north - point[0]) * self.scale
        return round(x, 1), round(y, 1)


Box = tuple[float, float, float, float]  # south, west, north, east
STEP = 0.004  # degrees: frames that differ by less are one


def box_of(city_map: dict[str, Any], places: Iterable[Any]) -> Box:
    """What the drawing has to show: every quarter and place, rounded so that few frames are drawn."""
    points = [row["centre"] for row in city_map.get("quarters", ())] or [city_map["centre"]]
    points = [*points, *((place.lat, place.lng) for place in places)]
    lats, lngs = [point[0] for point in points], [point[1] for point in points]
    south, west = floor(min(lats) / STEP) * STEP, floor(min(lngs) / STEP) * STEP
    return south, west, ceil(max(lats) / STEP) * STEP, ceil(max(lngs) / STEP) * STEP


def frame_of(box: Box) -> Frame:
    """The frame around a box: WIDTH units wide, neither a strip nor a tower."""
    south, west, north, east = box
    squeeze = cos(radians((north + south) / 2))
    wide, high = (east - west) * squeeze, north - south
    inner = WIDTH - 2 * MARGIN
    scale = min(inner / wide, (TALLEST - 2 * MARGIN) / high)
    height = max(LOWEST, round(high * scale + 2 * MARGIN))
    spare_x = (inner / scale - wide) / 2 / squeeze
    spare_y = ((height - 2 * MARGIN) / scale - high) / 2
    return Frame(north + spare_y, west - spare_x, scale, squeeze, height)


def _number(value: float) -> str:
    return f"{value:.0f}"


def _smooth(points: Sequence[tuple[float, float]], *, closed: bool = False) -> str:
    """A soft line through the points (Catmull-Rom as cubic curves)."""
    count = len(points)
    if count < 3:
        return "M" + "L".join(f"{_number(x)} {_number(y)}" for x, y in points)

    def near(index: int) -> tuple[float, float]:
        return points[index % count] if closed else points[max(0, min(count - 1, index))]

    parts = [f"M{_number(points[0][0])} {_number(points[0][1])}C"]
    for i in range(count if closed else count - 1):
        before, here, there, after = near(i - 1), near(i), near(i + 1), near(i + 2)
        first = (here[0] + (there[0] - before[0]) / 6, here[1] + (there[1] - before[1]) / 6)
        second = (there[0] - (after[0] - here[0]) / 6, there[1] - (after[1] - here[1]) / 6)
        parts.append(" ".join(f"{_number(x)} {_number(y)}" for x, y in (first, second, there)))
    return parts[0] + " ".join(parts[1:]) + ("z" if closed else "")


def _greens(city_map: dict[str, Any], frame: Frame) -> str:
    km = frame.scale / KM_PER_DEGREE
    ovals = []
    for row in city_map.get("greens", ()):
        x, y = frame.at(row["centre"])
        rx, ry = (_number(half * km) for half in row["half"])
        ovals.append(
            f'<ellipse rx="{rx}" ry="{ry}" transform="translate({_number(x)} {_number(y)}) rotate({row["turn"]})"/>'
        )
    return f'<g fill="var(--map-green)">{"".join(ovals)}</g>'


def _sea(line: dict[str, Any], frame: Frame) -> str:
    """Water from the coast to the drawing's north and east edges."""
    points = [frame.at(point) for point in line["points"]]
    if points[0][0] > points[-1][0]:
        points.reverse()
    shore = [(-20.0, points[0][1] - 30), *points, (WIDTH + 20.0, points[-1][1])]
    return f'<path d="{_smooth(shore)}L{WIDTH + 20} -20L-20 -20z" fill="var(--map-water)"/>'


def _lines(city_map: dict[str, Any], frame: Frame) -> str:
    water, streets, seas = [], [], []
    for line in city_map.get("lines", ()):
        if line["kind"] == "coast":
            seas.append(_sea(line, frame))
            continue
        path = _smooth([frame.at(point) for point in line["points"]])
        if line["kind"] in WATER:
            water.append(f'<path d="{path}" stroke-width="{WATER[line["kind"]]}"/>')
        else:
            streets.append(f'<path d="{path}"/>')
    shape = 'fill="none" stroke-linecap="round" stroke-linejoin="round"'
    return (
        "".join(seas)
        + f'<g {shape} stroke="var(--map-water)">{"".join(water)}</g>'
        + f'<g {shape} stroke="var(--map-road)" stroke-width="6">{"".join(streets)}</g>'
    )


Rect = tuple[float, float, float, float]  # left, top, right, bottom


def _clear(rect: Rect, taken: Sequence[Rect]) -> bool:
    left, top, right, bottom = rect
    return all(right < r[0] or left > r[2] or bottom < r[1] or top > r[3] for r in taken)


def _free(rect: Rect, frame: Frame, taken: Sequence[Rect]) -> bool:
    left, top, right, bottom = rect
    return left > 0 and top > 0 and right < WIDTH and bottom < frame.height and _clear(rect, taken)


def _quarters(city_map: dict[str, Any], frame: Frame, taken: list[Rect]) -> str:
    """Names of quarters where there is room for them: on the spot, else a little below or above."""
    texts = []
    for row in city_map.get("quarters", ()):
        x, y = frame.at(row["centre"])
        half = len(row["name"]) * 4.8 + 4
        for shift in (0, 26, -26, 52):
            rect = (x - half, y + shift - 15, x + half, y + shift + 6)
            if _free(rect, frame, taken):
                taken.append(rect)
                texts.append(f'<text x="{_number(x)}" y="{_number(y + shift)}">{escape(row["name"])}</text>')
                break
    return f'<g class="map__quarters">{"".join(texts)}</g>'


def _along(points: Sequence[tuple[float, float]]) -> list[tuple[float, float, float]]:
    """Where a name may stand along a line, the middle first: x, y, turn in degrees."""
    places = []
    for (x1, y1), (x2, y2) in pairwise(points):
        turn = degrees(atan2(y2 - y1, x2 - x1))
        turn = turn - 180 if turn > 90 else turn + 180 if turn < -90 else turn
        places.append(((x1 + x2) / 2, (y1 + y2) / 2, turn))
    middle = len(places) / 2
    return [place for _index, place in sorted(enumerate(places), key=lambda pair: abs(pair[0] - middle))]


def _waters(city_map: dict[str, Any], frame: Frame, taken: list[Rect]) -> str:
    """Names of rivers beside the water, where there is room for them."""
    texts = []
    for line in city_map.get("lines", ()):
        if line["kind"] not in WATER:
            continue
        half = len(line["name"]) * 4 + 4
        for x, y, turn in _along([frame.at(point) for point in line["points"]]):
            lean = radians(turn)
            cx, cy = x + 16 * sin(lean), y - 16 * cos(lean)
            wide, high = half * abs(cos(lean)) + 6, half * abs(sin(lean)) + 8
            rect = (cx - wide, cy - high, cx + wide, cy + high)
            if _free(rect, frame, taken):
                taken.append(rect)
                place = f"translate({_number(x)} {_number(y)}) rotate({turn:.0f})"
                texts.append(f'<text transform="{place}" dy="-13">{escape(line["name"])}</text>')
                break
    return f'<g class="map__waters">{"".join(texts)}</g>'


def _names(city_map: dict[str, Any], frame: Frame, spots: Iterable[Sequence[float]]) -> str:
    """All names, clear of the pins that stand at `spots` and of each other."""
    taken = [(x - 20, y - 58, x + 20, y + 2) for x, y in spots]
    return _quarters(city_map, frame, taken) + _waters(city_map, frame, taken)


@lru_cache(maxsize=64)
def _ground(city_key: str, loaded: str, box: Box) -> tuple[Frame, str]:
    """The drawing under the names and pins; made once for each version of a city's data and frame."""
    city = City.objects.only("map").get(pk=city_key)
    frame = frame_of(box)
    ring = [frame.at(point) for point in city.map["boundary"][:-1]]
    grid = (
        '<defs><pattern id="map-grid" width="46" height="34" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(26)"><rect width="46" height="34" fill="var(--map-road)"/>'
        '<rect x="2" y="2" width="42" height="30" rx="2" fill="var(--map-block)"/></pattern></defs>'
    )
    return frame, (
        f'{grid}<rect width="{WIDTH}" height="{frame.height}" fill="var(--map-land)"/>'
        f'<path d="{_smooth(ring, closed=True)}" fill="url(#map-grid)"/>'
        f"{_greens(city.map, frame)}{_lines(city.map, frame)}"
    )


Spot = list[float]  # x, y of a pin's tip


def _apart(spots: list[Spot]) -> None:
    """Push pins that would cover each other apart, a little at a time."""
    for _round in range(40):
        moved = False
        for i, a in enumerate(spots):
            for b in spots[i + 1 :]:
                dx, dy = b[0] - a[0], b[1] - a[1]
                gap = hypot(dx, dy)
                if gap >= PIN_GAP:
                    continue
                push = (PIN_GAP - gap) / 2 + 0.5
                ux, uy = (dx / gap, dy / gap) if gap > 0.5 else (1.0, 0.3)
                a[0], a[1], b[0], b[1] = a[0] - ux * push, a[1] - uy * push, b[0] + ux * push, b[1] + uy * push
                moved = True
        if not moved:
            return


def _leader(true: tuple[float, float], spot: Spot) -> str:
    """From a pushed pin back to where the place really is."""
    if hypot(true[0] - spot[0], true[1] - spot[1]) < 8:
        return ""
    x1, y1, x2, y2 = (_number(value) for value in (*true, *spot))
    return f'<g class="map__leader"><path d="M{x1} {y1}L{x2} {y2}"/><circle cx="{x1}" cy="{y1}" r="4"/></g>'


def _pin(place: Any, true: tuple[float, float], spot: Spot, number: int, *, linked: bool) -> SafeString:
    """A pin with its tip at `spot`; a pushed one also knows its true place, for when one comes nearer."""
    path, ground, figures = PINS[place.state]
    outline = "ink" if ground == "surface" else "surface"
    pushed = format_html(' data-true="{} {}"', *map(_number, true)) if _leader(true, spot) else ""
    drawing = format_html(
        '<g transform="translate({} {})"{}><g class="pin"><g transform="translate(0 -15)">'
        '<path d="{}" fill="var(--{})" stroke="var(--{})" stroke-width="3"/>{}</g></g></g>',
        _number(spot[0]),
        _number(spot[1]),
        pushed,
        path,
        ground,
        outline,
        format_html('<text y="-14" fill="var(--{})">{}</text>', figures, number) if number else "",
    )
    if not linked:
        return drawing
    return format_html('<a href="#place-{}" aria-label="{}. {}">{}</a>', number, number, place, drawing)


@register.simple_tag
def city_map(city: City, places: Sequence[Any], label: str, start: int = 1) -> SafeString:
    """The map with `places` as numbered pins that lead to the list items #place-1, #place-2 …

    Southern pins are drawn last, so that their heads are not covered.
    """
    frame, ground = _ground(str(city.pk), city.loaded_at.isoformat(), box_of(city.map, places))
    points = [frame.at((place.lat, place.lng)) for place in places]
    spots = [list(point) for point in points]
    _apart(spots)
    names = _names(city.map, frame, spots)
    leaders = "".join(_leader(point, spot) for point, spot in zip(points, spots, strict=True))
    rows = sorted(enumerate(zip(places, points, spots, strict=True), start), key=lambda row: row[1][2][1])
    pins = "".join(_pin(place, true, spot, number, linked=True) for number, (place, true, spot) in rows)
    return _svg(frame, f"{ground}{names}{leaders}{pins}", label, "group")


@register.simple_tag
def place_map(city: City, place: Any, label: str) -> SafeString:
    """The map with one place on it."""
    frame, ground = _ground(str(city.pk), city.loaded_at.isoformat(), box_of(city.map, [place]))
    point = frame.at((place.lat, place.lng))
    names = _names(city.map, frame, [point])
    return _svg(frame, f"{ground}{names}{_pin(place, point, list(point), 0, linked=False)}", label, "img")


def _svg(frame: Frame, inside: str, label: str, role: str) -> SafeString:
    """The drawing; the data tell the script how degrees became units."""
    layout = {"north": frame.north, "west": frame.west, "scale": frame.scale, "squeeze": frame.squeeze}
    data = [(name, f"{value:.6f}") for name, value in layout.items()] + [("margin", MARGIN)]
    if settings.MAP_TILES_URL:
        data.append(("tiles", settings.MAP_TILES_URL))
    return format_html(
        '<svg class="map__drawing" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="{}" aria-label="{}"{}>{}</svg>',
        role,
        label,
        format_html_join("", ' data-{}="{}"', data),
        mark_safe(inside),  # noqa: S308  numbers, tokens and escaped names only
        w=WIDTH,
        h=frame.height,
    )


@register.simple_tag
def map_attribution() -> str:
    """Whose the street tiles are; nothing without tiles."""
    return settings.MAP_ATTRIBUTION if settings.MAP_TILES_URL else ""
