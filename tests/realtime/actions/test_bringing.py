"""The words of a group come into the main text, with their authors."""

import pytest
from django.core.exceptions import ValidationError

from backend.base import prose
from backend.merging import merge_guest
from realtime import document, store
from realtime.actions import authors_of, breakouts_of, freeze_version, origins_of, post_passage
from realtime.document.board import laid, shown, words
from realtime.models import GroupAuthor, Participant, Room
from tests.factories import make_person
from tests.realtime.rounds import child, groups, in_child, make, words_of
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


# --- Ideas ---------------------------------------------------------------------------------


def with_ideas(session: Session) -> Session:
    """A group whose two people had ideas and wrote no text; one idea was put into another."""
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    room = child(session, 1)
    inner = Session(room, in_child(room, session.lead), in_child(room, session.amal), in_child(room, session.gianni))
    for who, text in ((inner.amal, "Ferns"), (inner.gianni, "Ivy"), (inner.gianni, "Moss")):
        inner.do(who, "board", "add_note", column="c1", text=text)
    keys = keys_of(room)
    inner.do(inner.gianni, "board", "merge_note", id=keys["Moss"], into=keys["Ivy"])
    return inner


def keys_of(room: Room) -> dict[str, str]:
    return {note["text"]: key for key, note in document.read(store.updates_of(room.pk)[0]).board.items()}


def test_the_ideas_of_a_group_come_onto_the_main_board_by_the_hands_of_those_who_had_them(session: Session) -> None:
    inner = with_ideas(session)
    session.do(session.amal, "board", "add_note", column="c1", text="Shade")
    session.do(session.lead, "breakouts", "bring", group=1)
    said = document.read(store.updates_of(session.room.pk)[0])
    lanes = laid(shown(said.board), ["c1", "c2", "c3"])
    rows = [(words(each), each.note.group) for each in lanes["c1"]]
    title = groups(session)[0]["title"]
    assert rows == [("Shade", ""), ("Ferns", title), ("Ivy + Moss", title)]
    owners = store.owners(session.room.pk)
    there, before = keys_of(session.room), keys_of(inner.room)
    assert {name: there[name] for name in before} == before
    assert [owners[said.authors[there[name]]] for name in ("Ferns", "Ivy", "Moss")] == [
        session.amal.person_id,
        *[session.gianni.person_id] * 2,
    ]
    assert words_of(session.room) == []  # no heading over a text that nobody wrote
    assert breakouts_of(session.room)[0]["groups"][0]["brought"] is False
    with pytest.raises(ValidationError, match="nothing to bring"):
        session.do(session.lead, "breakouts", "bring", group=1)


def test_the_thread_from_an_idea_of_a_group_to_the_text_holds(session: Session) -> None:
    with_ideas(session)
    session.do(session.lead, "breakouts", "bring", group=1)
    session.do(session.lead, "board", "into_text", id=keys_of(session.room)["Ferns"])
    version = freeze_version(room=session.room, by=session.lead.person)
    assert [(idea.text, idea.person_id) for idea in version.ideas.all()] == [("Ferns", session.amal.person_id)]


def test_only_chosen_ideas_come(session: Session) -> None:
    inner = with_ideas(session)
    post_passage(room=inner.room, by=session.amal.person, text="A text.")
    session.do(session.lead, "breakouts", "bring", group=1, blocks=[keys_of(inner.room)["Ivy"]])
    assert set(keys_of(session.room)) == {"Ivy", "Moss"}
    assert words_of(session.room) == []
    session.do(session.lead, "breakouts", "bring", group=1)
    assert set(keys_of(session.room)) == {"Ferns", "Ivy", "Moss"}
    assert words_of(session.room)[1:] == [("paragraph", "A text.")]


def test_an_idea_of_who_took_an_account_since_is_that_account_s(session: Session) -> None:
    with_ideas(session)
    nadia = make_person("Nadia")
    merge_guest(guest=session.amal.person, into=nadia, by=nadia)
    session.do(session.lead, "breakouts", "bring", group=1)
    said = document.read(store.updates_of(session.room.pk)[0])
    owners = store.owners(session.room.pk)
    assert owners[said.authors[keys_of(session.room)["Ferns"]]] == nadia.pk
    assert not Participant.objects.across_cities().filter(room=session.room, person=session.amal.person).exists()
