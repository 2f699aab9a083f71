"""Studies, indicators and observations as the tests need them, made by the actions themselves."""

from datetime import date
from typing import Any

from backend.cities.models import City
from backend.impact import actions
from backend.impact.models import Indicator, Observation, Study
from backend.people.models import Person
from tests.factories import make_person, make_researcher


def make_study(city: City, *, by: Person | None = None, title: str = "Before and after", **fields: Any) -> Study:
    return actions.open_study(by=by or make_researcher(city), city=city, title=title, **fields)


def make_indicator(city: City, *, by: Person | None = None, key: str = "sat-here", **fields: Any) -> Indicator:
    """An indicator; `before` and `now` are (value, n) of the baseline and of the latest measurement."""
    by = by or make_researcher(city)
    before, now = fields.pop("before", None), fields.pop("now", None)
    indicator = actions.set_indicator(by=by, city=city, key=key, **{"name": key, **fields})
    if before:
        actions.measure(
            by=by, indicator=indicator, value=before[0], n=before[1], day=date(2025, 7, 1), is_baseline=True
        )
    if now:
        actions.measure(by=by, indicator=indicator, value=now[0], n=now[1], day=date(2026, 7, 1))
    return indicator


def make_observation(city: City, text: str = "Fourteen people, all in the shade.", **fields: Any) -> Observation:
    fields.setdefault("consent", "research_and_public")
    return actions.observe(by=fields.pop("by", None) or make_person(), city=city, text=text, **fields)
