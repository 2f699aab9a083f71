"""Who calls the API with a token: what the OpenAPI schema tells of it, and how often a row is written."""

from typing import Any

import pytest
from django.test import Client

from backend.people.actions import make_token
from backend.people.authentication import TokenScheme
from tests.factories import make_person


def test_the_schema_tells_how() -> None:
    told = TokenScheme(target=None).get_security_definition(None)
    assert (told["in"], told["name"]) == ("header", "Authorization")


@pytest.mark.django_db
def test_a_busy_program_writes_no_row_with_each_call(client: Client, count_queries: Any) -> None:
    given = make_token(by=make_person())

    def call() -> int:
        count: int = count_queries(lambda: client.get("/api/v1/me/", HTTP_AUTHORIZATION=f"Token {given.secret}"))
        return count

    assert call() == call() + 1
