"""Calling the API as somebody."""

from rest_framework.test import APIClient

from backend.pacts.models import Pact, Proposal


def call(person=None) -> APIClient:
    client = APIClient()
    if person is not None:
        client.force_authenticate(person)
    return client


def of(proposal: Proposal, step: str = "") -> str:
    return f"/api/v1/proposals/{proposal.pk}/{step}"


def at(pact: Pact, step: str = "") -> str:
    return f"/api/v1/pacts/{pact.reference}/{step}"
