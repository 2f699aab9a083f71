"""A note has one photo, an idea in silence one name, and a version each thread from an idea once."""

import pytest

from realtime.models import NotePhoto, Room, SilentNote, Version, VersionIdea
from tests.realtime.factories import join, make_room
from tests.refusing import refused


@pytest.fixture
def room(db: None) -> Room:
    return make_room()


def photo(room: Room, note: str) -> NotePhoto:
    facts = {"alt": "x", "path": "p", "widths": [400, 800], "width": 800, "height": 600, "bytes": 9}
    return NotePhoto.objects.create(city=room.city, room=room, note=note, by=room.made_by, **facts)


def test_a_note_has_one_photo(room: Room) -> None:
    photo(room, "n1")
    refused(lambda: photo(room, "n1"))
    photo(make_room(), "n1")


def test_a_photo_is_read_as_the_picture_that_it_is(room: Room) -> None:
    picture = photo(room, "n1").picture
    assert (picture.widths, picture.width, picture.height, picture.bytes) == ((400, 800), 800, 600, 9)
    assert all(name.startswith("p/") for name in picture.names)


def test_an_idea_written_in_silence_has_a_name_of_its_own(room: Room) -> None:
    facts = {"room": room, "key": "n1", "column": "c1", "text": "Shade"}
    SilentNote.objects.create(person=join(room).person, **facts)
    refused(lambda: SilentNote.objects.create(person=room.made_by, **facts))


def test_a_version_names_each_who_had_the_idea_once(room: Room) -> None:
    amal = join(room).person
    version = Version.objects.create(
        city=room.city, room=room, number=1, update_number=0, content={}, sha256="x", by=amal
    )
    facts = {"version": version, "block": "b1", "note": "n1", "text": "Shade"}
    VersionIdea.objects.create(**facts, person=amal)
    refused(lambda: VersionIdea.objects.create(**facts, person=amal))
    VersionIdea.objects.create(**facts, person=room.made_by)
