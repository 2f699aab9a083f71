"""What the API takes and tells about people."""

import pytest

from backend.people.serializers import Me, News, TokenAsked
from tests.factories import make_person


@pytest.mark.django_db
def test_nothing_is_told_that_was_not_meant() -> None:
    person = make_person("Ana", password="secret")
    assert set(Me(person).data) == {"id", "kind", "email", "name", "language", "theme", "text_size", "roles"}
    row = person.notifications.create(kind="x", reference={"title": "y"})
    assert set(News(row).data) == {"id", "kind", "reference", "at", "read_at"}


def test_a_password_is_taken_as_it_is_typed() -> None:
    asked = TokenAsked(data={"email": "ana@example.org", "password": " with spaces "})
    assert asked.is_valid()
    assert asked.validated_data["password"] == " with spaces "
