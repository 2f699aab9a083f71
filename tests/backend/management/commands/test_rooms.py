"""What operators do with rooms: ask whether they are whole, and take them out."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pycrdt import Doc, XmlFragment

from realtime import store
from realtime.actions import freeze_version, write_notes, write_turns
from realtime.models import ClientClock, Participant, Room, Snapshot
from realtime.protocol import read_vector
from tests.realtime.factories import damage, join, make_room

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("guards")]


@pytest.fixture
def room() -> Room:
    made = make_room()
    amal = join(made)
    write_turns(
        room=made, turns=[(amal.person, "heading", "The <bench> 😀"), (amal.person, "paragraph", "One for all")]
    )
    write_notes(room=made, notes=[(amal.person, "c1", "Shade", 1)])
    freeze_version(room=made, by=made.made_by, title="First", reason="To see")
    store.snapshot(made.pk)
    return Room.objects.across_cities().get(pk=made.pk)


def verified(*names: Any) -> str:
    said = io.StringIO()
    try:
        call_command("room_verify", *names, stdout=said)
    except CommandError as problem:
        said.write(str(problem))
    return said.getvalue()


def test_a_whole_room_holds(room: Room) -> None:
    for name in (str(room.pk), room.code, room.slug, room.code.lower()):
        assert "holds" in verified(name)
    assert f"{room.head} updates" in verified()


def test_a_room_that_is_not_there_is_said(room: Room) -> None:
    assert "There is no room nowhere." in verified("nowhere")


def test_damage_of_every_kind_is_named(room: Room) -> None:
    damage(room, 1, b"\xff\xff")
    said = verified()
    assert "update 1 is missing, or its bytes are not what was stored" in said
    assert "still says what damaged ones said; keep it" in said
    assert "1 of 1 rooms do not hold." in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda room: damage(room, room.head, None), "the head is"),
        (lambda room: Snapshot.objects.filter(room=room).update(data=b"\0\0"), "the snapshot is damaged"),
        (lambda room: Snapshot.objects.filter(room=room).update(number=1), "says something else"),
        (lambda room: ClientClock.objects.filter(room=room).update(clock=1), "is at 1, and its updates go to"),
        (lambda room: room.versions.update(sha256="x"), "version 1 is not what was frozen"),
        (lambda room: Room.objects.across_cities().filter(pk=room.pk).update(log=2), "of an older log"),
    ],
    ids=["end cut off", "snapshot", "another snapshot", "clocks", "version", "log"],
)
def test_what_does_not_fit_together_is_named(room: Room, change: Any, said: str) -> None:
    change(room)
    assert said in verified(room.code)


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
