"""Every page of a room before who is not in it: at the door, removed, gone, of another city, or nobody."""

from typing import Any, Final

import pytest
from django.test import Client

from realtime import tools
from realtime.actions import freeze_version, join_room, post_passage, remove
from realtime.models import Poll
from realtime.urls import _ROOM, urlpatterns
from tests.factories import make_citizen, make_city
from tests.realtime.factories import join, leader, make_room
from tests.realtime.visits import ENGLISH, at, browser, page

pytestmark = pytest.mark.django_db

OUTSIDERS: Final = ("waiting", "removed", "left", "of another city", "nobody")
KEY: Final = "01900000-0000-7000-8000-000000000000"
# What each page of a room is asked for with; pages that only take forms are asked with one.
ASKED: Final[dict[str, tuple[str, dict[str, str] | None]]] = {
    "room": ("", None),
    "projector": ("projector/", None),
    "enter": ("enter/", {}),
    "leave": ("leave/", {}),
    "passage": ("passage/", {"text": "Mine."}),
    "paragraph": ("paragraphs/{block}/", None),
    "follow": ("follow/", None),
    "freeze": ("freeze/", {"title": "Mine"}),
    "submit": ("submit/", None),
    "close": ("close/", {}),
    "text": ("text/", None),
    "version": ("versions/1/", None),
    "version_text": ("versions/1/text/", None),
    "restore": ("versions/1/restore/", {"reason": "Mine."}),
    "history": ("history/", None),
    "compare": ("history/compare/", None),
    "erasure": ("erasure/", None),
    "answer_erasure": (f"erasure/{KEY}/", {"answer": "agree"}),
    "minutes": ("minutes/", None),
    "minutes_pdf": ("minutes/minutes.pdf", None),
    "note": ("notes/nnnnnnnn/", None),
    "photos": ("photos/", {}),
    "photo": (f"photos/{KEY}/400.webp", None),
    "log": ("log/", None),
    "messages": ("chat/", None),
    "signs": (f"chat/{KEY}/", None),
    "groups": ("groups/", None),
    "step_in": ("step-in/", None),
    "decided": ("decide/", None),
    "poll": ("decide/1/", None),
    "tool": ("tools/chat/post/", {"text": "Mine."}),
}
TELLS: Final = ("room", "follow", "text", "version", "version_text", "history", "compare", "log", "messages", "decided")
# What a person outside is told all the same: where they stand, and what concerns themselves.
TOLD: Final = {("room", "waiting"), ("erasure", "removed"), ("log", "removed")}


@pytest.fixture
def doors() -> Any:
    """A room that has a secret everywhere, and a browser for each who is not in it, and for one who is."""
    room = make_room(asks_before_admitting=False)
    lead, amal, out, gone = leader(room), join(room, "Amal"), join(room, "Out"), join(room, "Gone")

    def do(tool: str, command: str, **args: Any) -> None:
        tools.do(room=room, tool=tool, command=command, by=lead.person, args=args)

    post_passage(room=room, by=amal.person, text="Secret words.")
    freeze_version(room=room, by=lead.person, title="Secret name")
    do("chat", "post", text="Secret message")
    do("moderation", "lock", reason="Secret reason")
    do("polls", "draft", kind="single", question="Secret question?", options="One\nTwo", open="on")
    do("polls", "close", poll=str(Poll.objects.in_city(room.city_id).get(room=room).pk))
    browsers = {"removed": browser(out), "left": browser(gone), "inside": browser(amal), "nobody": Client()}
    remove(participant=out, by=lead.person, reason="Too loud.")
    browsers["left"].post(at(room, "leave/"))
    browsers["waiting"] = browser(join_room(code=room.short_code or "", name="Guess", address="192.0.2.9"))
    browsers["of another city"] = Client(headers=ENGLISH)
    browsers["of another city"].force_login(make_citizen(make_city("elsewhere")))
    return room, browsers


def test_every_page_of_a_room_is_asked_for() -> None:
    assert set(ASKED) == {each.name for each in urlpatterns if str(each.pattern).startswith(_ROOM)}


def test_nothing_of_a_room_is_told_outside_it(doors: Any) -> None:
    room, browsers = doors
    room.refresh_from_db()
    head, told = room.head, []
    for who in OUTSIDERS:
        for name, (path, form) in ASKED.items():
            address = at(room, path.format(block="bbbbbbbb"))
            answer = browsers[who].get(address) if form is None else browsers[who].post(address, form)
            served = answer.status_code == 200
            if served != ((name, who) in TOLD) or b"Secret" in answer.content:
                told.append(f"{name}, {who}: {answer.status_code}")
    room.refresh_from_db()
    assert not told
    assert room.head == head


def test_who_is_in_it_reads_all_of_that(doors: Any) -> None:
    room, browsers = doors
    for name in TELLS:
        answer = browsers["inside"].get(at(room, ASKED[name][0]))
        assert b"Secret" in answer.content, name


def test_a_closed_vote_is_not_told_either(doors: Any) -> None:
    room, browsers = doors
    for kind in ("html", "json", "csv"):
        address = f"{page(room, 'poll', 1)}?as={kind}"
        assert browsers["inside"].get(address).status_code == 200
        assert {browsers[who].get(address).status_code for who in OUTSIDERS} == {404}
