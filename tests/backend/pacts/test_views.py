"""The pages of proposals and pacts: what each shows to whom, its forms, its number of queries."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from backend.pacts import actions
from backend.pacts.models import Pact, Proposal
from tests.backend.pacts.factories import Case, make_commons, make_keeper, make_proposal, make_torino
from tests.backend.people.factories import sign_in
from tests.factories import PASSWORD, make_citizen, make_group, make_officer

pytestmark = pytest.mark.django_db


def page(client, thing, person=None, **query):
    if person is not None:
        client.force_login(person)
    return client.get(thing.get_absolute_url(), query)


def send(client, thing, step, person, **data):
    client.force_login(person)
    return client.post(f"{thing.get_absolute_url()}{step}/", data, follow=True)


class TestLists:
    def test_tabs_search_and_empty_words(self, client):
        city = make_torino()
        make_proposal(city, title="Ombra per la Łódź")
        url = reverse("pacts:proposals", args=[city.slug])
        assert b"Ombra per la" in client.get(url).content
        assert b"Ombra per la" in client.get(url, {"q": "lodz"}).content
        assert b"Nothing found" in client.get(url, {"q": "fontana"}).content
        assert b"No proposals here" in client.get(url, {"tab": "stopped"}).content

    def test_what_is_not_public_is_not_listed_and_not_found(self, client):
        city = make_torino(publish_at_once=False)
        proposal = make_proposal(city)
        assert proposal.title not in client.get(reverse("pacts:proposals", args=[city.slug])).text
        assert page(client, proposal).status_code == 404
        assert page(client, proposal, make_citizen(city)).status_code == 404
        assert page(client, proposal, proposal.submitted_by).status_code == 200
        assert page(client, proposal, make_officer(city)).status_code == 200

    def test_a_proposal_of_another_city_is_not_here(self, client, case):
        other = make_torino()
        assert client.get(reverse("pacts:proposal", args=[other.slug, case.proposal.reference])).status_code == 404

    def test_the_register_shows_what_is_signed_and_finds_it_by_party(self, client, case):
        url = reverse("pacts:register", args=[case.city.slug])
        assert "No pact yet" in client.get(url).text
        pact = case.in_force()
        assert pact.reference in client.get(url, {"q": "comitato"}).text
        assert pact.reference in client.get(url, {"state": "force"}).text
        assert "Nothing found" in client.get(url, {"state": "ended"}).text

    def test_a_pact_that_is_being_written_waits_for_its_parties_alone(self, client, case):
        pact = case.admit()
        url = reverse("pacts:register", args=[case.city.slug])
        assert pact.reference not in client.get(url).text
        assert page(client, pact).status_code == 404
        client.force_login(case.keeper)
        assert "these wait for you" in client.get(url).text
        assert page(client, pact, make_citizen(case.city)).status_code == 404

    @pytest.mark.parametrize("name", ["pacts:proposals", "pacts:register"])
    def test_lists_ask_the_same_for_one_row_and_for_many(self, client, count_queries, name):
        case = Case()
        case.in_force()
        url = reverse(name, args=[case.city.slug]) + "?tab=pact"
        client.force_login(case.officer)
        client.get(url)
        one = count_queries(lambda: client.get(url))
        for _ in range(3):
            more = Case()
            more.in_force()
            Proposal.objects.in_city(more.city).update(city=case.city, reference=f"P-{more.city.slug}")
            Pact.objects.in_city(more.city).update(city=case.city, reference=f"X-{more.city.slug}")
        assert count_queries(lambda: client.get(url)) == one
        assert one <= 12


class TestProposalPage:
    @pytest.mark.parametrize("who", [None, "neighbour", "keeper", "officer"])
    def test_it_asks_at_most_twelve_questions(self, client, case, max_queries, who):
        case.review()
        for number in range(3):
            post = actions.comment(proposal=case.proposal, by=case.neighbour, text=f"Commento {number}", language="it")
            actions.comment(proposal=case.proposal, by=case.keeper, text="Risposta", language="it", parent=post)
        if who:
            client.force_login(getattr(case, who))
        client.get(reverse("pacts:register", args=[case.city.slug]))
        with max_queries(12):
            assert page(client, case.proposal).status_code == 200

    def test_it_says_who_must_act_and_by_when(self, client, case):
        assert "The window closes on" in page(client, case.proposal).text
        case.review()
        assert "You get an answer, with reasons, by" in page(client, case.proposal).text

    def test_support_is_one_press_and_comes_back_as_said(self, client, case):
        answer = send(client, case.proposal, "support", case.neighbour)
        assert "Thank you. Your support counts." in answer.text
        assert "You support it." in answer.text
        again = send(client, case.proposal, "support", case.neighbour)
        assert "You support this proposal already." in again.text
        assert "is taken back" in send(client, case.proposal, "unsupport", case.neighbour).text

    def test_a_visitor_who_supports_is_asked_to_sign_in(self, client, case):
        answer = client.post(f"{case.proposal.get_absolute_url()}support/")
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/login/")

    def test_a_comment_too_long_comes_back_as_it_was_typed(self, client, case):
        answer = send(client, case.proposal, "comment", case.neighbour, text="parola " * 6000, kind="question")
        assert answer.status_code == 422
        assert "letters too long" in answer.text
        assert "parola parola" in answer.text
        assert 'aria-invalid="true"' in answer.text

    def test_comments_answers_and_hidden_ones(self, client, case):
        send(client, case.proposal, "comment", case.neighbour, text="Chi cura i <b>tigli</b>?", kind="question")
        post = case.proposal.thread.posts.get()
        answer = send(client, case.proposal, "comment", case.keeper, text="La scuola.", parent=str(post.pk))
        assert "Chi cura i &lt;b&gt;tigli&lt;/b&gt;?" in answer.text
        assert "La scuola." in answer.text
        assert "Waits for an answer" not in answer.text

    def test_an_officer_says_yes_with_a_reason_at_its_field(self, client, case):
        case.review()
        given = {"form": "ordinary", "years": "3", "fund_share": "15"}
        empty = send(client, case.proposal, "admit", case.officer, reason="", **given)
        assert empty.status_code == 422
        assert 'id="admit_reason_error"' in empty.text
        done = send(client, case.proposal, "admit", case.officer, reason="It fits.", **given)
        assert "The City said yes." in done.text
        assert Pact.objects.in_city(case.city).get().fund_share_bp == 1500

    def test_a_neighbour_sees_no_box_of_the_city_and_may_not_decide(self, client, case):
        case.review()
        assert "For the City" not in page(client, case.proposal, case.neighbour).text
        assert send(client, case.proposal, "reject", case.neighbour, reason="No.").status_code == 403

    def test_rewriting_and_handing_in_again(self, client, case):
        case.review()
        actions.redirect(proposal=case.proposal, by=case.officer, reason="A concession fits better.")
        url = reverse("pacts:again", args=[case.city.slug, case.proposal.reference])
        client.force_login(case.keeper)
        assert "# Che cosa vogliamo" in client.get(url).text
        text = "# Che cosa vogliamo\n\nSolo le siepi.\n\n- Tre sabati\n- Una scala"
        answer = send(client, case.proposal, "again", case.keeper, summary="", asks="", text=text)
        assert "Handed in again." in answer.text
        assert "<li" in answer.text
        assert "Solo le siepi." in answer.text
        version = reverse("pacts:proposal_version", args=[case.city.slug, case.proposal.reference, 1])
        assert "Version 1, frozen" in client.get(version).text
        client.force_login(case.officer)
        assert client.get(url).status_code == 404

    def test_a_step_opened_by_hand_leads_to_the_page(self, client, case):
        answer = client.get(f"{case.proposal.get_absolute_url()}support/")
        assert answer["Location"] == case.proposal.get_absolute_url()
        assert client.post(f"{case.proposal.get_absolute_url()}explode/").status_code == 404

    @pytest.mark.parametrize(
        "state", ["rejected", "reformulate", "in_review", "withdrawn", "archived", "co_design_failed"]
    )
    def test_every_state_has_its_words(self, client, case, state):
        Proposal.objects.in_city(case.city).update(state=state, decision="Because of the trees.")
        case.proposal.refresh_from_db()
        assert "Because of the trees." in page(client, case.proposal, case.keeper).text


class TestPactPage:
    @pytest.mark.parametrize("who", [None, "neighbour", "keeper", "officer"])
    def test_it_asks_at_most_twelve_questions(self, client, case, max_queries, who):
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

    def test_parties_stand_by_alphabet_and_all_alike(self, client, case):
        text = page(client, case.in_force()).text
        assert text.count('<section class="party">') == 2
        names = sorted([case.group.name, f"{case.city.slug} office"], key=str.casefold)
        assert text.index(f'party__name">{names[0]}') < text.index(f'party__name">{names[1]}')

    def test_from_agreeing_to_signing_on_the_pages(self, client, case):
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

    def test_signing_a_text_that_changed_meanwhile_shows_the_new_one_and_keeps_what_was_typed(self, client, case):
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

    def test_signing_twice_is_a_kind_no(self, client, case):
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
    def test_an_old_sign_in_is_made_anew_before_signing_and_what_was_typed_stays(self, client, case, changed):
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

    def test_a_sign_in_of_the_last_minutes_is_enough_to_sign(self, client, case):
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

    def test_only_who_acts_for_a_party_sees_its_signing_page(self, client, case):
        pact = case.admit()
        url = reverse("pacts:sign", args=[case.city.slug, pact.reference, case.party("city").pk])
        client.force_login(case.keeper)
        assert client.get(url).status_code == 403
        client.force_login(make_citizen(case.city))
        assert client.get(url).status_code == 404

    def test_a_clause_that_changed_meanwhile_shows_both_texts(self, client, case):
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

    def test_adding_and_taking_out_a_clause(self, client, case):
        pact = case.admit()
        client.force_login(case.keeper)
        url = reverse("pacts:new_clause", args=[case.city.slug, pact.reference])
        done = client.post(url, {"key": "coordination", "text": "Una volta al mese."}, follow=True)
        assert "Una volta al mese." in done.text
        drop = reverse("pacts:drop_clause", args=[case.city.slug, pact.reference, "coordination"])
        assert "Una volta al mese." not in client.post(drop, {"reason": "Troppo."}, follow=True).text

    def test_terms_parties_and_commitments_on_the_page(self, client, case):
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
        done = send(
            client, pact, "commit", case.officer, what="Sei panchine", parties=[str(party.pk)], due="2027-05-01"
        )
        assert "Sei panchine" in done.text
        nobody = send(client, pact, "commit", case.officer, what="Sei vele", due="2027-05-01")
        assert nobody.status_code == 422
        assert "Sei vele" in nobody.text

    def test_a_report_is_written_sent_back_and_accepted(self, client, case):
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

    def test_a_late_commitment_needs_a_reason(self, client, case):
        pact = case.in_force()
        row = actions.add_commitment(
            pact=pact, by=case.keeper, what="Panchine", parties=[case.party("group")], language="it"
        )
        client.force_login(case.keeper)
        url = reverse("pacts:commitment", args=[case.city.slug, pact.reference, row.pk])
        assert "Write something here." in client.post(url, {"to": "late"}, follow=True).text
        assert "Late" in client.post(url, {"to": "late", "reason": "Pioggia."}, follow=True).text

    @pytest.mark.parametrize("state", ["suspended", "ended", "ended_early", "archived"])
    def test_a_registered_pact_stays_readable(self, client, case, state):
        pact = case.in_force()
        Pact.objects.in_city(case.city).update(state=state)
        assert page(client, pact).status_code == 200

    def test_an_imported_pact_without_a_proposal_has_its_page(self, client, case):
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


class TestHistory:
    def test_each_step_stands_there_with_its_reason_and_without_names(self, client, case, max_queries):
        pact = case.in_force()
        url = reverse("pacts:proposal_history", args=[case.city.slug, case.proposal.reference])
        text = client.get(url).text
        assert "Enough people asked." in text
        assert "The City said yes" in text
        assert case.officer.name not in text
        with max_queries(6):
            text = client.get(reverse("pacts:pact_history", args=[case.city.slug, pact.reference])).text
        assert text.count("A party signed") == 2
        assert pact.latest().sha256 in text

    def test_it_is_open_to_whoever_may_see_the_thing(self, client, case):
        pact = case.admit()
        assert client.get(reverse("pacts:pact_history", args=[case.city.slug, pact.reference])).status_code == 404
