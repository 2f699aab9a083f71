"""A pact's page: from agreeing to its end, and its number of queries."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from backend.pacts import actions
from backend.pacts.models import Pact
from tests.backend.pacts.factories import make_commons, make_keeper
from tests.backend.pacts.visits import page, send
from tests.factories import make_group

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", [None, "neighbour", "keeper", "officer"])
def test_it_asks_at_most_twelve_questions(client, case, max_queries, who):
    pact = case.in_force()
    for number in range(4):
        actions.add_commitment(
            pact=pact, by=case.keeper, what=f"Cosa {number}", parties=list(pact.parties.all()), language="it"
        )
    texts = dict.fromkeys(("objectives", "actions", "results", "resources"), "Testo.")
    actions.report(pact=pact, by=case.keeper, language="it", **texts)
    if who:
        client.force_login(getattr(case, who))
    client.get(reverse("pacts:register", args=[case.city.slug]))
    with max_queries(12):
        assert page(client, pact).status_code == 200


def test_from_agreeing_to_signing_on_the_pages(client, case):
    pact = case.admit()
    for kind, person in (("city", case.officer), ("group", case.keeper)):
        party = case.party(kind)
        assert "We say yes to this text" in page(client, pact, person).text
        answer = send(client, pact, "agree", person, party=str(party.pk), sha256=pact.latest().sha256)
        assert "Your party said yes to this text." in answer.text
    assert "The text is frozen." in send(client, pact, "freeze", case.officer).text
    for kind, person in (("city", case.officer), ("group", case.keeper)):
        party = case.party(kind)
        client.force_login(person)
        url = reverse("pacts:sign", args=[case.city.slug, pact.reference, party.pk])
        shown = client.get(url)
        assert "Has still to sign" in shown.text
        given = {"party": str(party.pk), "sha256": pact.latest().sha256, "written_name": person.name}
        without = client.post(url, {**given, "capacity": "Referente"})
        assert without.status_code == 422
        assert "Tick this to sign." in without.text
        assert 'value="Referente"' in without.text
        done = client.post(url, {**given, "capacity": "Referente", "sure": "on"}, follow=True)
        assert "Signed. Thank you." in done.text
    client.logout()
    assert "In force" in page(client, pact).text


def test_terms_parties_and_commitments_on_the_page(client, case):
    pact = case.admit()
    group = make_group(case.city, "Legno Vivo", kind="cooperative")
    make_keeper(group)
    assert "Legno Vivo" in send(client, pact, "add_party", case.keeper, group=str(group.pk)).text
    send(client, pact, "terms", case.keeper, years="2", fund_share="20")
    pact.refresh_from_db()
    assert (pact.years, pact.fund_share_bp) == (2, 2000)
    wrong = send(client, pact, "terms", case.keeper, years="2", fund_share="-1")
    assert wrong.status_code == 422
    party = case.party("city")
    done = send(client, pact, "commit", case.officer, what="Sei panchine", parties=[str(party.pk)], due="2027-05-01")
    assert "Sei panchine" in done.text
    nobody = send(client, pact, "commit", case.officer, what="Sei vele", due="2027-05-01")
    assert nobody.status_code == 422
    assert "Sei vele" in nobody.text


@pytest.mark.parametrize("state", ["suspended", "ended", "ended_early", "archived"])
def test_a_registered_pact_stays_readable(client, case, state):
    pact = case.in_force()
    Pact.objects.in_city(case.city).update(state=state)
    assert page(client, pact).status_code == 200


def test_an_imported_pact_without_a_proposal_has_its_page(client, case):
    commons = make_commons(case.city, "Sala")
    pact = actions.import_pact(
        by=case.officer,
        city=case.city,
        reference="TO-2019-003",
        title="La sala",
        language="it",
        commons=commons,
        parties=[
            {"group": None, "written_name": "Paola", "capacity": "Dirigente", "place": "in giardino"},
            {"group": case.group, "written_name": "Nadia", "capacity": "Referente"},
        ],
        clauses=[{"key": "object", "article": 8, "text": {"it": "La sala."}}],
        signed_at=timezone.now() - dt.timedelta(30),
        years=2,
    )
    text = page(client, pact).text
    assert "in giardino" in text
    assert "Signed on paper" in text
