"""One sign of each kind from each person at a message."""

import pytest

from backend.conversations.models import Post
from realtime.models import Reaction
from tests.realtime.sessions import Session
from tests.refusing import refused


@pytest.fixture
def post(session: Session) -> Post:
    session.do(session.amal, "chat", "post", text="Ciao")
    return Post.objects.in_city(session.room.city_id).get()


def test_a_sign_is_given_once_and_another_kind_beside_it(session: Session, post: Post) -> None:
    facts = {"room": session.room, "post": post, "person": session.gianni.person, "kind": "agree"}
    Reaction.objects.create(**facts)
    refused(lambda: Reaction.objects.create(**facts))
    Reaction.objects.create(**facts | {"kind": "thanks"})
    Reaction.objects.create(**facts | {"person": session.amal.person})
