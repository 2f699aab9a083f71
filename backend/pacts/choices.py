"""States, steps and closed vocabularies of proposals and pacts (see the life cycles in ARCHITECTURE)."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProposalState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Handed in")
    ADDITIONS_NEEDED = "additions_needed", _("Something is missing")
    PUBLISHED = "published", _("Open for support and comments")
    UNDER_ASSESSMENT = "under_assessment", _("City review")
    REFORMULATE = "reformulate", _("To be rewritten")
    REJECTED = "rejected", _("Not accepted")
    IN_REVIEW = "in_review", _("Appeal under review")
    CO_DESIGN = "co_design", _("Writing the pact together")
    CO_DESIGN_FAILED = "co_design_failed", _("No pact came of it")
    SIGNED = "signed", _("A pact was signed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ARCHIVED = "archived", _("Archived")


_P = ProposalState
PROPOSAL_STEPS: dict[str, set[str]] = {
    _P.DRAFT: {_P.SUBMITTED, _P.WITHDRAWN},
    _P.SUBMITTED: {_P.ADDITIONS_NEEDED, _P.PUBLISHED, _P.WITHDRAWN},
    _P.ADDITIONS_NEEDED: {_P.SUBMITTED, _P.ARCHIVED, _P.WITHDRAWN},
    _P.PUBLISHED: {_P.UNDER_ASSESSMENT, _P.WITHDRAWN},
    _P.UNDER_ASSESSMENT: {_P.CO_DESIGN, _P.REFORMULATE, _P.REJECTED, _P.WITHDRAWN},
    _P.REFORMULATE: {_P.DRAFT, _P.WITHDRAWN, _P.ARCHIVED},
    _P.REJECTED: {_P.IN_REVIEW, _P.ARCHIVED},
    _P.IN_REVIEW: {_P.UNDER_ASSESSMENT, _P.REJECTED},
    _P.CO_DESIGN: {_P.CO_DESIGN_FAILED, _P.SIGNED},
    _P.CO_DESIGN_FAILED: {_P.CO_DESIGN, _P.ARCHIVED},
}
PUBLIC_PROPOSALS = frozenset(
    {
        _P.PUBLISHED,
        _P.UNDER_ASSESSMENT,
        _P.REFORMULATE,
        _P.REJECTED,
        _P.IN_REVIEW,
        _P.CO_DESIGN,
        _P.CO_DESIGN_FAILED,
        _P.SIGNED,
        _P.WITHDRAWN,
        _P.ARCHIVED,
    }
)

# Where people may still support it, and where they may talk about it.
SUPPORTABLE = frozenset({_P.PUBLISHED, _P.UNDER_ASSESSMENT})
TALKABLE = frozenset({_P.PUBLISHED, _P.UNDER_ASSESSMENT, _P.REFORMULATE, _P.IN_REVIEW, _P.CO_DESIGN})
# The place of a state in the thread of four stages.
STAGES: dict[str, str] = {
    _P.UNDER_ASSESSMENT: "review",
    _P.REFORMULATE: "review",
    _P.REJECTED: "review",
    _P.IN_REVIEW: "review",
    _P.CO_DESIGN: "pact",
    _P.CO_DESIGN_FAILED: "pact",
    _P.SIGNED: "pact",
}
# The tabs of the list of proposals: what each shows.
TABS: dict[str, frozenset[str]] = {
    "open": frozenset({_P.PUBLISHED}),
    "review": frozenset({_P.UNDER_ASSESSMENT, _P.IN_REVIEW}),
    "pact": frozenset({_P.CO_DESIGN, _P.SIGNED}),
    "stopped": frozenset({_P.REFORMULATE, _P.REJECTED, _P.CO_DESIGN_FAILED, _P.WITHDRAWN, _P.ARCHIVED}),
}


class Weight(models.TextChoices):
    ORDINARY = "ordinary", _("Ordinary collaboration")
    COMPLEX = "complex", _("Complex pact")


class PactForm(models.TextChoices):
    """Forms of governance; a city's regulation switches each on or off."""

    ORDINARY = "ordinary", _("Ordinary collaboration")
    PACT = "pact", _("Collaboration pact")
    CIVIC_USE = "civic_use", _("Civic and collective use")
    COLLECTIVE_MANAGEMENT = "collective_management", _("Collective management")
    FOUNDATION = "foundation", _("Commons foundation")


class PactState(models.TextChoices):
    CO_DESIGN = "co_design", _("Being written")
    TEXT_AGREED = "text_agreed", _("Text agreed")
    SIGNING = "signing", _("Being signed")
    SIGNED = "signed", _("Signed")
    ACTIVE = "active", _("In force")
    SUSPENDED = "suspended", _("Suspended")
    ENDED = "ended", _("Ended")
    ENDED_EARLY = "ended_early", _("Ended early")
    ABANDONED = "abandoned", _("Not signed")
    ARCHIVED = "archived", _("Archived")


