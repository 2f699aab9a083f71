"""One city's story while it is told: its content, its people and things by key, its days."""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from backend.base.journal import happened
from backend.cities.models import City
from backend.people.models import Notification, Person

CONTENT = Path(__file__).resolve().parent / "content"
READ_AFTER = timedelta(days=14)


class Story:
    """What has been told of a city so far. `days` count from today: minus is past."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.content: dict[str, Any] = tomllib.loads((CONTENT / f"{city.slug}.toml").read_text("utf-8"))
        self.language: str = self.content["language"]
        self.now = timezone.now()
        self.people: dict[str, Person] = {}
        self.neighbours: list[Person] = []
        self.groups: dict[str, Any] = {}
        self.commons: dict[str, Any] = {}
        self.activities: dict[str, Any] = {}
        self.proposals: dict[str, Any] = {}
        self.pacts: dict[str, Any] = {}
        self.outputs: dict[str, Any] = {}
        self.listings: dict[str, Any] = {}

    def keys_with(self, role: str) -> list[str]:
        return [each["key"] for each in self.content["people"] if each["role"] == role]

    def one(self, role: str) -> Person:
        """The person with a login who has this role here."""
        return self.people[self.keys_with(role)[0]]

    def place(self, key: str) -> Any:
        """The commons of that key as it is now: what happens elsewhere moves its state."""
        self.commons[key].refresh_from_db()
        return self.commons[key]

    def day(self, days: float, hour: str = "12:00") -> datetime:
        """A moment that many days from today, at an hour of the city's clock."""
        date = (self.now + timedelta(days=days)).astimezone(self.city.zone).date()
        return datetime.combine(date, time.fromisoformat(hour), tzinfo=self.city.zone)

    def text(self, texts: Mapping[str, str] | str) -> str:
        """The words in the city's language."""
        return texts if isinstance(texts, str) else texts[self.language]

    def translated(self, **fields: Mapping[str, str] | str) -> dict[str, Any]:
        """`Written.translations` of texts that people wrote in the content's languages."""
        found: dict[str, Any] = {}
        for name, texts in fields.items():
            for code, text in texts.items() if isinstance(texts, Mapping) else ():
                if code != self.language:
                    found.setdefault(code, {})[name] = {"text": text, "source": "human"}
        return found

    @contextmanager
    def at(self, moment: datetime) -> Iterator[datetime]:
        """What is done inside happened at `moment`: its lines in the journal and what people were told
        carry that time."""
        start = timezone.now()
        with happened(moment):
            yield moment
        old = moment < self.now - READ_AFTER
        told = Notification.objects.filter(at__gte=start)
        told.update(at=moment, read_at=moment + timedelta(days=1) if old else None)


def wind_back(*things: Any, **facts: Any) -> None:
    """Give rows the time of the story, or its translations, where their action knows only the present."""
    for thing in things:
        type(thing)._base_manager.filter(pk=thing.pk).update(**facts)
        for name, value in facts.items():
            setattr(thing, name, value)
