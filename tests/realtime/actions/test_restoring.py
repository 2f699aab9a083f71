"""A version comes back, word by word, from whoever leads."""

from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from backend.base import marks, prose
from backend.base.journal import JournalEntry
from backend.base.problems import Conflict
from backend.people.models import Person
from realtime import document, store
from realtime.actions import close_room, freeze_version, post_passage, restore_version, restoring, write_turns
from realtime.choices import PassageState, RoomRole
from realtime.models import Participant, Passage, Version
from realtime.store import past
from tests.realtime.factories import leader
from tests.realtime.pasts import fresh, said
from tests.realtime.sessions import Session
from tests.realtime.spoken import blocks, content

pytestmark = pytest.mark.django_db


def test_a_version_comes_back_word_by_word_and_everyone_keeps_what_they_wrote(written: Any) -> None:
    room, amal, bo = written
    lead = leader(room).person
    version = freeze_version(room=room, by=lead, title="First evening")
    post_passage(room=room, by=bo.person, text="Something that was too much.")
    head = restore_version(version=version, by=lead, reason="We agreed on the first text.")
    room = fresh(room)
    assert (said(room), room.head) == ([piece.text for piece in prose.blocks(version.content)], head)
    assert prose.clean(document.read(store.updates_of(room.pk)[0]).content) == version.content
    credits = past.past(room).read(room.head).credits
    assert [set(past.by_person(credit, past.voices(room))) for credit in credits] == [
        {amal.person_id},
        {bo.person_id},
        {amal.person_id},
    ]
    line = JournalEntry.objects.get(verb="room.restore")
    assert (line.subject_id, line.reason) == (str(version.pk), "We agreed on the first text.")
    kept = Version.objects.in_city(room.city_id).filter(room=room).order_by("-number").first()
    assert "Prima di rimettere la versione 1" in kept.title
    restore_version(version=kept, by=lead, reason="No, the second one.")
    assert said(room)[-1] == "Something that was too much."


def test_who_does_not_lead_puts_nothing_back(written: Any) -> None:
    room, amal, _bo = written
    version = freeze_version(room=room, by=leader(room).person, title="First evening")
    with pytest.raises(PermissionDenied):
        restore_version(version=version, by=amal.person, reason="I like it.")
    with pytest.raises(ValidationError):
        restore_version(version=version, by=leader(room).person, reason="It says this already.")


# --- What hangs on the words ------------------------------------------------------------------


@pytest.fixture
def marked(session: Session) -> tuple[Session, Version]:
    """Amal proposes words for the first paragraph, Gianni comments on the second and on the third."""
    post_passage(room=session.room, by=session.lead.person, text="Six benches\n\nShade in July\n\nA tap")
    version = freeze_version(room=fresh(session.room), by=session.lead.person, title="First evening")
    first, second, third = blocks(session)
    session.do(session.amal, "passages", "suggest", block=first.id, before=first.text, after=f"{first.text} of oak")
    for block, quote in ((second, "Shade"), (third, "tap")):
        session.do(
            session.gianni, "passages", "open", block=block.id, text="Which?", language="en", start=0, quote=block.text
        )
        assert quote in block.text
    version.room = fresh(session.room)
    return session, version


def hanging(session: Session) -> list[str]:
    """On which words something hangs."""
    return [(each.comment or each.insertion).strip() for each in marks.marked(prose.clean(content(session))).values()]


def states(session: Session) -> dict[str, str]:
    rows = Passage.objects.in_city(session.room.city_id).filter(room=session.room)
    return {row.quote or row.words: row.state for row in rows}


def test_an_identical_text_keeps_everything_and_there_is_nothing_to_do(marked: tuple[Session, Version]) -> None:
    session, version = marked
    head = fresh(session.room).head
    with pytest.raises(ValidationError, match="exactly this already"):
        restore_version(version=version, by=session.lead.person, reason="Again.")
    assert hanging(session) == ["of oak", "Shade in July", "A tap"]
    assert fresh(session.room).head == head


def test_what_hangs_on_paragraphs_that_stay_stays(marked: tuple[Session, Version]) -> None:
    session, version = marked
    post_passage(room=fresh(session.room), by=session.amal.person, text="Too much.")
    restore_version(version=version, by=session.lead.person, reason="We agreed so.")
    assert said(session.room) == ["Six benches", "Shade in July", "A tap"]
    assert hanging(session) == ["of oak", "Shade in July", "A tap"]
    assert set(states(session).values()) == {PassageState.OPEN}
    [item] = [each for each in session.see(session.lead, "passages")["items"] if each["kind"] == "suggestion"]
    session.do(session.lead, "passages", "accept", id=item["id"])
    assert said(session.room)[0] == "Six benches of oak"


