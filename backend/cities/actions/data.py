"""Cities as data: reading a city's folder into the database, at any time again."""

import datetime as dt
import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from backend.base.journal import record
from backend.base.texts import official
from backend.cities.choices import GroupKind
from backend.cities.models import City, Group, Regulation
from backend.people.models import Person

DATA = Path(__file__).resolve().parent.parent / "data"
CITIES = tuple(sorted(folder.name for folder in DATA.iterdir() if (folder / "city.toml").exists()))


def load_city(*, slug: str, by: Person | None = None) -> City:
    """Read `cities/data/<slug>/`: make the city or bring it up to date, idempotently.

    A changed regulation becomes a new version; pacts go on pointing at the one they were made under.
    """
    facts = tomllib.loads((DATA / slug / "city.toml").read_text("utf-8"))
    boundary = json.loads((DATA / slug / "boundary.geojson").read_text("utf-8"))
    ring = boundary["geometry"]["coordinates"][0]
    with transaction.atomic():
        city, made = City.objects.update_or_create(
            slug=facts["key"],
            defaults={
                "name": facts["name"],
                "country": facts["country"],
                "currency": facts["currency"],
                "time_zone": facts["time_zone"],
                "languages": facts["languages"],
                "contact": facts["contact"],
                "reference_prefix": facts["reference_prefix"],
                "map": {
                    **facts["map"],
                    "boundary": [[lat, lng] for lng, lat in ring],
                    "quarters": facts["quarters"],
                    "lines": facts["lines"],
                    "greens": facts["greens"],
                },
                "loaded_at": timezone.now(),
            },
        )
        if made:
            record(by=by, verb="city.open", subject=city, after="open", scope=city.slug)
        transaction.on_commit(City.objects.forget_opened)
        _load_office(city, facts["office"]["name"])
        _load_regulation(city, by)
    return city


def _load_office(city: City, name: dict[str, str]) -> None:
    """The group that is the city itself: a party among parties."""
    own = city.language
    others = {code: {"name": {"text": text, "source": "human"}} for code, text in name.items() if code != own}
    Group.objects.across_cities().update_or_create(
        city=city,
        kind=GroupKind.OFFICE,
        defaults={"slug": "city", "name": name[own], "language": own, "translations": others},
    )


def _load_regulation(city: City, by: Person | None) -> None:
    text = (DATA / city.slug / "regulation.toml").read_text("utf-8")
    data = _jsonable(tomllib.loads(text))
    digest = hashlib.sha256(
        json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()
    last = Regulation.objects.in_city(city).present()
    if last is not None and last.digest == digest:
        return
    regulation = Regulation.objects.create(
        city=city,
        version=last.version + 1 if last else 1,
        title=official(data["title"]),
        is_model=data["model"],
        data=data,
        digest=digest,
    )
    record(by=by, verb="regulation.adopt", subject=regulation, after=str(regulation.version))


def _jsonable(value: Any) -> Any:
    """TOML's values as JSON's: dates become text."""
    if isinstance(value, dict):
        return {name: _jsonable(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_jsonable(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value
