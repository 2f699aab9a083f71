"""The board's own pages: photos for who may see the room, and one idea with all its forms."""

from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from realtime import store, tools
from realtime.actions import acts_of, add_assisted, freeze_version
from realtime.choices import Access
from realtime.document import board as boards
from realtime.models import NotePhoto, Participant, Room
from tests.access.world import picture
from tests.backend.base.pictures import with_position
from tests.factories import make_citizen
from tests.realtime.boards import fields_of
from tests.realtime.factories import join, leader, make_room
from tests.realtime.visits import browser, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def send(client: Client, room: Room, *, script: bool = False, **fields: Any) -> Any:
    address = reverse("realtime:photos", args=[room.city.slug, room.slug])
    body = {"file": picture(), "column": "c1", "text": "The dry fountain", **fields}
    headers = {"accept": "application/json"} if script else {}
    return client.post(address, body, headers=headers)


def file_of(room: Room, photo: NotePhoto, width: int = 400, kind: str = "webp") -> str:
    return reverse("realtime:photo", args=[room.city.slug, room.slug, photo.pk, width, kind])


def do(who: Participant, command: str, **args: Any) -> None:
    tools.do(room=who.room, tool="board", command=command, by=who.person, args=args)


def test_a_photo_becomes_a_note_by_form_and_by_script() -> None:
    room = make_room()
    amal = join(room)
    assert send(browser(amal), room).url.endswith("#ideas")
    answer = send(browser(amal), room, script=True, text="")
    assert answer.status_code == 201
    notes = boards.notes_of(fields_of(room))
    texts = {note.text for note in notes.values()}
    assert "The dry fountain" in texts
    assert len(texts) == 2
    assert not any("Amal" in text for text in texts), "a photo without words names nobody"
    photo = NotePhoto.objects.in_city(room.city).get(note=answer.json()["note"])
    assert notes[photo.note].image == str(photo.pk)
    file = browser(amal).get(file_of(room, photo))
    assert (file.status_code, file["Content-Type"]) == (200, "image/webp")
    assert "private" in file["Cache-Control"]
    file.getvalue()


def test_a_photo_of_somebody_without_a_device_is_theirs_and_only_who_leads_enters_it() -> None:
    room = make_room()
    pina = add_assisted(room=room, name="Nonna Pina", by=leader(room).person)
    theirs = {"for": str(pina.pk)}
    assert send(browser(join(room)), room, script=True, **theirs).status_code == 403
    assert send(browser(leader(room)), room, script=True, **theirs, text="").status_code == 201
    assert NotePhoto.objects.in_city(room.city).get().by == pina.person
    assert send(browser(leader(room)), room, script=True, **{"for": str(join(room, "Gianni").pk)}).status_code == 400


def test_where_a_photo_was_taken_is_not_kept() -> None:
    room = make_room()
    amal = join(room)
    send(browser(amal), room, file=SimpleUploadedFile("a.jpg", with_position(), "image/jpeg"))
    photo = NotePhoto.objects.in_city(room.city).get()
    answer = browser(amal).get(file_of(room, photo, kind="jpg"))
    (body,) = [answer.getvalue()]
    assert b"Exif" not in body


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"file": SimpleUploadedFile("a.svg", b"<svg xmlns='x'/>", "image/svg+xml")}, 400),
        ({"file": SimpleUploadedFile("a.jpg", b"no picture", "image/jpeg")}, 400),
        ({"file": ""}, 400),
        ({"column": "c9"}, 400),
        ({"text": "x" * 301}, 400),
    ],
)
def test_odd_photos_are_refused_with_a_sentence_and_nothing_stays(fields: dict[str, Any], code: int) -> None:
    room = make_room()
    answer = send(browser(join(room)), room, script=True, **fields)
    assert answer.status_code == code
    assert answer.json()["detail"]
    assert not NotePhoto.objects.across_cities().exists()
    assert fields_of(room) == {}