def test_what_loses_its_words_is_settled_and_says_why(marked: tuple[Session, Version]) -> None:
    session, _version = marked
    lead = session.lead.person
    write_turns(room=fresh(session.room), turns=[(lead, "paragraph", "Nothing else")])
    other = freeze_version(room=fresh(session.room), by=lead)
    reworded = other.content
    reworded["content"][1]["content"][0]["text"] = "Shade in August"
    reworded["content"] = reworded["content"][1:]
    Version.objects.in_city(session.room.city_id).filter(pk=other.pk).update(content=reworded)
    other.room = fresh(session.room)
    restore_version(version=other, by=lead, reason="The roofs come later.")
    assert hanging(session) == ["A tap"]
    assert states(session) == {
        "of oak": PassageState.REJECTED,
        "Shade in July": PassageState.RESOLVED,
        "A tap": PassageState.OPEN,
    }
    line = JournalEntry.objects.get(verb="passage.rejected")
    assert "The roofs come later." in line.reason
    items = {each["quote"] or each["words"].strip(): each for each in session.see(session.amal, "passages")["items"]}
    assert "The roofs come later." in items["of oak"]["posts"][-1]["text"]
    assert str(other.number) in items["of oak"]["posts"][-1]["text"]
    assert len(items["A tap"]["posts"]) == 1


# --- What comes in between --------------------------------------------------------------------


def between(monkeypatch: pytest.MonkeyPatch, act: Any) -> None:
    """Something that another process does while the version is worked out."""
    real, done = restoring._planned, []

    def slow(*given: Any) -> Any:
        made = real(*given)
        if not done:
            done.append(act())
        return made

    monkeypatch.setattr(restoring, "_planned", slow)


def test_nothing_is_read_while_others_have_to_wait(written: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    room, _amal, bo = written
    version = freeze_version(room=room, by=leader(room).person)
    post_passage(room=fresh(room), by=bo.person, text="Something that was too much.")
    before, depths = len(connection.savepoint_ids), []

    def watched(real: Any, *given: Any) -> Any:
        depths.append(len(connection.savepoint_ids))
        return real(*given)

    for name in ("load", "updates_of", "rows_after"):
        real = getattr(store, name)
        monkeypatch.setattr(store, name, partial(watched, real))
    version.room = fresh(room)
    restore_version(version=version, by=leader(room).person, reason="Again.")
    assert set(depths) == {before}


def test_what_somebody_wrote_meanwhile_is_in_the_version_that_is_kept(
    written: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, _amal, bo = written
    version = freeze_version(room=room, by=leader(room).person)
    post_passage(room=fresh(room), by=bo.person, text="One")
    between(monkeypatch, lambda: post_passage(room=fresh(room), by=bo.person, text="Two"))
    version.room = fresh(room)
    restore_version(version=version, by=leader(room).person, reason="Again.")
    assert said(room)[-1] not in ("One", "Two")
    kept = Version.objects.in_city(room.city_id).filter(room=room).latest("number")
    assert [piece.text for piece in prose.blocks(kept.content)][-2:] == ["One", "Two"]
    moment = past.past(fresh(room)).read(kept.update_number)
    assert [piece.text for piece in prose.blocks(moment.content)][-2:] == ["One", "Two"]


def test_nothing_comes_back_into_a_room_that_was_closed_meanwhile(
    written: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, _amal, bo = written
    lead = leader(room).person
    version = freeze_version(room=room, by=lead)
    post_passage(room=fresh(room), by=bo.person, text="One")
    between(monkeypatch, lambda: close_room(room=fresh(room), by=lead))
    version.room = fresh(room)
    with pytest.raises(Conflict, match="closed"):
        restore_version(version=version, by=lead, reason="Again.")
    assert said(room)[-1] == "One"
    assert Version.objects.in_city(room.city_id).filter(room=room).count() == 1


def test_nor_by_who_does_not_lead_any_more(written: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    room, _amal, bo = written
    version = freeze_version(room=room, by=leader(room).person)
    post_passage(room=fresh(room), by=bo.person, text="One")
    seat = Participant.objects.in_city(room.city_id).filter(pk=bo.pk)
    seat.update(role=RoomRole.FACILITATOR)
    between(monkeypatch, lambda: seat.update(role=RoomRole.PARTICIPANT))
    version.room = fresh(room)
    with pytest.raises(PermissionDenied):
        restore_version(version=version, by=Person.objects.get(pk=bo.person_id), reason="Again.")
    assert said(room)[-1] == "One"
