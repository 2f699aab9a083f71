"""What every template knows: the city, the person, the way around, languages and how to display."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from backend.middleware import KEPT
from backend.people.choices import EASY_COOKIE, TEXT_COOKIE, THEME_COOKIE, Scope, TextSize, Theme

# A page of the navigation stays marked on the pages below it: view name -> item.
BELONGS = {
    "city": "now",
    "activities:list": "now",
    "realtime:rooms": "now",
    "commons": "commons",
    "cities": "commons",
    "pacts:proposals": "proposals",
    "pacts:proposal": "proposals",
    "pacts": "pacts",
    "marketplace": "market",
    "impact": "impact",
}


def _own_name(code: str) -> str:
    name = str(get_language_info(code)["name_local"])
    return name[:1].upper() + name[1:]


def languages() -> list[tuple[str, str]]:
    """(code, its own name) of the site's languages."""
    return [(code, _own_name(code)) for code, _name in settings.LANGUAGES]


def _place(request: HttpRequest) -> tuple[str, str]:
    match = request.resolver_match
    if match is None:
        return "", ""
    item = BELONGS.get(match.view_name) or BELONGS.get(match.namespace) or ""
    return item, match.view_name


def _items(slug: str) -> list[tuple[str, str, str]]:
    return [
        ("now", "city", _("Now")),
        ("commons", "commons:list", _("Commons")),
        ("proposals", "pacts:proposals", _("Proposals")),
        ("pacts", "pacts:register", _("Pacts")),
        ("market", "marketplace:list", _("Market")),
        ("impact", "impact:city", _("Impact")),
    ]


def navigation(request: HttpRequest) -> list[dict[str, str]]:
    """The main navigation: of the city, or, above the cities, the cities themselves."""
    city = getattr(request, "city", None)
    if city is None:
        cities = list(getattr(request, "cities", ()))
        return [{"url": reverse("city", args=[each.slug]), "label": each.label} for each in cities]
    here, view = _place(request)
    return [
        {
            "url": reverse(name, args=[city.slug]),
            "label": label,
            "current": ("page" if view == name else "true") if key == here else "",
        }
        for key, name, label in _items(city.slug)
    ]


def _display(request: HttpRequest, person: Any) -> dict[str, str]:
    theme, text = request.COOKIES.get(THEME_COOKIE, ""), request.COOKIES.get(TEXT_COOKIE, "")
    easy = request.COOKIES.get(EASY_COOKIE) == "yes"
    if person is not None and person.has_account:
        theme, text, easy = person.theme, person.text_size, person.easy_to_read
    return {
        "theme": theme if theme in Theme.values else Theme.SYSTEM.value,
        "text": text if text in TextSize.values else TextSize.NORMAL.value,
        "easy": "yes" if easy else "",
    }


def _city_roles(person: Any, city: Any) -> frozenset[str]:
    if person is None or city is None:
        return frozenset()
    kinds = {(Scope.CITY, str(city.pk)), (Scope.SITE, "")}
    return frozenset(role for kind, key, role in person.held_roles if (kind, key) in kinds)


def _other_language(city: Any) -> tuple[str, str] | None:
    """The one language that the header offers at once: the city's own, else English."""
    here = (get_language() or "en")[:2]
    wanted = city.language if city is not None and city.language != here else "en"
    return (wanted, _own_name(wanted)) if wanted != here else None


def _kept(request: HttpRequest) -> Any:
    """A form that waits to be sent again, on the page that it stood on."""
    kept = request.session.get(KEPT)
    return kept if kept and kept["page"] == request.get_full_path() else None


def site(request: HttpRequest) -> dict[str, Any]:
    """`city`, `cities`, `person`, `nav`, `nav_city_roles`, `languages`, `display` and the page's address."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    person = user if signed_in else getattr(request, "guest", None)
    city = getattr(request, "city", None)
    here = (get_language() or "en")[:2]
    return {
        "city": city,
        "cities": getattr(request, "cities", ()),
        "person": person,
        "nav": navigation(request),
        "nav_city_roles": lazy(_city_roles, frozenset)(person, city),
        "languages": languages(),
        "language_name": _own_name(here),
        "other_language": _other_language(city),
        "display": _display(request, person),
        "source_url": settings.SOURCE_URL,
        "page_url": request.build_absolute_uri(request.path),
        "site_url": f"{request.scheme}://{request.get_host()}",
        "kept_form": _kept(request) if signed_in else None,
    }
