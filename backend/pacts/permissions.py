"""Who may do what with proposals and pacts, for pages and API alike."""

from typing import Any

from backend.cities.choices import GroupKind
from backend.cities.models import City, Group
from backend.cities.permissions import can_act_for, has_city_role, is_member
from backend.pacts.choices import (
    IN_WRITING,
    SUPPORTABLE,
    TALKABLE,
    PactState,
    PartyKind,
    ProposalState,
    ReportState,
)
from backend.pacts.models import Commitment, Pact, Party, Proposal, Report
from backend.people.choices import Role
from backend.people.permissions import is_present

P, S = ProposalState, PactState


def has_account(person: Any) -> bool:
    return is_present(person) and person.has_account


def speaks_for_city(person: Any, city: City) -> bool:
    """Decides and signs for the city."""
    return has_city_role(person, city, Role.OFFICER, Role.DECIDER)


def works_for_city(person: Any, city: City) -> bool:
    return has_city_role(person, city, Role.OFFICER, Role.DECIDER, Role.TECHNICAL)


# -- Proposals ----------------------------------------------------------------------------------


def is_author(person: Any, proposal: Proposal) -> bool:
    """Whoever wrote in it, handed it in, or keeps the group that proposes it."""
    if not is_present(person):
        return False
    if proposal.submitted_by_id == person.pk:
        return True
    if proposal.group is not None and can_act_for(person, proposal.group):
        return True
    return any(row.person_id == person.pk for row in proposal.authorships.all())


def can_submit(person: Any, city: City, group: Group | None = None) -> bool:
    """Any account; in a group's name its keepers, or who facilitates in the city."""
    if not has_account(person) or not city.is_open:
        return False
    if group is None:
        return True
    return can_act_for(person, group) or has_city_role(person, city, Role.FACILITATOR, Role.OFFICER, Role.ADMIN)


def can_publish(person: Any, proposal: Proposal) -> bool:
    return proposal.state == P.SUBMITTED and works_for_city(person, proposal.city)


def can_ask_additions(person: Any, proposal: Proposal) -> bool:
    return proposal.state == P.SUBMITTED and works_for_city(person, proposal.city)


def can_resubmit(person: Any, proposal: Proposal) -> bool:
    waiting = {P.DRAFT, P.ADDITIONS_NEEDED, P.REFORMULATE}
    return proposal.state in waiting and has_account(person) and is_author(person, proposal)


def can_support(person: Any, proposal: Proposal) -> bool:
    return has_account(person) and proposal.state in SUPPORTABLE


def can_comment(person: Any, proposal: Proposal) -> bool:
    return has_account(person) and proposal.state in TALKABLE


def can_answer_officially(person: Any, proposal: Proposal) -> bool:
    return proposal.state in TALKABLE and works_for_city(person, proposal.city)


def can_take_up(person: Any, proposal: Proposal) -> bool:
    """Close the public window and begin the review."""
    return proposal.state == P.PUBLISHED and speaks_for_city(person, proposal.city)


def can_decide(person: Any, proposal: Proposal) -> bool:
    """Admit, reject or redirect. Who handed it in, or keeps the group behind it, does not decide about it."""
    if proposal.state != P.UNDER_ASSESSMENT or not speaks_for_city(person, proposal.city):
        return False
    own = proposal.group is not None and can_act_for(person, proposal.group)
    return not own and proposal.submitted_by_id != person.pk


def can_withdraw(person: Any, proposal: Proposal) -> bool:
    return P.WITHDRAWN in Proposal.steps.get(proposal.state, ()) and is_author(person, proposal)


def can_appeal(person: Any, proposal: Proposal) -> bool:
    return proposal.state == P.REJECTED and has_account(person) and is_author(person, proposal)


def can_decide_appeal(person: Any, proposal: Proposal) -> bool:
    return proposal.state == P.IN_REVIEW and speaks_for_city(person, proposal.city)


def can_archive(person: Any, proposal: Proposal) -> bool:
    return P.ARCHIVED in Proposal.steps.get(proposal.state, ()) and speaks_for_city(person, proposal.city)


def can_record_decision(person: Any, city: City) -> bool:
    return has_account(person) and city.is_open


def proposal_abilities(person: Any, proposal: Proposal) -> dict[str, bool]:
    questions = {
        "publish": can_publish,
        "ask_additions": can_ask_additions,
        "resubmit": can_resubmit,
        "support": can_support,
        "comment": can_comment,
        "answer_officially": can_answer_officially,
        "take_up": can_take_up,
        "decide": can_decide,
        "withdraw": can_withdraw,
        "appeal": can_appeal,
        "decide_appeal": can_decide_appeal,
        "archive": can_archive,
    }
    if not is_present(person):
        return dict.fromkeys(questions, False)
    return {name: ask(person, proposal) for name, ask in questions.items()}


