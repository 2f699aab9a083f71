"""Places for other programs: GeoJSON, and the documents of OGC API Features (part 1, core)."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.commons.models import Commons

GEOJSON = "application/geo+json"
CONFORMANCE = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
]
CRS = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


def feature(place: Commons) -> dict[str, Any]:
    """A place as GeoJSON, told in the reader's language."""
    return {
        "type": "Feature",
        "id": str(place.pk),
        "geometry": {"type": "Point", "coordinates": [place.lng, place.lat]},
        "properties": {
            "name": str(place),
            "kind": place.kind,
            "state": place.state,
            "state_label": place.get_state_display(),
            "city": place.city.slug,
            "quarter": place.quarter,
            "address": place.address,
            "access": place.offers,
            "url": reverse("commons:commons", args=[place.city.slug, place.slug]),
        },
    }


def features(places: Iterable[Commons]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": [feature(place) for place in places]}


def link(path: str, rel: str, kind: str = "application/json", title: str = "") -> dict[str, str]:
    """A link of an OGC document; addresses there are whole."""
    found = {"href": f"{settings.BASE_URL}{path}", "rel": rel, "type": kind}
    return {**found, "title": title} if title else found


def landing() -> dict[str, Any]:
    return {
        "title": _("Copact: shared places"),
        "description": _("Places that people and their cities look after together."),
        "links": [
            link(reverse("commons:ogc"), "self"),
            link(reverse("commons:ogc-conformance"), "conformance"),
            link(reverse("commons:ogc-collections"), "data"),
            link(reverse("schema"), "service-desc", "application/vnd.oai.openapi"),
            link(reverse("docs"), "service-doc", "text/html"),
        ],
    }


def collection() -> dict[str, Any]:
    """The one collection that there is."""
    return {
        "id": "commons",
        "title": _("Shared places"),
        "itemType": "feature",
        "crs": [CRS],
        "extent": {"spatial": {"bbox": [[-180, -90, 180, 90]], "crs": CRS}},
        "links": [
            link(reverse("commons:ogc-collection"), "self"),
            link(reverse("commons:ogc-items"), "items", GEOJSON),
        ],
    }
