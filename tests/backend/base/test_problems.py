"""Errors in one shape."""

from django.core.exceptions import ValidationError

from backend.base.problems import Conflict, field_errors, problem


def test_a_problem_leaves_out_what_it_has_not() -> None:
    assert problem(status_code=409, code="sold_out", detail="None is left.") == {
        "type": "about:blank",
        "status": 409,
        "code": "sold_out",
        "detail": "None is left.",
    }


def test_every_error_of_a_field_has_a_code() -> None:
    found = field_errors(ValidationError({"name": [ValidationError("Too long.", code="max_length"), "No."]}))
    assert found == {"name": [{"code": "max_length", "detail": "Too long."}, {"code": "invalid", "detail": "No."}]}
    assert list(field_errors(ValidationError("No."))) == ["non_field_errors"]


def test_a_conflict_is_its_sentence() -> None:
    assert str(Conflict("sold_out", "None is left.")) == "None is left."