# -- Pacts --------------------------------------------------------------------------------------


def acts_for_party(person: Any, party: Party) -> bool:
    """Say yes and sign for it: for the city its officers and deciders, for a group its keepers."""
    if not has_account(person):
        return False
    if party.kind == PartyKind.CITY:
        return speaks_for_city(person, party.pact.city)
    return party.group is not None and can_act_for(person, party.group)


def belongs_to_party(person: Any, party: Party) -> bool:
    if party.kind == PartyKind.CITY:
        return works_for_city(person, party.pact.city)
    return party.group is not None and is_member(person, party.group)


def _parties(pact: Pact) -> list[Party]:
    """The parties with their groups; from prefetched rows where there are any."""
    return list(pact.parties.all())


def can_edit_text(person: Any, pact: Pact) -> bool:
    """Whoever belongs to a party, and who facilitates; while it waits for signatures, only who acts for a party."""
    if pact.state not in IN_WRITING or not has_account(person):
        return False
    if pact.state == S.SIGNING:
        return any(acts_for_party(person, party) for party in _parties(pact))
    if has_city_role(person, pact.city, Role.FACILITATOR):
        return True
    return any(belongs_to_party(person, party) for party in _parties(pact))


def can_add_party(person: Any, pact: Pact) -> bool:
    if pact.state not in {S.CO_DESIGN, S.TEXT_AGREED} or not has_account(person):
        return False
    return any(acts_for_party(person, party) for party in _parties(pact))


def can_agree(person: Any, party: Party) -> bool:
    return party.pact.state == S.CO_DESIGN and acts_for_party(person, party)


def can_freeze(person: Any, pact: Pact) -> bool:
    return pact.state == S.TEXT_AGREED and speaks_for_city(person, pact.city)


def can_sign(person: Any, party: Party) -> bool:
    return party.pact.state == S.SIGNING and acts_for_party(person, party)


def can_give_up(person: Any, pact: Pact) -> bool:
    """Any party may end the talks before the text is agreed; nobody is held."""
    if S.ABANDONED not in Pact.steps.get(pact.state, ()):
        return False
    return any(acts_for_party(person, party) for party in _parties(pact))


def can_restart(person: Any, pact: Pact) -> bool:
    return pact.state == S.ABANDONED and speaks_for_city(person, pact.city)


def can_suspend(person: Any, pact: Pact) -> bool:
    return pact.state == S.ACTIVE and speaks_for_city(person, pact.city)


def can_resume(person: Any, pact: Pact) -> bool:
    return pact.state == S.SUSPENDED and speaks_for_city(person, pact.city)


def can_end(person: Any, pact: Pact) -> bool:
    """Before its day: any party, with a reason. On its day: the city notes it."""
    if pact.state not in {S.ACTIVE, S.SUSPENDED}:
        return False
    return any(acts_for_party(person, party) for party in _parties(pact))


def can_commit(person: Any, pact: Pact) -> bool:
    """Add commitments and say how they stand: who acts for a party."""
    if pact.state not in {*IN_WRITING, S.ACTIVE}:
        return False
    return any(acts_for_party(person, party) for party in _parties(pact))


def can_move_commitment(person: Any, commitment: Commitment) -> bool:
    return commitment.pact.state == S.ACTIVE and can_commit(person, commitment.pact)


def can_report(person: Any, pact: Pact) -> bool:
    """The people of a group that is a party; the city accepts, so it does not report to itself."""
    if pact.state not in {S.ACTIVE, S.SUSPENDED, S.ENDED, S.ENDED_EARLY} or not has_account(person):
        return False
    return any(party.kind == PartyKind.GROUP and belongs_to_party(person, party) for party in _parties(pact))


def can_judge_report(person: Any, report: Report) -> bool:
    return report.state == ReportState.HANDED_IN and speaks_for_city(person, report.city) and report.by_id != person.pk


def can_import(person: Any, city: City) -> bool:
    return has_city_role(person, city, Role.OFFICER, Role.ADMIN)


def is_informal(group: Group | None) -> bool:
    return group is not None and group.kind == GroupKind.INFORMAL


def pact_abilities(person: Any, pact: Pact) -> dict[str, Any]:
    questions = {
        "edit": can_edit_text,
        "add_party": can_add_party,
        "freeze": can_freeze,
        "give_up": can_give_up,
        "restart": can_restart,
        "suspend": can_suspend,
        "resume": can_resume,
        "end": can_end,
        "commit": can_commit,
        "report": can_report,
    }
    if not is_present(person):
        return {**dict.fromkeys(questions, False), "acts_for": []}
    found: dict[str, Any] = {name: ask(person, pact) for name, ask in questions.items()}
    return {**found, "acts_for": [str(party.pk) for party in _parties(pact) if acts_for_party(person, party)]}
