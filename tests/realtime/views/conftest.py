"""Readers of English, whatever language the city speaks."""

from typing import Final

import pytest
from django.test import Client

ENGLISH: Final = {"accept-language": "en"}


@pytest.fixture
def client() -> Client:
    return Client(headers=ENGLISH)
