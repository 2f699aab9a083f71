"""Errors of the API as `application/problem+json` (RFC 9457), each with a stable code."""

from typing import Any

from django.core.exceptions import ValidationError


class Conflict(Exception):
    """The thing is no longer as the caller believed it to be: HTTP 409.

    `code` is stable and for machines, `detail` is a translated sentence for people.
    """

    def __init__(self, code: str, detail: str):
        super().__init__(detail)
        self.code = code
        self.detail = detail


def problem(*, status_code: int, code: str, detail: str, errors: dict[str, list[Any]] | None = None) -> dict[str, Any]:
    """The body of a problem answer."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "status": status_code,
        "code": code,
        "detail": str(detail),
    }
    if errors:
        body["errors"] = errors
    return body


def field_errors(error: ValidationError) -> dict[str, list[dict[str, str]]]:
    """Field -> [{code, detail}]; errors of the whole under "non_field_errors"."""
    found = error.error_dict if hasattr(error, "error_dict") else {"non_field_errors": error.error_list}
    return {
        ("non_field_errors" if name == "__all__" else name): [
            {"code": item.code or "invalid", "detail": " ".join(item.messages)}
            for item in items
            for item in getattr(item, "error_list", [item])
        ]
        for name, items in found.items()
    }