def test_a_photo_is_seen_by_who_may_see_the_room_alone() -> None:
    room = make_room()
    amal = join(room)
    send(browser(amal), room)
    photo = NotePhoto.objects.in_city(room.city).get()
    stranger = Client()
    stranger.force_login(make_citizen(room.city))
    for client in (Client(), stranger):
        assert client.get(file_of(room, photo)).status_code == 404
        assert client.get(f"/media/{photo.path}/400.webp").status_code == 404
    assert browser(join(room, "Gianni")).get(file_of(room, photo)).getvalue()
    other = make_room()
    assert browser(leader(other)).get(file_of(other, photo)).status_code == 404
    Room.objects.in_city(room.city).filter(pk=room.pk).update(access=Access.PUBLIC)
    assert Client().get(file_of(room, photo)).getvalue()


def test_a_photo_of_a_group_comes_with_its_idea_and_not_before() -> None:
    room = make_room()
    amal, lead, gianni = join(room), leader(room), join(room, "Gianni")

    def order(command: str, **args: Any) -> None:
        tools.do(room=room, tool="breakouts", command=command, by=lead.person, args=args)

    order("make", count=2, minutes=5, choosing="hand", everyone="1")
    order("put", id=str(amal.pk), group="1")
    order("put", id=str(gianni.pk), group="2")
    order("send")
    inner = Room.objects.across_cities().select_related("city").get(parent=room, participants__person=amal.person)
    send(browser(amal), inner)
    photo = NotePhoto.objects.in_city(room.city).get()
    assert browser(gianni).get(file_of(room, photo)).status_code == 404
    order("bring", group="1")
    assert browser(gianni).get(file_of(room, photo)).getvalue()
    assert file_of(room, photo, 800) in browser(gianni).get(page(room)).content.decode()
    assert browser(gianni).get(file_of(inner, photo)).status_code == 404
    do(lead, "delete_note", id=photo.note, reason="It was there twice.")
    assert browser(gianni).get(file_of(room, photo)).status_code == 404
    do(lead, "restore_note", id=photo.note)
    assert browser(gianni).get(file_of(room, photo)).getvalue()


def test_for_the_photos_of_groups_a_text_that_stays_as_it_is_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    room = make_room()
    inner, amal = make_room(city=room.city), join(room)
    Room.objects.in_city(room.city).filter(pk=inner.pk).update(parent=room)
    send(browser(leader(inner)), inner)
    photo = NotePhoto.objects.in_city(room.city).get()
    read, updates_of = [], store.updates_of

    def reading(key: UUID) -> tuple[list[bytes], int, list[int]]:
        read.append(key)
        return updates_of(key)

    monkeypatch.setattr(store, "updates_of", reading)
    for _look in range(3):
        assert browser(amal).get(file_of(room, photo)).status_code == 404
    assert read == [room.pk]


def test_in_silence_a_photo_is_seen_by_who_took_it_alone() -> None:
    room = make_room()
    amal, lead = join(room), leader(room)
    do(lead, "silence")
    send(browser(amal), room)
    photo = NotePhoto.objects.in_city(room.city).get()
    assert fields_of(room) == {}
    assert browser(lead).get(file_of(room, photo)).status_code == 404
    assert browser(amal).get(file_of(room, photo)).getvalue()
    do(lead, "reveal")
    assert browser(lead).get(file_of(room, photo)).getvalue()
    assert photo.note in fields_of(room)


# --- One idea ------------------------------------------------------------------------------


def note_page(room: Room, key: str) -> str:
    return reverse("realtime:note", args=[room.city.slug, room.slug, key])


def form(client: Client, room: Room, command: str, **fields: str) -> Any:
    return client.post(
        reverse("realtime:tool", args=[room.city.slug, room.slug, "board", command]), fields, follow=True
    )


