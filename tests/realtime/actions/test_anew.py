"""A log is written anew without somebody's words: once, with all that came meanwhile, and every other hand and time as it was."""

import pytest

from backend.base.journal import JournalEntry
from realtime import document, store
from realtime.actions import agree_erasure, ask_erasure, freeze_version, write_turns
from realtime.actions.anew import Anew, rewrite, told_for
from realtime.choices import ErasureState
from realtime.models import ClientClock, Erasure, Participant, Room, Snapshot, Update
from tests.realtime.factories import damage, leader
from tests.realtime.pasts import agree, first_rows, fresh, said

Written = tuple[Room, Participant, Participant]


@pytest.fixture
def erasure(written: Written) -> Erasure:
    """Agreed to, and not yet done: Amal's words."""
    room, amal, _bo = written
    made = ask_erasure(room=room, person=amal.person, by=amal.person)
    agree_erasure(erasure=made, by=leader(room).person, reason="Of course.")
    made.room = fresh(room)
    return made


def test_it_is_done_once_however_often_it_is_given_out(erasure: Erasure) -> None:
    rewrite(erasure)
    log = fresh(erasure.room).log
    again = Erasure.objects.across_cities().select_related("room", "person", "answered_by").get(pk=erasure.pk)
    rewrite(again)
    assert (log, fresh(erasure.room).log) == (2, 2)
    assert JournalEntry.objects.filter(verb="room.anew").count() == 1


def test_a_row_that_comes_while_it_is_prepared_is_taken_over(erasure: Erasure) -> None:
    room = erasure.room
    assert erasure.answered_by is not None
    made = Anew(fresh(room), erasure.person, erasure.answered_by)
    made.prepare()
    before = len(made.entries)
    write_turns(room=fresh(room), turns=[(leader(room).person, "paragraph", "One more.")])
    assert made.finish(erasure)
    assert len(made.entries) == before + 1
    assert said(room) == ["Old people need to sit down somewhere.", "One more."]


def test_nobody_goes_on_with_an_id_of_before(written: Written, erasure: Erasure) -> None:
    room, _amal, bo = written
    before = set(ClientClock.objects.filter(room=room).values_list("client", flat=True))
    rewrite(erasure)
    now = ClientClock.objects.filter(room=room, log=2)
    assert not before & set(now.values_list("client", flat=True))
    assert set(now.values_list("person", flat=True)) >= {bo.person_id}
    assert not Update.objects.filter(room=room, log=1).exists()


def test_times_and_hands_of_the_others_are_those_of_before(written: Written, erasure: Erasure) -> None:
    room, _amal, bo = written
    before = list(Update.objects.filter(room=room, participant=bo).order_by("number").values_list("at", flat=True))
    rewrite(erasure)
    after = list(Update.objects.filter(room=room, participant=bo).order_by("number").values_list("at", flat=True))
    assert after == before


def test_a_version_points_at_its_moment_in_the_new_log(written: Written) -> None:
    room, amal, _bo = written
    lead = leader(room).person
    version = freeze_version(room=room, by=lead)
    write_turns(room=fresh(room), turns=[(lead, "paragraph", "Later.")])
    made = ask_erasure(room=fresh(room), person=amal.person, by=amal.person)
    agree_erasure(erasure=made, by=lead, reason="Of course.")
    made.room = fresh(room)
    rewrite(made)
    version.refresh_from_db()
    assert version.first_sha256
    texts = str(document.read(first_rows(room.pk, version.update_number)).content)
    assert "Old people" in texts
    assert "Later." not in texts


def test_who_only_looks_reads_the_same_words_and_hands(written: Written) -> None:
    room, amal, _bo = written
    with told_for(room, [amal.person_id]) as (timeline, clients):
        assert clients
        assert "Agliè" in str(timeline.read().content)
        assert "Agliè" not in str(timeline.read(without=clients).content)


def test_what_only_the_snapshot_still_says_is_taken_over_from_it(written: Written) -> None:
    room, amal, _bo = written
    store.snapshot(room.pk)
    damage(room, 3, b"\xff")
    assert Snapshot.objects.filter(room=room).exists()
    erasure = ask_erasure(room=room, person=amal.person, by=amal.person)
    agree(erasure, leader(room).person)
    assert (erasure.state, erasure.problem) == (ErasureState.DONE, "")
    assert (said(room), store.verify(room.pk).faults) == (["Old people need to sit down somewhere."], [])


def test_who_prepared_before_words_of_somebody_else_went_begins_again(written: Written, erasure: Erasure) -> None:
    room, _amal, bo = written
    assert erasure.answered_by is not None
    made = Anew(fresh(room), erasure.person, erasure.answered_by)
    made.prepare()
    other = ask_erasure(room=fresh(room), person=bo.person, by=bo.person)
    agree(other, leader(room).person)
    assert not made.finish(erasure)
    rewrite(erasure)
    assert (other.state, said(room), store.verify(room.pk).faults) == (ErasureState.DONE, [], [])
