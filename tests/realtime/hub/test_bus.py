"""What other processes wrote arrives, with and without a hint."""

from typing import Any
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async

from realtime import document, store
from realtime.actions import post_passage
from realtime.hub import Hub
from realtime.models import Participant
from tests.realtime.hub.orders import rows_of
from tests.realtime.scripted import enter, until

pytestmark = pytest.mark.usefixtures("each_way")


async def test_words_from_a_form_reach_those_who_are_live(hub: Hub, amal: Participant, gianni: Participant) -> None:
    one = await enter(amal)
    one.paragraph("live")
    await until(lambda: one.saved == one.sent)
    await sync_to_async(post_passage)(room=amal.room, by=gianni.person, text="From paper.\n\nSecond part.")
    await until(lambda: "Second part." in str(one.text))
    one.paragraph("and on")
    await until(lambda: one.saved == one.sent)
    said = document.read(await sync_to_async(rows_of)(amal.room))
    assert len(said.content["content"]) == 4


async def test_rows_of_another_process_arrive_within_a_second_without_any_hint(
    hub: Hub, amal: Participant, gianni: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await enter(amal)
    monkeypatch.setattr("realtime.broadcast._local", [])
    await sync_to_async(post_passage)(room=amal.room, by=gianni.person, text="From elsewhere.")
    await until(lambda: "From elsewhere." in str(one.text), patience=3)


async def test_what_another_process_wrote_is_asked_for_with_its_writers_alone(
    hub: Hub, amal: Participant, gianni: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await enter(amal, client=71)
    one.paragraph("live")
    await until(lambda: one.saved == one.sent)
    read, told = store.owners, []

    def owners(*asked: Any) -> dict[int, UUID]:
        told.append(read(*asked))
        return told[-1]

    monkeypatch.setattr(store, "owners", owners)
    await sync_to_async(post_passage)(room=amal.room, by=gianni.person, text="From paper.")
    await until(lambda: "From paper." in str(one.text))
    assert [set(each.values()) for each in told] == [{gianni.person_id}]
