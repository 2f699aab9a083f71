"""A text is taken along in every form, by those who may read it."""

import json
from typing import Any

import pytest
from django.test import Client

from realtime.actions import write_turns
from tests.realtime.factories import make_room
from tests.realtime.visits import ENGLISH, at, browser, enter, page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "ending"), [("html", "html"), ("markdown", "md"), ("text", "txt"), ("prosemirror", "json")]
)
def test_a_version_and_the_text_of_now_can_be_taken_along(recorded: Any, kind: str, ending: str) -> None:
    room, amal = recorded
    for part in (f"versions/1/text/?as={kind}", f"text/?as={kind}&download"):
        answer = browser(amal).get(at(room, part))
        assert answer.status_code == 200
        name = "the-gardens-of-the-street" + ("-v1" if "versions" in part else "")
        assert f'filename="{name}.{ending}"' in answer["Content-Disposition"]
        body = answer.content.decode()
        assert "They stand in the sun." in body
        if kind == "prosemirror":
            assert json.loads(body)["type"] == "doc"
        if kind == "html":
            assert body.startswith("<!doctype html>")
            assert f'lang="{room.language}"' in body
    assert Client(headers=ENGLISH).get(at(room, f"versions/1/text/?as={kind}")).status_code == 404
    assert browser(amal).get(at(room, "versions/1/text/?as=exe")).status_code == 404


def test_the_text_is_taken_along_in_three_forms(client: Client) -> None:
    room = make_room()
    enter(client, room)
    write_turns(room=room, turns=[(room.made_by, "heading", "Why <not>"), (room.made_by, "list_item", "one")])
    assert client.get(page(room, "text") + "?as=markdown").content.decode() == "## Why \\<not\\>\n\n- one\n"
    assert "<h2" in client.get(page(room, "text") + "?as=html").content.decode()
    assert client.get(page(room, "text")).content.decode() == "Why <not>\n\n- one\n"
    assert client.get(page(room, "text") + "?as=exe").status_code == 404
