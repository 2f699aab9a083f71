"""The text of a pact page by page: clauses, signing, reports; nothing typed is lost."""

import re

import pytest
from django.urls import reverse
from django.utils.http import urlencode

from backend.pacts import actions
from tests.backend.people.factories import sign_in
from tests.factories import PASSWORD, make_citizen

pytestmark = pytest.mark.django_db


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
