"""The words of a group come into the main text, with their authors."""

from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F

from backend.base import prose
from backend.base.problems import Conflict
from backend.merging import merge_guest
from realtime import document, store
from realtime.actions import (
    agree_erasure,
    ask_erasure,
    authors_of,
    breakouts_of,
    bringing,
    freeze_version,
    origins_of,
    post_passage,
)
from realtime.actions.anew import rewrite
from realtime.actions.erasing import take_words_out
from realtime.choices import ErasureState, RoomRole, RoomState
from realtime.document.board import laid, shown, words
from realtime.models import BreakoutGroup, Erasure, GroupAuthor, Participant, Room
from tests.factories import make_person
from tests.realtime.pasts import fresh
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


# --- Words that are on their way out --------------------------------------------------------


def with_two(session: Session) -> Room:
    """A group in which Amal and Gianni wrote, and Amal had an idea."""
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    room = child(session, 1)
    post_passage(room=room, by=session.amal.person, text="Amal lives in via Agliè 9.")
    post_passage(room=room, by=session.gianni.person, text="Ivy.")
    Session(room, session.lead, session.amal, session.gianni).do(
        in_child(room, session.amal), "board", "add_note", column="c1", text="A ramp at Agliè 9"
    )
    return room


def agreed(room: Room, session: Session) -> Erasure:
    made = ask_erasure(room=fresh(room), person=session.amal.person, by=session.amal.person)
    agree_erasure(erasure=made, by=session.lead.person, reason="Of course.")
    return made


def done(erasure: Erasure) -> str:
    return take_words_out.call(str(erasure.pk))


def test_nothing_comes_out_of_a_group_while_words_are_being_taken_out_of_it(session: Session) -> None:
    """The main room's are out first; those of its groups follow, and must not come back between the two."""
    post_passage(room=session.room, by=session.amal.person, text="Amal in the main room.")
    room = with_two(session)
    first = agreed(session.room, session)
    assert done(first) == "done"
    second = Erasure.objects.across_cities().get(room=room)
    for state in (ErasureState.AGREED, ErasureState.WORKING, ErasureState.FAILED):
        Erasure.objects.across_cities().filter(pk=second.pk).update(state=state)
        with pytest.raises(Conflict, match="Words to take out"):
            session.do(session.lead, "breakouts", "bring", group=1)
    Erasure.objects.across_cities().filter(pk=second.pk).update(state=ErasureState.AGREED)
    assert words_of(session.room) == []
    assert done(second) == "done"
    session.do(session.lead, "breakouts", "bring", group=1)
    assert [text for _kind, text in words_of(session.room)][1:] == ["Ivy."]
    assert document.read(store.updates_of(session.room.pk)[0]).board == {}


def test_nor_after_the_main_text_was_written_anew_and_before_its_groups_have_their_turn(session: Session) -> None:
    post_passage(room=session.room, by=session.amal.person, text="Amal in the main room.")
    with_two(session)
    first = agreed(session.room, session)
    session.do(session.lead, "breakouts", "bring", group=1)  # nothing is out yet: it goes with the rest
    assert "Amal lives in via Agliè 9." in str(words_of(session.room))
    Erasure.objects.across_cities().filter(pk=first.pk).update(state=ErasureState.WORKING)
    first = Erasure.objects.across_cities().select_related("room", "person", "answered_by").get(pk=first.pk)
    rewrite(first)
    assert [text for _kind, text in words_of(session.room)][1:] == ["Ivy."]
    with pytest.raises(Conflict, match="Words to take out"):
        session.do(session.lead, "breakouts", "bring", group=1)


def test_what_was_read_of_a_group_before_words_left_it_does_not_come(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ideas alone come in; the text is read, then the group's erasure is agreed and done, then it is written."""
    room = with_two(session)
    real = bringing.text_of

    def slow(group: BreakoutGroup) -> document.Text | None:
        said = real(group)
        assert done(agreed(room, session)) == "done"
        return said

    monkeypatch.setattr(bringing, "text_of", slow)
    with pytest.raises(Conflict, match="Words to take out"):
        session.do(session.lead, "breakouts", "bring", group=1)
    said = document.read(store.updates_of(session.room.pk)[0])
    assert (said.content["content"], said.board) == ([], {})


# --- Rights that went meanwhile ---------------------------------------------------------------


def test_nothing_comes_into_a_room_that_was_closed_meanwhile(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """The writing begins again, as the close raised the epoch, and must not go on under the new one."""
    with_two(session)
    session.do(session.lead, "breakouts", "call_back")
    real = document.graft

    def slow(*given: Any) -> dict[str, str]:
        Room.objects.in_city(session.room.city_id).filter(pk=session.room.pk).update(
            state=RoomState.CLOSED, epoch=F("epoch") + 1
        )
        return real(*given)

    monkeypatch.setattr(document, "graft", slow)
    with pytest.raises(PermissionDenied):
        bringing.bring_text(room=fresh(session.room), by=session.lead.person, group=group_of(session))
    assert words_of(session.room) == []


def test_nor_by_who_does_not_lead_any_more(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    with_two(session)
    helper = session.gianni
    Participant.objects.in_city(session.room.city_id).filter(pk=helper.pk).update(role=RoomRole.FACILITATOR)
    real = document.graft

    def slow(*given: Any) -> dict[str, str]:
        Participant.objects.in_city(session.room.city_id).filter(pk=helper.pk).update(role=RoomRole.PARTICIPANT)
        Room.objects.in_city(session.room.city_id).filter(pk=session.room.pk).update(epoch=F("epoch") + 1)
        return real(*given)

    monkeypatch.setattr(document, "graft", slow)
    with pytest.raises(PermissionDenied, match="Only the facilitator"):
        bringing.bring_text(room=fresh(session.room), by=helper.person, group=group_of(session))
    assert words_of(session.room) == []


def group_of(session: Session) -> UUID:
    return BreakoutGroup.objects.get(breakout__room=session.room).pk


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
