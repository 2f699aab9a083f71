"""What was typed into a form, to be shown or kept again."""

from django.test import RequestFactory

from backend.base.typed import typed_in


def test_all_that_was_typed_is_told_in_its_order_without_secrets() -> None:
    fields = {"text": "Six benches", "block": ["a", "b"], "password": "x", "csrfmiddlewaretoken": "y", "code": "z"}
    assert typed_in(RequestFactory().post("/", fields)) == [("text", "Six benches"), ("block", "a"), ("block", "b")]
