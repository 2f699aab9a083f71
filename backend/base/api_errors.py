"""What the API answers when something is refused: every exception as a problem of `problems`."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_handler

from backend.base.problems import Conflict, field_errors, problem


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's handler for this project; knows what actions raise."""
    if isinstance(exc, Conflict):
        return _answer(409, exc.code, exc.detail)
    if isinstance(exc, ValidationError):
        return _answer(400, "invalid", _("Some of this cannot be taken as it is."), field_errors(exc))
    if isinstance(exc, Http404):
        return _answer(404, "not_found", _("There is nothing here."))
    if isinstance(exc, PermissionDenied):
        return _answer(403, "permission_denied", str(exc) or _("You may not do this."))
    response = drf_handler(exc, context)
    if response is None:
        return None
    return _from_drf(exc, response)


def _from_drf(exc: Exception, response: Response) -> Response:
    if isinstance(exc, exceptions.ValidationError):
        details = exc.get_full_details()
        errors = details if isinstance(details, dict) else {"non_field_errors": details}
        answer = _answer(400, "invalid", _("Some of this cannot be taken as it is."), _plain(errors))
    else:
        codes = exc.get_codes() if isinstance(exc, exceptions.APIException) else "error"
        detail = getattr(exc, "detail", "")
        answer = _answer(response.status_code, codes if isinstance(codes, str) else "error", str(detail))
    for header in ("WWW-Authenticate", "Retry-After"):
        if header in response.headers:
            answer.headers[header] = response.headers[header]
    return answer


def _plain(value: Any) -> Any:
    """DRF's {message, code} details in this project's words."""
    if isinstance(value, dict):
        if set(value) == {"message", "code"}:
            return {"code": value["code"], "detail": str(value["message"])}
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _answer(status_code: int, code: str, detail: str, errors: dict[str, list[Any]] | None = None) -> Response:
    if status_code == status.HTTP_401_UNAUTHORIZED and code == "not_authenticated":
        detail = _("Sign in first.")
    return Response(
        problem(status_code=status_code, code=code, detail=detail, errors=errors),
        status=status_code,
        content_type="application/problem+json",
    )
