"""The steps of a proposal through the API: same rights, problem+json, exact codes."""

import pytest

from backend.base.canonical import sha256
from tests.backend.pacts.calls import call, of
from tests.backend.pacts.factories import make_content, make_proposal, make_torino
from tests.factories import make_citizen, make_officer

pytestmark = pytest.mark.django_db


class TestProposals:
    def test_anyone_reads_what_is_public_with_its_text_and_hash(self, case):
        row = call().get("/api/v1/proposals/", {"city": case.city.slug}).data["results"][0]
        assert (row["reference"], row["supports"]) == (case.proposal.reference, 0)
        whole = call().get(of(case.proposal)).data
        assert sha256(whole["version"]["content"]) == whole["version"]["sha256"]
        assert set(whole["authors"]) == {"Nadia", "Samira"}

    def test_what_is_not_public_is_not_found(self):
        proposal = make_proposal(make_torino(publish_at_once=False))
        assert call().get(of(proposal)).status_code == 404
        assert call(proposal.submitted_by).get(of(proposal)).status_code == 200

    def test_lists_ask_the_same_for_one_row_and_for_many(self, case, count_queries):
        url = f"/api/v1/proposals/?city={case.city.slug}"
        one = count_queries(lambda: call().get(url))
        for number in range(3):
            make_proposal(case.city, by=case.keeper, group=case.group, title=f"Proposta {number}")
        assert count_queries(lambda: call().get(url)) == one

    def test_handing_in(self):
        city = make_torino()
        person, content = make_citizen(city), make_content()
        given = {"city": city.slug, "title": "Ombra", "content": content, "sha256": sha256(content), "language": "it"}
        assert call().post("/api/v1/proposals/", given).status_code == 401
        made = call(person).post("/api/v1/proposals/", given)
        assert (made.status_code, made.data["state"]) == (201, "published")
        wrong = call(person).post("/api/v1/proposals/", {**given, "sha256": "0" * 64})
        assert (wrong.status_code, wrong.data["errors"]["sha256"][0]["code"]) == (400, "hash")

    def test_support_counts_once_and_can_be_taken_back(self, case):
        client = call(case.neighbour)
        assert call().post(of(case.proposal, "support/")).status_code == 401
        assert client.post(of(case.proposal, "support/"), {"offers_help": True}).data["supports"] == 1
        again = client.post(of(case.proposal, "support/"))
        assert (again.status_code, again.data["code"]) == (409, "supported_already")
        assert again["Content-Type"] == "application/problem+json"
        assert client.delete(of(case.proposal, "support/")).status_code == 204

    def test_comments(self, case):
        made = call(case.neighbour).post(of(case.proposal, "comments/"), {"text": "Chi?", "kind": "question"})
        assert made.status_code == 201
        answer = call(case.keeper).post(of(case.proposal, "comments/"), {"text": "Noi.", "parent": made.data["id"]})
        assert answer.data["kind"] == "answer"
        official = call(case.officer).post(of(case.proposal, "official/"), {"text": "Va bene."})
        assert official.data["kind"] == "official"
        assert call(case.keeper).post(of(case.proposal, "official/"), {"text": "Va bene."}).status_code == 403
        rows = call().get(of(case.proposal, "comments/")).data["results"]
        assert [row["text"] for row in rows] == ["Chi?", "Noi.", "Va bene."]
        long = call(case.neighbour).post(of(case.proposal, "comments/"), {"text": "a" * 40_000})
        assert (long.status_code, long.data["errors"]["text"][0]["code"]) == (400, "too_long")

    def test_from_review_to_a_pact_and_the_second_officer_is_too_late(self, case):
        officer = call(case.officer)
        assert call(case.neighbour).post(of(case.proposal, "take-up/"), {"reason": "Now."}).status_code == 403
        assert officer.post(of(case.proposal, "take-up/"), {"reason": "Now."}).data["state"] == "under_assessment"
        empty = officer.post(of(case.proposal, "admit/"), {"reason": ""})
        assert (empty.status_code, empty.data["errors"]["reason"][0]["code"]) == (400, "required")
        made = officer.post(of(case.proposal, "admit/"), {"reason": "It fits.", "fund_share_bp": 1500, "years": 2})
        assert (made.status_code, made.data["state"], made.data["years"]) == (201, "co_design", 2)
        late = call(make_officer(case.city)).post(of(case.proposal, "reject/"), {"reason": "No."})
        assert late.status_code == 403

    def test_no_second_look_and_rewriting(self, case):
        officer, keeper = call(case.officer), call(case.keeper)
        case.review()
        assert officer.post(of(case.proposal, "reject/"), {"reason": "No."}).data["decision"] == "No."
        assert keeper.post(of(case.proposal, "appeal/"), {"text": "Please."}).data["state"] == "in_review"
        answer = officer.post(of(case.proposal, "answer-appeal/"), {"accept": True, "reason": "Right."})
        assert answer.data["state"] == "under_assessment"
        assert officer.post(of(case.proposal, "redirect/"), {"reason": "A lease."}).data["state"] == "reformulate"
        content = make_content("Di nuovo.")
        again = keeper.post(of(case.proposal, "resubmit/"), {"content": content, "sha256": sha256(content)})
        assert again.data["version"]["number"] == 2
        assert keeper.post(of(case.proposal, "withdraw/"), {"reason": "Later."}).data["state"] == "withdrawn"

    def test_the_way_through_an_officer(self):
        city = make_torino(publish_at_once=False)
        officer, proposal = make_officer(city), make_proposal(city)
        assert (
            call(officer).post(of(proposal, "ask-additions/"), {"reason": "Where?"}).data["state"] == "additions_needed"
        )
        content = make_content()
        call(proposal.submitted_by).post(of(proposal, "resubmit/"), {"content": content, "sha256": sha256(content)})
        assert call(officer).post(of(proposal, "publish/")).data["state"] == "published"

    def test_credit_is_ones_own(self, case):
        done = call(case.neighbour).post(of(case.proposal, "credit/"), {"credited": False})
        assert done.data["authors"] == ["Nadia"]
