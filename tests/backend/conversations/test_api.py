"""Reports and second looks through the API."""

import pytest
from rest_framework.test import APIClient

from tests.backend.conversations.factories import Talk

pytestmark = pytest.mark.django_db


def call(person=None) -> APIClient:
    client = APIClient()
    if person is not None:
        client.force_authenticate(person)
    return client


def test_flags_and_second_looks():
    talk = Talk()
    raised = call(talk.reader).post(f"/api/v1/posts/{talk.post.pk}/flag/", {"reason": "insult"})
    assert raised.status_code == 201
    assert call(talk.reader).get("/api/v1/flags/").data["results"] == []
    row = call(talk.facilitator).get("/api/v1/flags/").data["results"][0]
    assert row["reports"] == 1
    passed = call(talk.facilitator).post(f"/api/v1/flags/{row['id']}/pass-on/")
    assert passed.data["passed_on"] is True
    assert call(talk.reader).post(f"/api/v1/flags/{row['id']}/keep/").status_code == 404
    hidden = call(talk.moderator).post(f"/api/v1/flags/{row['id']}/hide/", {"reason": "Rude."})
    assert hidden.data["state"] == "upheld"
    log = call().get("/api/v1/moderation/", {"city": talk.city.slug}).data["results"]
    assert [line["act"] for line in log] == ["hide"]
    asked = call(talk.author).post(f"/api/v1/moderation/{log[0]['id']}/appeal/", {"text": "A proverb."})
    assert asked.status_code == 201
    done = call(talk.admin).post(f"/api/v1/appeals/{asked.data['id']}/answer/", {"accept": True, "answer": "Right."})
    assert done.data["state"] == "accepted"
