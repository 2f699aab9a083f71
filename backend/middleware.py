"""What every request gets beside its view: an id, its city, a language, safe headers, kept forms, few bytes."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation.trans_real import parse_accept_lang_header

from backend.base.ids import uuid7
from backend.base.typed import typed_in
from backend.cities.choices import RESERVED_SLUGS
from backend.cities.models import City
from realtime.permissions import guest_of

Next = Callable[[HttpRequest], HttpResponse]

# What is worth compressing.
TEXT = re.compile(r"text/.+|application/(?:.+\+)?(?:json|xml|javascript)|image/svg\+xml")

GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")

# What no page here needs; the camera reads a QR code on the join page.
PERMISSIONS = (
    "accelerometer=(), autoplay=(), browsing-topics=(), display-capture=(), geolocation=(self), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), usb=(), camera=(self)"
)


class RequestId:
    """`request.id`, taken from a proxy's X-Request-ID where it is one, and sent back: the number a
    person can name when something broke."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request.id = given if GIVEN_ID.fullmatch(given) else uuid7().hex  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers["X-Request-ID"] = request.id  # type: ignore[attr-defined]
        return response


class Readable:
    """A NUL in an address is passed over: no person types it, and PostgreSQL refuses to be asked with it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.META["QUERY_STRING"] = request.META["QUERY_STRING"].replace("%00", "")
        return self.get_response(request)


class Compressed(GZipMiddleware):
    """Text leaves compressed; pictures and archives are so already, and a part of a file stays the part it was.

    Django adds a random length, and masks the form tokens, so that the size tells nothing of a page's secrets.
    """

    def process_request(self, request: HttpRequest) -> None:
        # Compressing makes an ETag a weak one, and those are compared without their mark.
        if tags := request.META.get("HTTP_IF_NONE_MATCH"):
            request.META["HTTP_IF_NONE_MATCH"] = tags.replace('W/"', '"')

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if response.status_code == 206 or not TEXT.fullmatch(kind):
            return response
        return super().process_response(request, response)


class Headers:
    """Headers beyond Django's own and the content security policy."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Permitted-Cross-Domain-Policies", "none")
        return response


class Present:
    """`request.person`: whoever is here, signed in or the guest of a room by its cookie, else None.
    `request.guest` is that guest alone."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        signed_in = request.user.is_authenticated
        guest = None if signed_in else guest_of(request)
        request.guest = guest  # type: ignore[attr-defined]
        request.person = request.user if signed_in else guest  # type: ignore[attr-defined]
        return self.get_response(request)


def _open_cities() -> list[City]:
    return sorted(City.objects.opened(), key=lambda city: city.label)


def _city_of(request: HttpRequest) -> City | None:
    slug = request.path_info.lstrip("/").partition("/")[0].partition(".")[0]
    if not slug or slug in RESERVED_SLUGS:
        return None
    return next((city for city in request.cities if city.slug == slug), None)  # type: ignore[attr-defined]


class Place:
    """`request.cities` (all open ones, read when first asked for) and `request.city`, from the
    first part of the address; dates are then told in the city's time zone."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.cities = SimpleLazyObject(_open_cities)  # type: ignore[attr-defined]
        city = _city_of(request)
        request.city = city  # type: ignore[attr-defined]
        if city is None:
            return self.get_response(request)
        with timezone.override(city.zone):
            return self.get_response(request)


def known(code: Any) -> str | None:
    """`code` as one of the site's languages, or None."""
    short = str(code or "")[:2].lower()
    return short if short in dict(settings.LANGUAGES) else None


def _accepted(request: HttpRequest) -> str | None:
    for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if found := known(code):
            return found
    return None


def language_of(request: HttpRequest) -> str:
    """`?lang=`, then the person's, the cookie's, the browser's, the city's, the site's."""
    person, city = getattr(request, "user", None), getattr(request, "city", None)
    return (
        known(request.GET.get("lang"))
        or (known(person.language) if person is not None and person.is_authenticated else None)
        or known(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME))
        or _accepted(request)
        or (known(city.language) if city is not None else None)
        or settings.LANGUAGE_CODE
    )


class Language:
    """The language of the answer; `?lang=` holds for the one page, for links and mails."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


KEPT = "kept_form"
KEPT_LIMIT = 64 * 1024


def fields_of(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed into a form, without secrets; nothing where it is too much to keep."""
    fields = typed_in(request)
    size = sum(len(name) + len(value) for name, value in fields)
    return fields if size <= KEPT_LIMIT else []


def page_before(request: HttpRequest) -> str:
    """The page of this site on which the form stood, else the front page."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}, request.is_secure()):
        return "/"
    parts = urlsplit(referer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


class KeptForms:
    """A form sent after the session ended is kept while its writer signs in, and offered again.

    The view answers such a form with the way to the sign-in page; what was typed then waits in
    the new session, and the page that the form stood on offers to send it.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and "kept" in request.POST:
            request.session.pop(KEPT, None)
        if request.method == "POST" and self._must_sign_in(request, response):
            page = page_before(request)
            if fields := fields_of(request):
                request.session[KEPT] = {"action": request.path, "page": page, "fields": fields}
            response["Location"] = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': page})}"
        return response

    @staticmethod
    def _must_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
        if response.status_code != 302 or request.user.is_authenticated:
            return False
        return urlsplit(response["Location"]).path == resolve_url(settings.LOGIN_URL)
