"""Pages of the shell."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Copact")


def city(request: HttpRequest, city: str) -> HttpResponse:
    return HttpResponse(city)


how = privacy = accessibility = language = broken = home
moderation = city


def media(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponseNotFound()


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return HttpResponseNotFound()


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return HttpResponseNotFound()


forbidden = not_found = bad_request
