"""What the API answers when something is refused."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from backend.base.problems import Conflict

PLAIN = exceptions.ValidationError({"name": ["too long"], "rows": [{"price": ["no"]}, {}]})


def answer(error: Exception) -> Any:
    class View(APIView):
        authentication_classes: list[Any] = []
        permission_classes: list[Any] = []

        def get(self, request: Request) -> Any:
            raise error

    return View.as_view()(APIRequestFactory().get("/"))


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Conflict("sold_out", "None is left."), 409, "sold_out"),
        (ValidationError({"name": "Too long."}), 400, "invalid"),
        (Http404(), 404, "not_found"),
        (PermissionDenied("Only the facilitator can do this."), 403, "permission_denied"),
        (PLAIN, 400, "invalid"),
        (exceptions.Throttled(wait=30), 429, "throttled"),
        (exceptions.NotAuthenticated(), 403, "not_authenticated"),
        (exceptions.ParseError(), 400, "parse_error"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
    ],
)
def test_each_refusal_has_a_code_and_a_sentence(error: Exception, status: int, code: str) -> None:
    given = answer(error)
    assert (given.status_code, given.data["status"], given.data["code"]) == (status, status, code)
    assert given.data["detail"]
    assert given.content_type == "application/problem+json"


def test_errors_stand_at_their_fields() -> None:
    ours = answer(
        ValidationError({"name": ValidationError("Too long.", code="max_length"), "__all__": ["Together no."]})
    )
    assert ours.data["errors"]["name"] == [{"code": "max_length", "detail": "Too long."}]
    assert ours.data["errors"]["non_field_errors"][0]["detail"] == "Together no."
    assert answer(PLAIN).data["errors"]["rows"][0]["price"][0]["detail"] == "no"
    assert answer(exceptions.ValidationError(["x"])).data["errors"]["non_field_errors"][0]["detail"] == "x"


def test_the_wait_is_told_and_what_is_unknown_breaks_aloud() -> None:
    assert answer(exceptions.Throttled(wait=30))["Retry-After"] == "30"
    with pytest.raises(ZeroDivisionError):
        answer(ZeroDivisionError())
