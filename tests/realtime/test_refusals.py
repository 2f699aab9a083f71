"""Bad input gets one kind refusal that says why and what to do, whichever way it comes: by socket, API or plain form."""

import html
import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pytest
from django.urls import reverse

from realtime import document, store, tools
from realtime.actions import add_assisted, leave_room, write_turns
from realtime.choices import Place
from realtime.models import Ballot, Participant, Room
from tests.realtime.factories import join, leader, make_room
from tests.realtime.sessions import Session
from tests.realtime.visits import browser

pytestmark = pytest.mark.django_db


class Order(NamedTuple):
    who: Participant
    tool: str
    command: str
    args: Mapping[str, Any]


@pytest.fixture
def scene() -> Session:
    room = make_room()
    Room.objects.in_city(room.city_id).filter(pk=room.pk).update(language="en")
    room.refresh_from_db()
    lead = leader(room)
    write_turns(room=room, turns=[(lead.person, "paragraph", "Six benches with backs.")])
    return Session(room, lead, join(room, place=Place.HALL), join(room, "Gianni"))


def poll(scene: Session, **fields: Any) -> str:
    draft = {"kind": "single", "question": "Where?", "options": ["Garden", "School"], "open": "on", **fields}
    scene.do(scene.lead, "polls", "draft", **draft)
    return str(scene.see(scene.lead, "polls")["polls"][0]["id"])


def check(scene: Session) -> str:
    scene.do(scene.lead, "consent", "prepare", open="on")
    return str(scene.see(scene.lead, "consent")["checks"][0]["id"])


def a_vote_after_the_close(scene: Session) -> Order:
    key = poll(scene)
    scene.do(scene.lead, "polls", "close", poll=key)
    return Order(scene.amal, "polls", "vote", {"poll": key, "choice": "o1"})


def an_answer_after_the_close(scene: Session) -> Order:
    key = check(scene)
    scene.do(scene.lead, "consent", "close", check=key)
    return Order(scene.amal, "consent", "answer", {"check": key, "answer": "agree"})


def a_vote_of_somebody_elsewhere(scene: Session) -> Order:
    return Order(scene.gianni, "polls", "vote", {"poll": poll(scene, eligible="hall"), "choice": "o1"})


def a_vote_for_somebody_with_a_phone(scene: Session) -> Order:
    return Order(scene.lead, "polls", "vote", {"poll": poll(scene), "choice": "o1", "for": str(scene.amal.pk)})


def two_answers_where_one_counts(scene: Session) -> Order:
    return Order(
        scene.amal, "polls", "vote", {"poll": poll(scene, kind="dots", budget=2), "dots-o1": "2", "dots-o2": "1"}
    )


def moving_an_idea_that_is_gone(scene: Session) -> Order:
    scene.do(scene.amal, "board", "add_note", column="c1", text="Shade sails")
    [key] = document.read(store.updates_of(scene.room.pk)[0]).board
    scene.do(scene.amal, "board", "delete_note", id=key)
    return Order(scene.gianni, "board", "move_note", {"id": key, "column": "c1"})


def groups_with_nobody_in_them(scene: Session) -> Order:
    return Order(scene.lead, "breakouts", "make", {"count": "12", "minutes": "10", "everyone": "1"})


def sending_a_group_that_is_empty(scene: Session) -> Order:
    scene.do(scene.lead, "breakouts", "make", count=2, minutes=10, choosing="hand", everyone="1")
    return Order(scene.lead, "breakouts", "send", {})


def a_step_of_no_time(scene: Session) -> Order:
    return Order(scene.lead, "agenda", "add", {"title": "Nothing", "minutes": "0"})


def a_step_of_a_week(scene: Session) -> Order:
    return Order(scene.lead, "agenda", "add", {"title": "For ever", "minutes": "10000"})


def leaving_the_lead_to_nobody(scene: Session) -> Order:
    return Order(scene.lead, "leading", "step_down", {})


def a_lead_for_a_guest(scene: Session) -> Order:
    return Order(scene.lead, "leading", "pass", {"id": str(scene.amal.pk)})


def coming_back_after_being_removed(scene: Session) -> Order:
    scene.do(scene.lead, "moderation", "remove", id=str(scene.amal.pk), reason="Shouting.")
    return Order(scene.amal, "speaking", "raise", {})


def sending_away_without_a_reason(scene: Session) -> Order:
    return Order(scene.lead, "moderation", "remove", {"id": str(scene.amal.pk), "reason": " "})


def making_somebody_watch_without_a_reason(scene: Session) -> Order:
    return Order(scene.lead, "door", "role", {"id": str(scene.amal.pk), "role": "observer"})


