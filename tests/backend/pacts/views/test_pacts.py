"""A pact's page: writing, agreeing, signing, what follows, and its number of queries."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from backend.pacts import actions
from backend.pacts.models import Pact, Proposal, ProposalVersion
from tests.backend.activities.factories import make_activity, make_output
from tests.backend.pacts.factories import make_commons, make_keeper
from tests.backend.pacts.visits import page, send
from tests.backend.people.factories import sign_in
from tests.factories import PASSWORD, make_citizen, make_group

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


def test_parties_stand_by_alphabet_and_all_alike(client, case):
    text = page(client, case.in_force()).text
    assert text.count('<section class="party">') == 2
    names = sorted([case.group.name, f"{case.city.slug} office"], key=str.casefold)
    assert text.index(f'party__name">{names[0]}') < text.index(f'party__name">{names[1]}')


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


def test_signing_a_text_that_changed_meanwhile_shows_the_new_one_and_keeps_what_was_typed(client, case):
    pact = case.admit()
    case.agree()
    case.freeze()
    party, read = case.party("group"), pact.latest().sha256
    actions.edit_clause(pact=pact, by=case.officer, key="safety", text="Solo con il casco.", base=1)
    url = reverse("pacts:sign", args=[case.city.slug, pact.reference, party.pk])
    client.force_login(case.keeper)
    given = {
        "party": str(party.pk),
        "sha256": read,
        "written_name": "Nadia B.",
        "capacity": "Referente",
        "sure": "on",
    }
    answer = client.post(url, given)
    assert answer.status_code == 422
    assert "The text has changed since you opened it." in answer.text
    assert "Solo con il casco." in answer.text
    case.agree()
    case.freeze()
    again = client.post(url, given)
    assert 'value="Nadia B."' in again.text
    assert pact.latest().sha256 in again.text


def test_signing_twice_is_a_kind_no(client, case):
    pact = case.admit()
    case.agree()
    case.freeze()
    case.sign("group")
    party = case.party("group")
    client.force_login(case.keeper)
    url = reverse("pacts:sign", args=[case.city.slug, pact.reference, party.pk])
    given = {
        "party": str(party.pk),
        "sha256": pact.latest().sha256,
        "written_name": "N",
        "capacity": "C",
        "sure": "on",
    }
    assert "Once is enough." in client.post(url, given, follow=True).text


@pytest.mark.parametrize("changed", [False, True])
def test_an_old_sign_in_is_made_anew_before_signing_and_what_was_typed_stays(client, case, changed):
    pact = case.admit()
    case.agree()
    case.freeze()
    case.keeper.set_password(PASSWORD)
    case.keeper.save()
    party = case.party("group")
    url = reverse("pacts:sign", args=[case.city.slug, pact.reference, party.pk])
    given = {"party": str(party.pk), "written_name": "Nadia B.", "capacity": "Referente", "sure": "on"}
    given["sha256"] = pact.latest().sha256
    sign_in(client, case.keeper, seconds_ago=601)
    assert client.get(url).status_code == 200
    asked = client.post(url, given)
    assert asked.url == f"{reverse('account_reauthenticate')}?{urlencode({'next': url})}"
    if changed:
        actions.edit_clause(pact=pact, by=case.officer, key="safety", text="Solo con il casco.", base=1)
        case.agree()
        case.freeze()
    back = client.post(asked.url, {"password": PASSWORD}, follow=True)
    assert "You have signed nothing yet." in back.text
    assert 'value="Nadia B."' in back.text
    assert 'value="Referente"' in back.text
    assert bool(re.search(r'name="sure"[^>]* checked', back.text)) is not changed
    assert not pact.latest().signatures.exists()
    given["sha256"] = pact.latest().sha256
    assert "Signed. Thank you." in client.post(url, given, follow=True).text


def test_a_sign_in_of_the_last_minutes_is_enough_to_sign(client, case):
    pact = case.admit()
    case.agree()
    case.freeze()
    case.keeper.set_password(PASSWORD)
    case.keeper.save()
    party = case.party("group")
    given = {"party": str(party.pk), "written_name": "Nadia B.", "capacity": "Referente", "sure": "on"}
    given["sha256"] = pact.latest().sha256
    sign_in(client, case.keeper, seconds_ago=500)
    url = reverse("pacts:sign", args=[case.city.slug, pact.reference, party.pk])
    assert "Signed. Thank you." in client.post(url, given, follow=True).text


def test_only_who_acts_for_a_party_sees_its_signing_page(client, case):
    pact = case.admit()
    url = reverse("pacts:sign", args=[case.city.slug, pact.reference, case.party("city").pk])
    client.force_login(case.keeper)
    assert client.get(url).status_code == 403
    client.force_login(make_citizen(case.city))
    assert client.get(url).status_code == 404


def test_a_clause_that_changed_meanwhile_shows_both_texts(client, case):
    pact = case.admit()
    url = reverse("pacts:clause", args=[case.city.slug, pact.reference, "safety"])
    client.force_login(case.keeper)
    assert client.get(url).status_code == 200
    actions.edit_clause(pact=pact, by=case.officer, key="safety", text="Solo con il casco.", base=1)
    answer = client.post(url, {"text": "Solo con i guanti.", "base": "1", "reason": ""})
    assert answer.status_code == 422
    assert "Solo con il casco." in answer.text
    assert "Solo con i guanti." in answer.text
    kept = client.post(url, {"text": "Casco e guanti.", "base": "2"}, follow=True)
    assert "Casco e guanti." in kept.text
    assert client.get(reverse("pacts:pact_version", args=[case.city.slug, pact.reference, 3])).status_code == 200


def test_adding_and_taking_out_a_clause(client, case):
    pact = case.admit()
    client.force_login(case.keeper)
    url = reverse("pacts:new_clause", args=[case.city.slug, pact.reference])
    done = client.post(url, {"key": "coordination", "text": "Una volta al mese."}, follow=True)
    assert "Una volta al mese." in done.text
    drop = reverse("pacts:drop_clause", args=[case.city.slug, pact.reference, "coordination"])
    assert "Una volta al mese." not in client.post(drop, {"reason": "Troppo."}, follow=True).text


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


def test_a_report_is_written_sent_back_and_accepted(client, case):
    pact = case.in_force()
    url = reverse("pacts:report", args=[case.city.slug, pact.reference])
    client.force_login(case.officer)
    assert client.get(url).status_code == 403
    client.force_login(case.keeper)
    texts = {"objectives": "Ombra.", "actions": "Vele.", "results": "Persone.", "resources": "Ore."}
    short = client.post(url, {**texts, "results": ""})
    assert short.status_code == 422
    assert "Vele." in short.text
    assert "Ombra." in client.post(url, texts, follow=True).text
    row = pact.reports.get()
    client.force_login(case.officer)
    judge = reverse("pacts:judge_report", args=[case.city.slug, pact.reference, row.pk, "accept"])
    assert "The report is accepted." in client.post(judge, follow=True).text


def test_a_late_commitment_needs_a_reason(client, case):
    pact = case.in_force()
    row = actions.add_commitment(
        pact=pact, by=case.keeper, what="Panchine", parties=[case.party("group")], language="it"
    )
    client.force_login(case.keeper)
    url = reverse("pacts:commitment", args=[case.city.slug, pact.reference, row.pk])
    assert "Write something here." in client.post(url, {"to": "late"}, follow=True).text
    assert "Late" in client.post(url, {"to": "late", "reason": "Pioggia."}, follow=True).text


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


def test_the_story_says_titles_in_the_readers_language_where_there_is_a_translation(client, case):
    told = {"en": {"title": {"text": "Shade and seats", "source": "human"}}}
    Proposal._base_manager.filter(pk=case.proposal.pk).update(translations=told)
    origin = {"kind": "version", "id": "1", "url": "/x/", "title": case.proposal.title}
    ProposalVersion._base_manager.filter(proposal=case.proposal).update(origin=origin)
    pact = case.in_force()
    for thing in (case.proposal, pact):
        read = client.get(thing.get_absolute_url()).text
        assert '<a href="/x/">Shade and seats</a>' in read
    other = client.get(pact.get_absolute_url(), {"lang": "pl"}).text
    assert f'<b lang="it"><a href="/x/">{case.proposal.title}</a>' in other


def test_what_is_made_is_said_in_the_readers_language(client, case):
    pact = case.in_force()
    made = make_output(case.city, by=case.keeper, activity=make_activity(case.city, by=case.keeper, pact=pact, days=-2))
    told = {"en": {"title": {"text": "A bench with a back", "source": "human"}}}
    type(made)._base_manager.filter(pk=made.pk).update(translations=told, language="it", title="Panca")
    assert "A bench with a back" in client.get(pact.get_absolute_url()).text
    assert '<b lang="it">' in client.get(pact.get_absolute_url(), {"lang": "pl"}).text
