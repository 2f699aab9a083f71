"""What is cared for: the places and things that neighbours and a city call commons."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import get_language

from backend.base.ids import uuid7
from backend.base.texts import OfficialTexts, Shown, choose
from backend.cities.models import CityScoped
from backend.commons.choices import ACCESS, COMMONS_STEPS, CommonsKind, CommonsState, Owner
from backend.commons.querysets import CommonsQuerySet
from backend.people.models import Person


def _plain(texts: OfficialTexts) -> dict[str, str]:
    return {code: entry["text"] for code, entry in texts.items()}


class Commons(CityScoped):
    """A place that is cared for. `name`, `text` and `access["note"]` are official texts."""

    steps = COMMONS_STEPS

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80)
    name = models.JSONField()
    text = models.JSONField(default=dict)
    kind = models.CharField(max_length=20, choices=CommonsKind)
    state = models.CharField(max_length=20, choices=CommonsState, default=CommonsState.MAPPED)
    quarter = models.CharField(max_length=64, blank=True)  # a key of the city's quarters
    address = models.CharField(max_length=200, blank=True)
    owner = models.CharField(max_length=32, choices=Owner, default=Owner.CITY)
    lat = models.FloatField()
    lng = models.FloatField()
    access = models.JSONField(default=dict)  # step_free, toilet, seats, water: bool; note: texts
    folded = models.TextField(default="", editable=False)  # name and text, for the search
    added_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = CommonsQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "commons"
        constraints = [
            models.UniqueConstraint(fields=["city", "slug"], name="commons_slug_once"),
            models.CheckConstraint(
                condition=models.Q(lat__range=(-90, 90), lng__range=(-180, 180)),
                name="commons_on_earth",
            ),
        ]
        indexes = [
            models.Index(fields=["city", "state", "slug"], name="commons_state"),
            models.Index(fields=["city", "lat", "lng"], name="commons_place"),
        ]

    def __str__(self) -> str:
        return self.shown_name().text

    def shown_name(self) -> Shown:
        return choose(self.name, (get_language() or "en")[:2], self.city.language)

    def shown_text(self) -> Shown:
        return choose(self.text, (get_language() or "en")[:2], self.city.language)

    def shown_note(self) -> Shown:
        """What one should know about getting there and getting in."""
        return choose(self.access.get("note") or {}, (get_language() or "en")[:2], self.city.language)

    def with_texts(self, facts: dict[str, Any]) -> dict[str, Any]:
        """`facts` with the texts of the languages that they do not speak added from here."""
        note = _plain(self.access.get("note") or {}) | facts["access"]["note"]
        return {
            **facts,
            "name": _plain(self.name) | facts["name"],
            "text": _plain(self.text) | facts["text"],
            "access": {**facts["access"], "note": note},
        }

    @property
    def quarter_name(self) -> str:
        """The quarter's own name, from the city's map."""
        rows = self.city.map.get("quarters", [])
        return next((row["name"] for row in rows if row["key"] == self.quarter), "")

    @property
    def offers(self) -> list[str]:
        """The keys of ACCESS that are true here."""
        return [key for key in ACCESS if self.access.get(key)]
