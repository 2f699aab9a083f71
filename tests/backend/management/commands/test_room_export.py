"""A room is taken out whole, by an operator."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pycrdt import Doc, XmlFragment

from realtime.models import Participant, Room
from realtime.protocol import read_vector
from tests.realtime.factories import damage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("guards")]


def test_a_room_is_taken_out_whole(room: Room, tmp_path: Path) -> None:
    call_command("room_export", room.code, str(tmp_path / "out"), stdout=io.StringIO())
    out = tmp_path / "out"
    doc: Doc[Any] = Doc()
    doc.apply_update((out / "merged.bin").read_bytes())
    assert "One for all" in str(doc.get("document", type=XmlFragment))
    again: Doc[Any] = Doc()
    for each in sorted((out / "updates").glob("*.bin")):
        again.apply_update(each.read_bytes())
    assert read_vector(again.get_state()) == read_vector(doc.get_state())
    assert "The &lt;bench&gt; 😀" in (out / "text.html").read_text()
    assert "One for all" in (out / "text.md").read_text()
    assert "One for all" in (out / "text.txt").read_text()
    assert json.loads((out / "text.json").read_text())["type"] == "doc"
    assert [note["text"] for note in json.loads((out / "board.json").read_text()).values()] == ["Shade"]
    assert json.loads((out / "versions/0001.about.json").read_text())["title"] == "First"
    index = json.loads((out / "updates/index.json").read_text())
    assert (index["head"], len(index["updates"]), index["damaged"]) == (room.head, room.head, [])
    amal = Participant.objects.across_cities().get(room=room, person__name="Amal")
    people = json.loads((out / "contributors.json").read_text())
    assert {each["person"] for each in people.values()} == {str(amal.person_id)}
    assert "Amal" not in "".join(path.read_text("latin-1") for path in out.rglob("*") if path.is_file())


def test_it_comes_as_a_zip_too_and_overwrites_nothing(room: Room, tmp_path: Path) -> None:
    damage(room, 2, b"\xff")
    call_command("room_export", room.slug, str(tmp_path / "room.zip"), stdout=io.StringIO())
    with zipfile.ZipFile(tmp_path / "room.zip") as archive:
        assert archive.testzip() is None
        assert "README.txt" in archive.namelist()
        assert json.loads(archive.read("updates/index.json"))["damaged"] == [2]
    with pytest.raises(CommandError, match="exists already"):
        call_command("room_export", room.slug, str(tmp_path / "room.zip"))
