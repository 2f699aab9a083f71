"""What an erasure would take is told before it is decided, and nothing is changed by looking."""

import pytest

from realtime import store
from realtime.actions import ask_erasure, freeze_version, submit_proposal, write_turns
from realtime.actions.losing import loss_of
from realtime.models import Erasure, Participant
from tests.realtime.factories import join, leader, make_room
from tests.realtime.pasts import fresh


@pytest.fixture
def amal(db: None) -> Participant:
    """Somebody who wrote a quarter of a text."""
    room = make_room()
    amal = join(room)
    write_turns(room=room, turns=[(amal.person, "paragraph", "x" * 25), (leader(room).person, "paragraph", "y" * 75)])
    amal.room = fresh(room)
    return amal


def asked(amal: Participant) -> Erasure:
    return ask_erasure(room=fresh(amal.room), person=amal.person, by=amal.person)


def test_letters_and_their_share_are_those_of_the_text_as_it_stands(amal: Participant) -> None:
    loss = loss_of(asked(amal))
    assert (loss.letters, loss.share, loss.notes, loss.groups) == (25, 25, 0, 0)
    assert "x" in str(loss.before.content)
    assert "x" * 25 not in str(loss.after.content)


def test_versions_are_told_apart_from_what_was_handed_in(amal: Participant) -> None:
    lead = leader(amal.room).person
    kept = freeze_version(room=amal.room, by=lead)
    submit_proposal(room=fresh(amal.room), by=lead, title="Benches")
    loss = loss_of(asked(amal))
    assert [version.pk for version in loss.versions] == [kept.pk]
    assert [version.number for version in loss.public] == [kept.number + 1]


@pytest.mark.django_db
def test_a_version_from_before_they_came_is_not_touched() -> None:
    room = make_room()
    write_turns(room=room, turns=[(leader(room).person, "paragraph", "Six benches.")])
    freeze_version(room=fresh(room), by=leader(room).person)
    amal = join(room)
    write_turns(room=fresh(room), turns=[(amal.person, "paragraph", "Shade.")])
    assert loss_of(ask_erasure(room=fresh(room), person=amal.person, by=amal.person)).versions == []


def test_looking_changes_nothing(amal: Participant) -> None:
    erasure, before = asked(amal), store.updates_of(amal.room_id)
    assert loss_of(erasure) == loss_of(erasure)
    assert store.updates_of(amal.room_id) == before
