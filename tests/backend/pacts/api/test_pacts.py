"""The steps of a pact through the API: same rights, problem+json, exact codes."""

import pytest
from django.urls import reverse

from backend.base.canonical import sha256
from backend.pacts.models import Pact
from tests.backend.pacts.calls import at, call
from tests.backend.pacts.factories import Case
from tests.factories import make_group

pytestmark = pytest.mark.django_db


class TestPacts:
    def test_the_register_is_public_and_only_it(self, case):
        pact = case.admit()
        assert call().get("/api/v1/pacts/", {"city": case.city.slug}).data["results"] == []
        assert call().get(at(pact)).status_code == 404
        assert call(case.keeper).get(at(pact)).status_code == 200
        case.agree()
        case.freeze()
        case.sign("group")
        case.sign("city")
        row = call().get("/api/v1/pacts/", {"city": case.city.slug, "q": "comitato"}).data["results"][0]
        assert row["state"] == "active"
        whole = call().get(at(pact)).data
        assert sha256(whole["version"]["content"]) == whole["version"]["sha256"]
        assert len(whole["version"]["signatures"]) == 2

    def test_lists_ask_the_same_for_one_row_and_for_many(self, case, count_queries):
        case.in_force()
        url = f"/api/v1/pacts/?city={case.city.slug}"
        one = count_queries(lambda: call().get(url))
        for _ in range(3):
            more = Case()
            more.in_force()
            Pact.objects.in_city(more.city).update(city=case.city, reference=f"X-{more.city.slug}")
        assert count_queries(lambda: call().get(url)) == one

    def test_writing_agreeing_freezing_and_signing(self, case):
        pact = case.admit()
        keeper, officer = call(case.keeper), call(case.officer)
        written = keeper.put(at(pact, "clauses/safety/"), {"text": "Guanti.", "base": 1})
        assert written.data["version"]["number"] == 2
        changed = officer.put(at(pact, "clauses/safety/"), {"text": "Caschi.", "base": 1})
        assert (changed.status_code, changed.data["code"]) == (409, "text_changed")
        assert keeper.post(at(pact, "clauses/"), {"key": "coordination", "text": "Ogni mese."}).status_code == 201
        assert keeper.post(at(pact, "clauses/coordination/drop/"), {"reason": "Troppo."}).status_code == 200
        terms = keeper.post(at(pact, "terms/"), {"years": 2, "fund_share_bp": 1000})
        digest = terms.data["version"]["sha256"]
        for client, kind in ((officer, "city"), (keeper, "group")):
            given = {"party": str(case.party(kind).pk), "sha256": digest}
            assert client.post(at(pact, "agree/"), {**given, "sha256": "0" * 64}).data["code"] == "text_changed"
            assert client.post(at(pact, "agree/"), given).status_code == 200
        assert keeper.post(at(pact, "freeze/")).status_code == 403
        assert officer.post(at(pact, "freeze/")).data["state"] == "signing"
        given = {
            "party": str(case.party("group").pk),
            "sha256": digest,
            "written_name": "Nadia",
            "capacity": "Referente",
        }
        assert officer.post(at(pact, "sign/"), given).status_code == 403
        assert keeper.post(at(pact, "sign/"), given).status_code == 201
        twice = keeper.post(at(pact, "sign/"), given)
        assert (twice.status_code, twice.data["code"]) == (409, "signed_already")
        officer.post(at(pact, "sign/"), {**given, "party": str(case.party("city").pk)})
        assert call().get(at(pact)).data["state"] == "active"
        assert call().get(at(pact, "versions/1/")).data["number"] == 1

    def test_parties_come_and_go(self, case):
        pact = case.admit()
        group = make_group(case.city, "Legno Vivo", steward=case.keeper, kind="cooperative")
        made = call(case.keeper).post(at(pact, "parties/"), {"group": group.slug})
        assert made.status_code == 201
        gone = call(case.keeper).post(at(pact, f"parties/{made.data['id']}/leave/"), {"reason": "No time."})
        assert gone.status_code == 204
        assert call(case.keeper).post(at(pact, "give-up/"), {"reason": "We part."}).data["state"] == "abandoned"
        assert call(case.officer).post(at(pact, "restart/"), {"reason": "Again."}).data["state"] == "co_design"

    def test_its_life(self, case):
        pact = case.in_force()
        keeper, officer = call(case.keeper), call(case.officer)
        given = {"what": "Sei panchine", "parties": [str(case.party("group").pk)], "due": "2027-05-01"}
        made = keeper.post(at(pact, "commitments/"), given)
        late = keeper.post(at(pact, f"commitments/{made.data['id']}/"), {"to": "late"})
        assert late.data["errors"]["reason"][0]["code"] == "required"
        assert keeper.post(at(pact, f"commitments/{made.data['id']}/"), {"to": "kept"}).data["state"] == "kept"
        texts = dict.fromkeys(("objectives", "actions", "results", "resources"), "Testo.")
        report = keeper.post(at(pact, "reports/"), texts)
        assert officer.post(at(pact, f"reports/{report.data['id']}/accept/")).data["state"] == "accepted"
        second = keeper.post(at(pact, "reports/"), texts)
        back = officer.post(at(pact, f"reports/{second.data['id']}/back/"), {"reason": "Hours?"})
        assert back.data["state"] == "draft"
        assert officer.post(at(pact, "suspend/"), {"reason": "Storm."}).data["state"] == "suspended"
        assert officer.post(at(pact, "resume/"), {"reason": "Over."}).data["state"] == "active"
        assert keeper.post(at(pact, "end/"), {"reason": "We move."}).data["state"] == "ended_early"


def test_the_pages_of_the_api_are_where_others_look_for_them():
    assert reverse("pact-list") == "/api/v1/pacts/"
    assert reverse("pact-detail", args=["TO-2026-018"]) == "/api/v1/pacts/TO-2026-018/"
