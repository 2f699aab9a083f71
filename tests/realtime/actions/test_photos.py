"""Photos on the board: not without end, gone some time after their note, and never left behind."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from realtime import tools
from realtime.actions.photos import post_photo, sweep_photos
from realtime.models import NotePhoto, Participant
from tests.access.world import picture
from tests.factories import make_citizen
from tests.realtime.boards import fields_of
from tests.realtime.factories import join, leader, make_room

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.fixture
def amal(db: None) -> Participant:
    return join(make_room())


def post(who: Participant, **more: Any) -> NotePhoto:
    return post_photo(room=who.room, by=who.person, **{"file": picture(), "column": "c1", **more})


def do(who: Participant, command: str, **args: Any) -> None:
    tools.do(room=who.room, tool="board", command=command, by=who.person, args=args)


def files() -> list[Path]:
    return [path for path in Path(NotePhoto.storage().location).rglob("*") if path.is_file()]


def test_a_photo_is_a_note_that_says_how_large_it_is(amal: Participant) -> None:
    photo = post(amal, text="The dry fountain")
    note = fields_of(amal.room)[photo.note]
    assert (note["text"], note["column"]) == ("The dry fountain", "c1")
    assert note["image"] == {"id": str(photo.pk), "width": photo.width, "height": photo.height, "bytes": photo.bytes}


@pytest.mark.parametrize("language", ["en", "it"])
def test_a_photo_without_words_names_nobody(amal: Participant, language: str) -> None:
    amal.room.language = language
    photo = post(amal)
    assert "Amal" not in photo.alt
    assert fields_of(amal.room)[photo.note]["text"] == photo.alt


def test_who_is_not_in_the_room_posts_none_and_no_file_stays(amal: Participant) -> None:
    with pytest.raises(PermissionDenied):
        post_photo(room=amal.room, by=make_citizen(amal.room.city), file=picture(), column="c1")
    with pytest.raises(ValidationError) as refusal:
        post(amal, file=BytesIO(b"no picture"))
    assert list(refusal.value.error_dict) == ["file"]
    assert not NotePhoto.objects.across_cities().exists()


def test_where_the_note_cannot_be_made_the_file_goes_again(amal: Participant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realtime.actions.board.NOTE", 3)
    with pytest.raises(ValidationError):
        post(amal, text="Longer than a note")
    assert files() == []


def test_a_room_holds_so_many_and_one_person_sends_so_many_an_hour(
    amal: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("realtime.actions.photos.IN_AN_HOUR", 2)
    monkeypatch.setattr("realtime.actions.photos.IN_A_ROOM", 3)
    post(amal), post(amal)
    for who, code in ((amal, "too_many"), (join(amal.room, "Bo"), ""), (join(amal.room, "Cleo"), "many")):
        if not code:
            post(who)
            continue
        with pytest.raises(ValidationError) as refusal:
            post(who)
        assert refusal.value.error_dict["file"][0].code == code


def test_photos_go_some_days_after_their_note_and_stay_when_it_comes_back(
    amal: Participant, django_capture_on_commit_callbacks: Any
) -> None:
    photo = post(amal)
    do(amal, "delete_note", id=photo.note)
    assert sweep_photos() == 0
    do(amal, "restore_note", id=photo.note)
    sweep_photos()
    photo.refresh_from_db()
    assert photo.gone_at is None
    do(amal, "delete_note", id=photo.note)
    sweep_photos()
    NotePhoto.objects.in_city(amal.room.city).update(gone_at=timezone.now() - timedelta(days=8))
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep_photos() == 1
    assert not NotePhoto.objects.across_cities().exists()
    assert not photo.storage().exists(f"{photo.path}/400.webp")


def test_a_photo_that_waits_in_silence_is_on_no_board_yet_and_stays(amal: Participant) -> None:
    do(leader(amal.room), "silence")
    photo = post(amal, silent=True)
    sweep_photos()
    photo.refresh_from_db()
    assert photo.gone_at is None


def test_an_idea_taken_back_in_silence_takes_its_photo_along(
    amal: Participant, django_capture_on_commit_callbacks: Any
) -> None:
    do(leader(amal.room), "silence")
    photo = post(amal, silent=True)
    with django_capture_on_commit_callbacks(execute=True):
        do(amal, "take_back", id=photo.note)
    assert not photo.storage().exists(f"{photo.path}/400.webp")
    assert not NotePhoto.objects.across_cities().exists()


def test_a_photo_of_a_group_stays_while_its_idea_is_on_the_main_board(amal: Participant) -> None:
    lead = leader(amal.room)

    def order(command: str, **args: Any) -> None:
        tools.do(room=amal.room, tool="breakouts", command=command, by=lead.person, args=args)

    order("make", count=1, minutes=5, everyone="1")
    order("send")
    inner = (
        Participant.objects.across_cities()
        .select_related("room", "person")
        .get(person=amal.person, room__parent=amal.room)
    )
    photo = post(inner)
    order("bring", group="1")
    do(inner, "delete_note", id=photo.note)
    sweep_photos()
    photo.refresh_from_db()
    assert photo.gone_at is None
    do(amal, "delete_note", id=photo.note)
    sweep_photos()
    photo.refresh_from_db()
    assert photo.gone_at is not None
