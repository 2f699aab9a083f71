"""A proposal on its way, and a reader of English, for every test of pacts."""

import pytest
from django.test import Client

from tests.backend.pacts.factories import Case


@pytest.fixture
def case(db) -> Case:
    return Case()


@pytest.fixture
def client() -> Client:
    """A reader of English, so that sentences can be looked for."""
    return Client(headers={"accept-language": "en"})
