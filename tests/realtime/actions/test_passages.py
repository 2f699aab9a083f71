"""What is typed into a suggestion while it is decided, and words that two would take away."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from backend.base.problems import Conflict
from realtime import document, store, tools
from realtime.actions import post_passage
from realtime.actions.text import write_log
from realtime.models import Room
from tests.realtime.sessions import Session
from tests.realtime.spoken import blocks


@pytest.fixture
def written(session: Session) -> Session:
    post_passage(room=session.room, by=session.lead.person, text="Six steel benches\n\nShade 😀 in July")
    return session


def test_what_is_typed_into_a_suggestion_while_it_is_decided_is_decided_after_it(written: Session) -> None:
    """Gianni's letters come a moment after the decision, marked as part of what Amal proposed."""
    block = blocks(written)[0]
    written.do(written.amal, "passages", "suggest", block=block.id, before=block.text, after=f"{block.text} Soon.")
    [item] = written.see(written.lead, "passages")["items"]
    assert item["rest"] is None
    written.do(written.lead, "passages", "accept", id=item["id"])
    mark = {"id": item["id"], "by": str(written.amal.pk), "at": None}
    room = Room.objects.in_city(written.room.city_id).get(pk=written.room.pk)
    hand = (written.gianni.person_id, written.gianni.pk)

    def late(scratch: document.Scratch, known: document.Known) -> Any:
        def write(fragment: Any) -> None:
            fragment.children[0].children[0].insert(0, "Very ", {"insertion": mark})

        yield hand, scratch.written(document.new_client(known.clocks), write)

    write_log(room, late)
    assert not blocks(written)[0].text.startswith("Very")
    [item] = written.see(written.lead, "passages")["items"]
    assert (item["state"], item["rest"]) == ("accepted", {"accepts": True, "rejects": True})
    assert written.see(written.gianni, "passages")["items"][0]["rest"] == {"accepts": False, "rejects": False}
    written.do(written.lead, "passages", "accept", id=item["id"])
    assert blocks(written)[0].text.startswith("Very ")
    with pytest.raises(Conflict):
        written.do(written.lead, "passages", "reject", id=item["id"])


def test_words_that_somebody_proposed_to_take_away_are_not_taken_away_twice(written: Session) -> None:
    block = blocks(written)[0]
    first = block.text.split()[0]
    written.do(
        written.amal, "passages", "suggest", block=block.id, before=block.text, after=f"X{block.text[len(first) :]}"
    )
    with pytest.raises(ValidationError, match="already"):
        written.do(
            written.gianni,
            "passages",
            "suggest",
            block=block.id,
            before=block.text,
            after=f"Y{block.text[len(first) :]}",
        )
    [item] = written.see(written.lead, "passages")["items"]
    assert item["quote"] == first
    written.do(written.lead, "passages", "accept", id=item["id"])
    assert blocks(written)[0].text == f"X{block.text[len(first) :]}"


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How deep in transactions the stored text was read, each time."""
    depths: list[int] = []

    def watched(read: Any) -> Any:
        def reading(room: Any) -> Any:
            depths.append(len(connection.savepoint_ids))
            return read(room)

        return reading

    for name in ("load", "updates_of"):
        monkeypatch.setattr(store, name, watched(getattr(store, name)))
    return depths


def test_the_text_is_read_once_for_a_decision_and_before_anything_is_locked(
    written: Session, reads: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    block, outside = blocks(written)[0], len(connection.savepoint_ids)
    reads.clear()
    written.do(written.amal, "passages", "suggest", block=block.id, before=block.text, after=f"{block.text} Soon.")
    assert reads == [outside]
    [item] = written.see(written.lead, "passages")["items"]
    assert (item["quote"], item["words"]) == ("", "Soon.")
    for command in ("accept", "open"):
        reads.clear()
        about = {"id": item["id"]} if command == "accept" else {"block": blocks(written)[1].id, "text": "Where?"}
        reads.clear()
        written.do(written.lead, "passages", command, **about)
        assert reads == [outside]


def test_what_was_written_between_the_reading_and_the_decision_stays(
    written: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    block = blocks(written)[0]
    written.do(written.amal, "passages", "suggest", block=block.id, before=block.text, after=f"{block.text} Soon.")
    [item] = written.see(written.lead, "passages")["items"]
    turn = tools.in_turn

    def late() -> Any:
        monkeypatch.setattr(tools, "in_turn", turn)
        post_passage(room=written.room, by=written.gianni.person, text="Meanwhile.")
        return turn()

    monkeypatch.setattr(tools, "in_turn", late)
    written.do(written.lead, "passages", "accept", id=item["id"])
    assert [each.text for each in blocks(written)] == [f"{block.text} Soon.", "Shade 😀 in July", "Meanwhile."]