def taking_anothers_idea_away_without_a_reason(scene: Session) -> Order:
    scene.do(scene.amal, "board", "add_note", column="c1", text="Shade")
    [key] = document.read(store.updates_of(scene.room.pk)[0]).board
    return Order(scene.lead, "board", "delete_note", {"id": key})


def asking_about_a_text_twice(scene: Session) -> Order:
    key = check(scene)
    for who in (scene.amal, scene.gianni):
        scene.do(who, "consent", "answer", check=key, answer="agree")
    scene.do(scene.lead, "consent", "close", check=key)
    return Order(scene.lead, "consent", "prepare", {"open": "on"})


# What happens -> words of the refusal: why, and what to do.
REFUSALS: dict[Callable[[Session], Order], str] = {
    a_vote_after_the_close: "The vote is closed. Your last answer before that counts.",
    an_answer_after_the_close: "The vote is closed. Your last answer before that counts.",
    a_vote_of_somebody_elsewhere: "Only people in the hall vote on this. Are you there? Come in again and say so.",
    a_vote_for_somebody_with_a_phone: "You can only enter for people without a device who are in the room.",
    two_answers_where_one_counts: "You have 2 dots, and gave 3. Take some back.",
    moving_an_idea_that_is_gone: "Somebody took this idea away meanwhile. The others are still there.",
    groups_with_nobody_in_them: "Only 2 people are here, so a group would be empty. Make fewer groups.",
    sending_a_group_that_is_empty: "Put someone in, or take it away.",
    a_step_of_no_time: "A step takes between 1 and 600 minutes.",
    a_step_of_a_week: "A step takes between 1 and 600 minutes.",
    leaving_the_lead_to_nobody: "Nobody would lead the room then. Give the lead to someone first.",
    a_lead_for_a_guest: "To lead, one needs an account. They can make one now and keep what they did here.",
    coming_back_after_being_removed: "Shouting.",
    sending_away_without_a_reason: "Write something here.",
    making_somebody_watch_without_a_reason: "Write something here.",
    taking_anothers_idea_away_without_a_reason: "Write something here.",
    asking_about_a_text_twice: "Change the text and keep a new version to ask again.",
}


def by_socket(order: Order) -> str:
    told = tools.answer(order.who.room_id, order.who.pk, order.tool, order.command, order.args)
    assert told is not None
    assert told["code"]
    return told["detail"]


def by_api(order: Order) -> str:
    address = f"/api/v1/rooms/{order.who.room_id}/tools/{order.tool}/{order.command}/"
    answer = browser(order.who).post(address, order.args, content_type="application/json")
    assert answer.status_code in (400, 403, 409, 422)
    assert answer["content-type"].startswith("application/problem+json")
    return json.dumps(answer.json(), ensure_ascii=False)


def by_form(order: Order) -> str:
    room = order.who.room
    address = reverse("realtime:tool", args=[room.city.slug, room.slug, order.tool, order.command])
    answer = browser(order.who).post(address, order.args, follow=True)
    assert answer.status_code in (200, 400, 403)
    return html.unescape(answer.content.decode())


@pytest.mark.parametrize("way", [by_socket, by_api, by_form])
@pytest.mark.parametrize(("case", "words"), REFUSALS.items(), ids=[case.__name__ for case in REFUSALS])
def test_bad_input_is_refused_with_why_and_what_to_do(
    scene: Session, case: Callable[[Session], Order], words: str, way: Callable[[Order], str]
) -> None:
    order = case(scene)
    order.who.person.language = "en"
    order.who.person.save(update_fields=["language"])
    order.who.refresh_from_db()
    order.who.room = scene.room
    assert words in way(order)


@pytest.mark.parametrize("way", [by_socket, by_api, by_form])
def test_a_vote_given_twice_counts_once_and_the_last_one_holds(scene: Session, way: Callable[[Order], str]) -> None:
    key = poll(scene)
    for choice in ("o1", "o2"):
        order = Order(scene.amal, "polls", "vote", {"poll": key, "choice": choice})
        if way is by_socket:
            assert tools.answer(scene.room.pk, scene.amal.pk, *order[1:]) is None
        elif way is by_api:
            address = f"/api/v1/rooms/{scene.room.pk}/tools/polls/vote/"
            assert browser(scene.amal).post(address, order.args, content_type="application/json").status_code == 200
        else:
            by_form(order)
    assert [ballot.value for ballot in Ballot.objects.filter(room=scene.room, tool="polls")] == ["o2"]


def test_a_room_whose_last_facilitator_went_asks_for_another(scene: Session) -> None:
    add_assisted(room=scene.room, name="Nonna Pina", by=scene.lead.person)
    leave_room(participant=scene.lead)
    seen = tools.show(scene.room, tools.viewer_of(scene.amal), ["leading"])["leading"]
    assert (seen["alone"], seen["may_step_in"]) == (True, False)