def test_everything_is_done_with_an_idea_without_script() -> None:
    room = make_room()
    amal, lead = join(room), leader(room)
    mine, theirs = browser(amal), browser(lead)
    form(mine, room, "add_note", column="c1", text="Shade")
    form(theirs, room, "add_note", column="c1", text="Sails")
    one, two = sorted(fields_of(room), key=lambda key: fields_of(room)[key]["order"])
    assert note_page(room, one) in mine.get(reverse("realtime:room", args=[room.city.slug, room.slug])).content.decode()
    assert mine.get(note_page(room, one)).context["mine"] is True
    assert mine.get(note_page(room, two)).context["mine"] is False
    for command, fields in (
        ("move_note", {"column": "c2", "place": "top"}),
        ("colour_note", {"colour": "3"}),
        ("group_note", {"group": "Light"}),
        ("edit_note", {"text": "More shade"}),
    ):
        form(mine, room, command, id=one, **fields)
    assert fields_of(room)[one] | {"order": 0} == {
        "text": "More shade",
        "column": "c2",
        "order": 0,
        "colour": 3,
        "group": "Light",
    }
    form(mine, room, "merge_note", id=two, into=one)
    form(theirs, room, "into_text", id=one)
    version = freeze_version(room=room, by=lead.person, title="First")
    told = mine.get(reverse("realtime:version", args=[room.city.slug, room.slug, version.number])).content.decode()
    assert note_page(room, one) in told
    assert "More shade" in told
    shown = mine.get(note_page(room, two))
    assert shown.context["note"]["id"] == one
    assert [step["kind"] for step in shown.context["steps"]] == ["room", "room"]
    form(mine, room, "split_note", id=two)
    form(mine, room, "delete_note", id=one)
    gone = mine.get(note_page(room, one))
    assert (gone.status_code, gone.templates[0].name) == (404, "realtime/note_gone.html")
    answer = form(mine, room, "move_note", id=one, column="c1")
    assert [str(message) for message in answer.context["messages"]]
    assert Client().get(note_page(room, two)).status_code == 404


def test_dots_on_ideas_stand_on_the_board_once_they_are_counted() -> None:
    room = make_room()
    lead, people = leader(room), [join(room, f"Person {number}") for number in range(4)]
    for text in ("Shade sails", "Six benches"):
        do(lead, "add_note", column="c1", text=text)
    page = reverse("realtime:room", args=[room.city.slug, room.slug])
    draft = {"kind": "board", "question": "What first?", "budget": 3, "open": "on"}
    tools.do(room=room, tool="polls", command="draft", by=lead.person, args=draft)
    [poll] = tools.show(room, tools.viewer_of(lead), ["polls"])["polls"]["polls"]
    assert sorted(fields_of(room)) == sorted(option["note"] for option in poll["options"])
    shown = browser(lead).get(page).content.decode()
    assert "What first?" in shown
    assert 'note__count">3' not in shown
    benches = next(option["id"] for option in poll["options"] if option["text"] == "Six benches")
    for person in people:
        args = {"poll": poll["id"], "value": {benches: 3}}
        tools.do(room=room, tool="polls", command="vote", by=person.person, args=args)
    tools.do(room=room, tool="polls", command="close", by=lead.person, args={"poll": poll["id"]})
    assert '<b class="note__count">12 ' in browser(lead).get(page).content.decode()


def test_who_leads_mends_an_idea_for_somebody_without_a_device_without_script() -> None:
    room = make_room()
    lead, amal = leader(room), join(room)
    pina = add_assisted(room=room, name="Pina", by=lead.person)
    mine, theirs = browser(lead), browser(amal)
    form(mine, room, "add_note", column="c1", text="A bensh", **{"for": str(pina.pk)})
    form(theirs, room, "add_note", column="c1", text="Shade")
    one, two = sorted(fields_of(room), key=lambda key: fields_of(room)[key]["order"])
    assert mine.get(note_page(room, one)).context["helped"] == str(pina.pk)
    assert "Keep these words for Pina" in mine.get(note_page(room, one)).content.decode()
    assert "Keep these words for" not in mine.get(note_page(room, two)).content.decode()
    assert "Keep these words for" not in theirs.get(note_page(room, one)).content.decode()
    form(
        mine,
        room,
        "edit_note",
        id=one,
        text="A bench",
        reason="So that everyone understands it.",
        **{"for": str(pina.pk)},
    )
    assert fields_of(room)[one]["text"] == "A bench"
    assert not acts_of(room).exists()