_S = PactState
PACT_STEPS: dict[str, set[str]] = {
    _S.CO_DESIGN: {_S.TEXT_AGREED, _S.ABANDONED},
    _S.TEXT_AGREED: {_S.CO_DESIGN, _S.SIGNING},
    _S.SIGNING: {_S.SIGNED, _S.CO_DESIGN},
    _S.SIGNED: {_S.ACTIVE},
    _S.ACTIVE: {_S.SUSPENDED, _S.ENDED, _S.ENDED_EARLY},
    _S.SUSPENDED: {_S.ACTIVE, _S.ENDED_EARLY},
    _S.ENDED: {_S.ARCHIVED},
    _S.ENDED_EARLY: {_S.ARCHIVED},
    _S.ABANDONED: {_S.CO_DESIGN, _S.ARCHIVED},
}
# The text may still change; in the last of them a change voids the signatures given so far.
IN_WRITING = frozenset({_S.CO_DESIGN, _S.TEXT_AGREED, _S.SIGNING})
REGISTERED = frozenset({_S.SIGNED, _S.ACTIVE, _S.SUSPENDED, _S.ENDED, _S.ENDED_EARLY, _S.ARCHIVED})


class Origin(models.TextChoices):
    MADE_HERE = "made_here", _("Made with Copact")
    IMPORTED = "imported", _("Signed before Copact")


class PartyKind(models.TextChoices):
    CITY = "city", _("City")
    GROUP = "group", _("Group")


class SignatureWay(models.TextChoices):
    SIMPLE = "simple", _("Signed here")
    PAPER = "paper", _("Signed on paper")
    QUALIFIED = "qualified", _("Qualified electronic signature")


class CommitmentState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    UNDER_WAY = "under_way", _("Under way")
    KEPT = "kept", _("Kept")
    LATE = "late", _("Late")
    DROPPED = "dropped", _("Dropped")


_C = CommitmentState
COMMITMENT_STEPS: dict[str, set[str]] = {
    _C.PLANNED: {_C.UNDER_WAY, _C.KEPT, _C.LATE, _C.DROPPED},
    _C.UNDER_WAY: {_C.KEPT, _C.LATE, _C.DROPPED},
    _C.LATE: {_C.UNDER_WAY, _C.KEPT, _C.DROPPED},
}


class ReportState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    HANDED_IN = "handed_in", _("Handed in")
    ACCEPTED = "accepted", _("Accepted")


REPORT_STEPS: dict[str, set[str]] = {
    ReportState.DRAFT: {ReportState.HANDED_IN},
    ReportState.HANDED_IN: {ReportState.DRAFT, ReportState.ACCEPTED},
}

# What a person is told, by the kind of the notification.
NEWS: dict[str, Any] = {
    "proposal_submitted": _("A proposal was handed in. It waits for you."),
    "proposal_published": _("Your proposal is public."),
    "proposal_additions": _("Something is missing in your proposal."),
    "proposal_withdrawn": _("The authors took their proposal back."),
    "proposal_archived": _("Your proposal is archived."),
    "proposal_review": _("The City begins to review your proposal."),
    "proposal_admitted": _("The City said yes. Now the parties write the pact."),
    "proposal_rejected": _("The City said no to your proposal, with reasons."),
    "proposal_reformulate": _("Another way fits your proposal better. Read what the City wrote."),
    "proposal_appeal": _("The authors ask for a second look."),
    "proposal_appeal_decided": _("The City answered your request for a second look."),
    "proposal_comment": _("Someone commented on your proposal."),
    "proposal_question": _("Someone asks about your proposal."),
    "proposal_idea": _("Someone has an idea for your proposal."),
    "proposal_offer": _("Someone offers something for your proposal."),
    "proposal_join": _("Someone would like to join your proposal."),
    "proposal_objection": _("Someone has a concern about your proposal."),
    "proposal_answer": _("Someone answered you."),
    "proposal_official": _("The City wrote about your proposal."),
    "party_added": _("Your group is now a party to this pact."),
    "pact_text_changed": _("The text of the pact has changed. It needs your yes again."),
    "signature_void": _("The text has changed. Your signature no longer counts."),
    "pact_agreed": _("All parties said yes to the text."),
    "pact_to_sign": _("The pact waits for your signature."),
    "pact_signed_by": _("Another party has signed the pact."),
    "pact_active": _("The pact is in force."),
    "pact_abandoned": _("The talks ended without a pact."),
    "pact_restarted": _("The talks about the pact go on."),
    "pact_suspended": _("The pact is suspended."),
    "pact_resumed": _("The pact is in force again."),
    "pact_ended": _("The pact has ended."),
    "report_handed_in": _("A report on the pact is here."),
    "report_accepted": _("Your report is accepted."),
    "report_sent_back": _("Something is missing in your report."),
}
