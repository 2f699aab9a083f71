"""Which proposals and pacts a query finds, and for whom."""

import pytest

from backend.pacts.models import Pact, Proposal
from tests.backend.pacts.factories import make_proposal, make_torino
from tests.factories import make_citizen, make_guest, make_officer

pytestmark = pytest.mark.django_db


def test_before_it_is_public_a_proposal_is_seen_by_its_people_and_the_city():
    city = make_torino(publish_at_once=False)
    author = make_citizen(city)
    proposal = make_proposal(city, authors=[author])
    rows = Proposal.objects.in_city(city)
    for person in (proposal.submitted_by, author, make_officer(city)):
        assert rows.visible_to(person).exists()
    for person in (None, make_guest(), make_citizen(city), make_officer(make_torino())):
        assert not rows.visible_to(person).exists()


def test_the_search_folds_accents_and_takes_every_word(case):
    make_proposal(case.city, title="Łąka nad Dórą", summary="Dla każdego")
    rows = Proposal.objects.in_city(case.city)
    assert rows.matching("laka DORA kazdego").count() == 1
    assert rows.matching("laka fontana").count() == 0
    assert rows.matching("").count() == 2
    assert rows.matching("%").count() == 0


def test_a_pact_in_writing_is_seen_by_its_parties_authors_and_the_city(case):
    case.admit()
    rows = Pact.objects.in_city(case.city)
    for person in (case.keeper, case.neighbour, case.officer):
        assert rows.visible_to(person).exists()
    assert not rows.visible_to(make_citizen(case.city)).exists()
    assert not rows.registered().exists()
    assert rows.in_writing().of_person(case.keeper).exists()
    assert not rows.in_writing().of_person(case.neighbour).exists()


def test_tabs_part_the_public_states(case):
    rows = Proposal.objects.in_city(case.city)
    assert rows.in_tab("open").exists()
    assert not rows.in_tab("review").exists()
    assert rows.in_tab("no such tab").exists()
