"""Pages of proposals, and the lists."""

import pytest
from django.urls import reverse

from backend.pacts import actions
from backend.pacts.models import Pact, Proposal
from tests.backend.pacts.factories import Case, make_proposal, make_torino
from tests.backend.pacts.visits import page, send
from tests.factories import make_citizen, make_officer

pytestmark = pytest.mark.django_db


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
