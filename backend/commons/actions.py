"""Putting places on the map, changing what is said of them, and moving their state."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from backend.base.folding import fold
from backend.base.geo import distance_km
from backend.base.journal import move, record
from backend.base.texts import official
from backend.base.words import line, prose
from backend.cities.models import City
from backend.commons.choices import ACCESS, CommonsKind, Owner
from backend.commons.models import Commons
from backend.commons.permissions import can_add_commons, can_change_state, can_edit_commons
from backend.people.models import Person

FARTHEST_KM = 40  # from the city's centre: a place farther off is a slip of the finger
NAME_LENGTH, TEXT_LENGTH = 120, 2000


def add_commons(
    *,
    by: Person,
    city: City,
    name: Mapping[str, str],
    kind: str,
    lat: float,
    lng: float,
    text: Mapping[str, str] | None = None,
    quarter: str = "",
    address: str = "",
    owner: str = Owner.CITY,
    access: Mapping[str, Any] | None = None,
    slug: str = "",
) -> Commons:
    """Put a place on the map. `name` and `text` are maps language -> text; `access` as ACCESS, with `note`."""
    if not can_add_commons(by, city):
        raise PermissionDenied(_("Sign in first."))
    facts = _checked(
        city, name=name, kind=kind, lat=lat, lng=lng, text=text or {}, quarter=quarter, address=address,
        owner=owner, access=access or {},
    )  # fmt: skip
    with transaction.atomic():
        commons = Commons.objects.create(
            city=city,
            slug=slug or _free_slug(city, _first(name, city)),
            added_by=by,
            folded=_folded(city, facts),
            **facts,
        )
        record(by=by, verb="commons.add", subject=commons, after=commons.state)
    return commons


def edit_commons(*, by: Person, commons: Commons, **facts: Any) -> Commons:
    """Change what is said of a place; `facts` are named as in `add_commons`, the rest stays."""
    if not can_edit_commons(by, commons):
        raise PermissionDenied(_("Only the City’s officers and facilitators change this place."))
    whole = {
        "name": _plain(commons.name),
        "text": _plain(commons.text),
        "kind": commons.kind,
        "lat": commons.lat,
        "lng": commons.lng,
        "quarter": commons.quarter,
        "address": commons.address,
        "owner": commons.owner,
        "access": commons.access,
    }
    checked = _checked(commons.city, **{**whole, **facts})
    for field, value in checked.items():
        setattr(commons, field, value)
    commons.folded = _folded(commons.city, checked)
    with transaction.atomic():
        commons.save(update_fields=[*checked, "folded"])
        record(by=by, verb="commons.edit", subject=commons)
    return commons


def change_state(*, by: Person, commons: Commons, to: str, reason: str = "") -> Commons:
    """Say that a place looks for people, rests, or is cared for again."""
    if not can_change_state(by, commons):
        raise PermissionDenied(_("Only the City’s officers and facilitators change this place."))
    move(commons, to, by=by, reason=reason)
    return commons


def follow(*, by: Person | None, commons: Commons | None, to: str, reason: str = "") -> None:
    """Bring the state after what happened to a proposal or pact about this place.

    The caller's own action carried the permission. Nothing happens where there is no place, or it
    is there already.
    """
    if commons is None or commons.state == to or to not in Commons.steps.get(commons.state, ()):
        return
    move(commons, to, by=by, reason=reason)


def _plain(texts: Mapping[str, Any]) -> dict[str, str]:
    return {code: entry["text"] for code, entry in texts.items()}


def _first(texts: Mapping[str, str], city: City) -> str:
    return texts.get(city.language) or next(iter(texts.values()), "")


def _texts(texts: Mapping[str, str], longest: int, field: str) -> dict[str, str]:
    """Texts that may be kept, without the empty ones."""
    said = {code: prose(text, field=field, limit=longest, required=False) for code, text in texts.items()}
    return {code: text for code, text in said.items() if text}


def _refuse(field: str, text: str, code: str) -> None:
    raise ValidationError({field: ValidationError(text, code=code)})


def _checked(
    city: City,
    *,
    name: Mapping[str, str],
    kind: str,
    lat: float,
    lng: float,
    text: Mapping[str, str],
    quarter: str,
    address: str,
    owner: str,
    access: Mapping[str, Any],
) -> dict[str, Any]:
    """The same facts as they are stored; raises ValidationError at the field that is wrong."""
    names = {code: line(text, field="name", limit=NAME_LENGTH) for code, text in name.items() if text}
    if not any(fold(each) for each in names.values()):
        _refuse("name", _("Give the place a name."), "required")
    if kind not in CommonsKind.values:
        _refuse("kind", _("Choose one of the kinds."), "kind")
    if owner not in Owner.values:
        _refuse("owner", _("Choose one of the owners."), "owner")
    centre = city.map.get("centre")
    if centre and distance_km((centre[0], centre[1]), (lat, lng)) > FARTHEST_KM:
        _refuse("lat", _("This point is not in %(city)s.") % {"city": city.label}, "far")
    if quarter and quarter not in {row["key"] for row in city.map.get("quarters", ())}:
        _refuse("quarter", _("Choose one of the quarters."), "quarter")
    note = access.get("note") or {}
    plain_note = {code: entry["text"] if isinstance(entry, dict) else entry for code, entry in note.items()}
    return {
        "name": official(names),
        "kind": kind,
        "lat": lat,
        "lng": lng,
        "text": official(_texts(text, TEXT_LENGTH, "text")),
        "quarter": quarter,
        "address": line(address, field="address", limit=200, required=False),
        "owner": owner,
        "access": {
            **{key: bool(access.get(key)) for key in ACCESS},
            "note": official(_texts(plain_note, NAME_LENGTH * 2, "access")),
        },
    }


def _folded(city: City, facts: Mapping[str, Any]) -> str:
    quarters = {row["key"]: row["name"] for row in city.map.get("quarters", ())}
    words = [*_plain(facts["name"]).values(), *_plain(facts["text"]).values()]
    words += [facts["address"], quarters.get(facts["quarter"], "")]
    return fold(" ".join(words))


def _free_slug(city: City, name: str) -> str:
    base = slugify(fold(name))[:70] or "place"
    base = "place-new" if base == "new" else base  # the address of the form
    taken = set(Commons.objects.in_city(city).filter(slug__startswith=base).values_list("slug", flat=True))
    numbers = (f"{base}-{n}" for n in range(2, len(taken) + 3))
    return base if base not in taken else next(slug for slug in numbers if slug not in taken)
