"""What happened to a proposal or a pact, for whoever may see it."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


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
