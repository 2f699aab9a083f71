"""Proposals and the pacts that come of them."""

from backend.pacts.models.pact import (
    Clause,
    Commitment,
    Decision,
    Pact,
    PactVersion,
    Party,
    Report,
    Signature,
)
from backend.pacts.models.proposal import Authorship, Proposal, ProposalVersion, Support
from backend.pacts.models.rules import Rules

__all__ = [
    "Authorship",
    "Clause",
    "Commitment",
    "Decision",
    "Pact",
    "PactVersion",
    "Party",
    "Proposal",
    "ProposalVersion",
    "Report",
    "Rules",
    "Signature",
    "Support",
]
