"""What a person sees when something is not as usual: what happened, what is safe, what to do."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from backend.base.problems import problem
from backend.middleware import fields_of, page_before


def _wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _answer(request: HttpRequest, template: str, status: int, code: str, detail: str) -> HttpResponse:
    if _wants_json(request):
        return _problem(status, code, detail)
    return render(request, template, {"number": getattr(request, "id", "")[-12:], "detail": detail}, status=status)


def _problem(status: int, code: str, detail: str) -> HttpResponse:
    body = problem(status_code=status, code=code, detail=detail)
    return JsonResponse(body, status=status, content_type="application/problem+json")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, "400.html", 400, "bad_request", _("This request cannot be understood."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    detail = str(exception) or _("You may not do this.")
    return _answer(request, "403.html", 403, "permission_denied", detail)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, "404.html", 404, "not_found", _("There is nothing here."))


def broken(request: HttpRequest) -> HttpResponse:
    """The page after an error of ours; asks the database for nothing, which may be what broke."""
    if _wants_json(request):
        return _problem(500, "error", _("Something broke on our side."))
    page = render_to_string("500.html", {"number": getattr(request, "id", "")[-12:]})
    return HttpResponse(page, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose page was open for too long, or came from elsewhere. What was typed into a form
    of this site is offered again, to be sent with one press."""
    kept = []
    if urlsplit(request.headers.get("Origin", "")).netloc == request.get_host():
        kept = fields_of(request)
    facts = {"fields": kept, "action": request.path, "page": page_before(request)}
    return render(request, "csrf.html", facts, status=403)
