"""One set of minutes for a room, one answer and one yes to the name from each person."""

import pytest

from realtime.models import Minutes, MinutesAnswer, MinutesName, MinutesRevision
from tests.realtime.factories import make_room
from tests.refusing import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def revision(db: None) -> MinutesRevision:
    room = make_room()
    minutes = Minutes.objects.create(city=room.city, room=room, language="en")
    return MinutesRevision.objects.create(minutes=minutes, number=1, sha256="x", by=room.made_by)


def test_each_is_there_once(revision: MinutesRevision) -> None:
    minutes, person = revision.minutes, revision.by
    MinutesAnswer.objects.create(revision=revision, person=person, agrees=True)
    MinutesName.objects.create(minutes=minutes, person=person)
    refused(
        lambda: Minutes.objects.create(city=minutes.city, room=minutes.room, language="it"),
        lambda: MinutesRevision.objects.create(minutes=minutes, number=1, sha256="y", by=person),
        lambda: MinutesAnswer.objects.create(revision=revision, person=person, agrees=False),
        lambda: MinutesName.objects.create(minutes=minutes, person=person),
    )


def test_answers_to_another_revision_are_others(revision: MinutesRevision) -> None:
    later = MinutesRevision.objects.create(minutes=revision.minutes, number=2, sha256="y", by=revision.by)
    for each in (revision, later):
        MinutesAnswer.objects.create(revision=each, person=revision.by, agrees=True)


def test_an_empty_revision_says_nothing_and_has_no_facts_yet(revision: MinutesRevision) -> None:
    assert (revision.added, revision.left_out, revision.facts) == ({}, [], None)
    revision.content = {"added": {"agenda": "Late."}, "left_out": ["votes"], "facts": {"agenda": []}}
    assert (revision.added, revision.left_out) == ({"agenda": "Late."}, ["votes"])
    assert revision.facts == {"agenda": []}
