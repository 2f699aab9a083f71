"""The front page, a city's front page, and the pages about Copact itself."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from backend.cities.models import City, Membership
from backend.cities.permissions import can_join_city
from backend.middleware import KEPT, known, page_before
from backend.views.now import city_now, counts_by_city

A_YEAR = 31_536_000


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """All cities."""
    counts = counts_by_city()
    rows = [{"city": city, **counts.get(city.pk, {})} for city in request.cities]  # type: ignore[attr-defined]
    return render(request, "shell/home.html", {"rows": rows})


@require_safe
def city(request: HttpRequest, city: str) -> HttpResponse:
    """What happens now in one city."""
    here = request.city  # type: ignore[attr-defined]
    if here is None:
        raise Http404
    return render(request, "shell/city.html", {**city_now(here), "asks_to_belong": _asks_to_belong(request.user, here)})


def _asks_to_belong(person: Any, here: City) -> bool:
    """Whether to ask someone with an account if this is their city."""
    if not can_join_city(person, here):
        return False
    return not Membership.objects.in_city(here).filter(person=person).exists()


@require_safe
def how(request: HttpRequest) -> HttpResponse:
    return render(request, "shell/how.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "shell/privacy.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "shell/accessibility.html")


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page the form stood on."""
    wanted = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        wanted = page_before(request)
    parts = urlsplit(wanted)
    query = urlencode([(name, value) for name, value in parse_qsl(parts.query) if name != "lang"])
    return HttpResponseRedirect(urlunsplit(("", "", parts.path or "/", query, "")))


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose a language: for this browser, and for the person where there is one."""
    response = _back(request)
    code = known(request.POST.get("language"))
    if code is None:
        return response
    person = request.user
    if person.is_authenticated and person.language != code:
        person.language = code
        person.save(update_fields=["language"])
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=A_YEAR,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Throw away a form that was kept while its writer signed in."""
    request.session.pop(KEPT, None)
    return _back(request)
