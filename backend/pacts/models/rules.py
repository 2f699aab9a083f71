"""What a city's regulation says about proposals and pacts, read from its data."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from backend.base.texts import choose, official
from backend.cities.models import City, Regulation
from backend.pacts.choices import PactForm, Weight

# The article that a clause leans on, by the articles' keys; the first that the regulation has.
CLAUSE_ARTICLES: dict[str, tuple[str, ...]] = {
    "parties": ("civic-subjects", "who"),
    "premises": ("direct-initiative", "proposal"),
    "object": ("pact", "places"),
    "aims": ("pact",),
    "duration": ("pact",),
    "roles": ("general-rules", "co-design"),
    "collective_use": ("principles",),
    "damage_insurance": ("responsibility", "safety-insurance"),
    "guarantees": ("responsibility", "support"),
    "support": ("works-and-goods", "support"),
    "publicity_reporting": ("evaluation", "reporting"),
    "supervision_disputes": ("guarantors", "disputes"),
    "exclusion_closing": ("works-and-goods", "works-rights"),
    "change": ("interpretation", "change-ending"),
    "safety": ("risk-prevention", "safety-insurance"),
    "openness": ("principles",),
    "self_financing": ("self-financing",),
    "coordination": ("general-rules", "co-design"),
    "data_images": ("communication", "principles"),
    "sponsors": ("self-financing",),
    "annexes": ("pact",),
}
DAYS = {
    "public_window": 28,
    "assessment": 30,
    "additions": 20,
    "co_design": 90,
    "signing": 30,
    "appeal": 30,
    "conciliation": 30,
    "report_period": 180,
    "renewal_notice": 180,
}


class Rules:
    """One version of a city's regulation, asked by name. A city without one gets plain defaults."""

    def __init__(self, regulation: Regulation | None):
        self.regulation = regulation
        self.data: dict[str, Any] = regulation.data if regulation else {}

    @classmethod
    def of(cls, city: City) -> "Rules":
        """The rules that hold in `city` today."""
        return cls(Regulation.objects.in_city(city).present())

    @property
    def publish_at_once(self) -> bool:
        """Whether what is handed in is public at once, or an officer reads it first."""
        return bool(self.data.get("publish_at_once", False))

    def days(self, clock: str) -> int:
        return int(self.data.get("clocks", {}).get(clock, DAYS[clock]))

    def due(self, clock: str, start: dt.datetime | None = None) -> dt.date:
        """The last day of `clock`, counted from `start` (now) in the city's own days."""
        return (timezone.localtime(start) if start else timezone.localtime()).date() + dt.timedelta(self.days(clock))

    def supports_needed(self, weight: str) -> int:
        signing = self.data.get("signing", {})
        needed = int(signing.get("supports_needed", 0))
        return int(signing.get("supports_needed_ordinary", needed)) if weight == Weight.ORDINARY else needed

    def forms(self) -> list[dict[str, Any]]:
        """The forms of pact that the city uses."""
        return [form for form in self.data.get("forms", ()) if form.get("on") and form["key"] in PactForm.values]

    def form(self, key: str) -> dict[str, Any] | None:
        return next((form for form in self.forms() if form["key"] == key), None)

    def max_years(self, form: str) -> int:
        found = self.form(form) or {}
        return int(found.get("max_years", 9))

    def clauses(self) -> list[dict[str, Any]]:
        return list(self.data.get("clauses", ()))

    def clause(self, key: str) -> dict[str, Any]:
        return next((clause for clause in self.clauses() if clause["key"] == key), {"key": key, "name": {}})

    def name_of(self, key: str) -> str:
        """The title of a clause in the reader's language."""
        return choose(official(self.clause(key)["name"]), (get_language() or "en")[:2]).text or key

    def mandatory(self, form: str) -> list[str]:
        """The keys of the clauses that a pact of this form must have, in the regulation's order."""
        numbers = set(self.data.get("mandatory", {}).get(form, ()))
        return [clause["key"] for clause in self.clauses() if clause["number"] in numbers]

    def article(self, number: str) -> dict[str, Any] | None:
        return next((one for one in self.data.get("articles", ()) if str(one["number"]) == str(number)), None)

    def article_for(self, clause: str) -> dict[str, Any] | None:
        """The article that a clause leans on."""
        by_key = {article["key"]: article for article in self.data.get("articles", ())}
        return next((by_key[key] for key in CLAUSE_ARTICLES.get(clause, ()) if key in by_key), None)

    def needs_guarantor(self, form: str, commons_kind: str) -> bool:
        """Whether an informal group needs an association or a like body to sign with it."""
        required = self.data.get("guarantor", {}).get("required", False)
        if required == "complex":
            return form != PactForm.ORDINARY
        if required == "buildings":
            return commons_kind in {"building", "shop", "hall", "neighbourhood_house"}
        return bool(required)

    @property
    def ways_of_signing(self) -> list[str]:
        return list(self.data.get("signing", {}).get("methods", ["simple"]))
