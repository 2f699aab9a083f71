"""The words of a group come into the main text, with their authors."""

import pytest
from django.core.exceptions import ValidationError

from backend.base import prose
from realtime import document, store
from realtime.actions import authors_of, breakouts_of, origins_of, post_passage
from realtime.models import GroupAuthor
from tests.realtime.rounds import child, groups, make, words_of
from tests.realtime.sessions import Session


def test_the_words_of_a_group_come_into_the_main_text_with_their_authors(session: Session) -> None:
    make(session, 1, question="What grows in shade?")
    session.do(session.lead, "breakouts", "send")
    room = child(session, 1)
    post_passage(room=room, by=session.amal.person, text="Ferns and ivy.\n\nAnd moss.")
    session.do(session.lead, "breakouts", "call_back")
    session.do(session.lead, "breakouts", "bring", group=1)
    title = groups(session)[0]["title"]
    assert words_of(session.room) == [("heading", title), ("paragraph", "Ferns and ivy."), ("paragraph", "And moss.")]
    assert {person.name for person in authors_of(session.room)} >= {"Amal"}
    assert "Gianni" not in {person.name for person in authors_of(session.room)}
    assert list(GroupAuthor.objects.values_list("person__name", flat=True)) == ["Amal"]
    said = document.read(store.updates_of(session.room.pk)[0])
    ids = {piece.id for piece in prose.blocks(said.content)}
    assert set(origins_of(session.room)) < ids
    assert set(origins_of(session.room).values()) == {room.pk}
    [told] = breakouts_of(session.room)
    assert (told["state"], told["groups"][0]["people"], told["groups"][0]["brought"]) == ("back", 2, True)


def test_only_chosen_blocks_come_and_an_empty_group_brings_nothing(session: Session) -> None:
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    room = child(session, 1)
    with pytest.raises(ValidationError, match="has not written yet"):
        session.do(session.lead, "breakouts", "bring", group=1)
    post_passage(room=room, by=session.amal.person, text="Ferns.\n\nMoss.")
    pieces = prose.blocks(document.read(store.updates_of(room.pk)[0]).content)
    session.do(session.lead, "breakouts", "bring", group=1, blocks=[pieces[2].id])
    assert [text for _kind, text in words_of(session.room)][1:] == ["Moss."]
    with pytest.raises(ValidationError):
        session.do(session.lead, "breakouts", "bring", group="nonsense")
