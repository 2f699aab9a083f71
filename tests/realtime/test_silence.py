"""Writing in silence, seen from the line: no frame to anyone else holds a word before all is shown."""

import json
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from pycrdt import Map

from realtime import tools
from realtime.hub import Hub
from realtime.models import Participant
from tests.realtime.factories import join, leader, make_room
from tests.realtime.scripted import Wire, enter, until


class Overheard(list[bytes]):
    """Every message that a wire got."""

    @classmethod
    def on(cls, wire: Wire) -> "Overheard":
        heard, read = cls(), wire._read

        def keep(message: bytes) -> None:
            heard.append(bytes(message))
            read(message)

        wire._read = keep  # type: ignore[method-assign]
        return heard

    def has(self, words: str) -> bool:
        return any(words.encode() in message or json.dumps(words)[1:-1].encode() in message for message in self)


def do(who: Participant, command: str, **args: Any) -> None:
    tools.do(room=who.room, tool="board", command=command, by=who.person, args=args)


def test_the_ear_hears_plain_and_escaped_words() -> None:
    assert Overheard([b"x secret y"]).has("secret")
    assert Overheard([rb"sh\u00e0de"]).has("shàde")


@pytest.fixture
def people(transactional_db: None) -> tuple[Participant, Participant, Participant]:
    room = make_room()
    return leader(room), join(room), join(room, "Gianni")


async def test_no_frame_to_others_holds_a_word_before_all_is_shown(
    hub: Hub, people: tuple[Participant, Participant, Participant]
) -> None:
    lead, amal, gianni = people
    order = sync_to_async(do, thread_sensitive=True)
    await order(lead, "silence")
    writer, other, leads = await enter(amal), await enter(gianni), await enter(lead)
    own, foreign, leading = (Overheard.on(wire) for wire in (writer, other, leads))
    await order(amal, "add_note", column="c1", text="a-secret-tap")
    await until(lambda: all(wire.states.get("board", {}).get("hidden") == 1 for wire in (other, leads)))
    await until(lambda: own.has("a-secret-tap"))
    assert not foreign.has("a-secret-tap")
    assert not leading.has("a-secret-tap")
    late = await enter(await sync_to_async(join)(amal.room, "Late"))
    assert "a-secret-tap" not in json.dumps(late.states)
    assert dict(late.doc.get("board", type=Map)) == {}
    await order(lead, "reveal")
    for heard in (foreign, leading):
        await until(lambda heard=heard: heard.has("a-secret-tap"))  # type: ignore[misc]
    for wire in (writer, other, leads, late):
        await wire.close()
