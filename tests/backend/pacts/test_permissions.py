"""Who may what: the abilities of each kind of person, in each stage."""

import pytest

from backend.pacts import permissions
from tests.factories import grant, make_citizen, make_facilitator, make_guest, make_person

pytestmark = pytest.mark.django_db


def may(person, proposal):
    return {name for name, allowed in permissions.proposal_abilities(person, proposal).items() if allowed}


def may_with(person, pact):
    return {name for name, allowed in permissions.pact_abilities(person, pact).items() if allowed is True}


def test_visitors_and_guests_only_read(case):
    assert may(None, case.proposal) == set()
    assert may(make_guest(), case.proposal) == set()
    assert may_with(None, case.admit()) == set()


def test_what_each_may_while_a_proposal_is_open_and_reviewed(case):
    assert may(make_citizen(case.city), case.proposal) == {"support", "comment"}
    assert may(case.keeper, case.proposal) == {"support", "comment", "withdraw"}
    assert may(case.officer, case.proposal) == {"support", "comment", "answer_officially", "take_up"}
    case.review()
    assert "decide" in may(case.officer, case.proposal)
    assert "decide" not in may(case.keeper, case.proposal)


def test_an_officer_of_another_city_is_a_neighbour_here(case):
    stranger = type(case)().officer
    assert may(stranger, case.proposal) == {"support", "comment"}
    assert may_with(stranger, case.admit()) == set()


def test_someone_who_left_may_nothing(case):
    case.keeper.is_active = False
    assert may(case.keeper, case.proposal) == set()


def test_members_write_and_keepers_act(case):
    pact = case.admit()
    member = make_person()
    grant(member, "member", case.group)
    assert may_with(member, pact) == {"edit"}
    assert may_with(make_facilitator(case.city), pact) == {"edit"}
    assert may_with(case.keeper, pact) == {"edit", "add_party", "give_up", "commit"}
    assert permissions.pact_abilities(case.keeper, pact)["acts_for"] == [str(case.party("group").pk)]
    case.agree()
    assert "freeze" in may_with(case.officer, pact)
    case.freeze()
    assert may_with(member, pact) == set()


def test_a_pact_in_force_is_reported_on_by_groups_and_watched_by_the_city(case):
    pact = case.in_force()
    assert may_with(case.keeper, pact) == {"end", "commit", "report"}
    assert may_with(case.officer, pact) == {"end", "commit", "suspend"}
