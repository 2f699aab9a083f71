"""Bad input gets one kind refusal that says why and what to do, whichever way it comes: by socket, API or plain form."""

import html
import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pytest
from django.urls import reverse
from django.utils import timezone

from realtime import document, store, tools
from realtime.actions import add_assisted, leave_room, write_turns
from realtime.choices import Place
from realtime.models import Ballot, Participant, Room
from tests.realtime.factories import join, leader, make_room
from tests.realtime.sessions import Session
from tests.realtime.visits import browser, sent_again

pytestmark = pytest.mark.django_db


# Fields into which people write by hand.
TYPED = {"text", "reason", "title", "name", "question", "options", "how", "most"}


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


def a_message_too_soon_after_the_last(scene: Session) -> Order:
    scene.do(scene.lead, "moderation", "slow", seconds=60, reason="Let everyone read.")
    scene.do(scene.amal, "chat", "post", text="First.")
    return Order(scene.amal, "chat", "post", {"text": "The benches stand in the sun.", "language": "en"})


def a_message_of_somebody_muted(scene: Session) -> Order:
    scene.do(scene.lead, "moderation", "mute", id=str(scene.amal.pk), reason="Many messages.")
    return Order(scene.amal, "chat", "post", {"text": "Only one more thing."})


def a_message_while_the_chat_is_paused(scene: Session) -> Order:
    scene.do(scene.lead, "moderation", "pause_chat", reason="We listen now.")
    return Order(scene.amal, "chat", "post", {"text": "I see it in another way."})


def a_message_for_somebody_muted(scene: Session) -> Order:
    pina = add_assisted(room=scene.room, name="Nonna Pina", by=scene.lead.person)
    scene.do(scene.lead, "moderation", "mute", id=str(pina.pk), reason="Many messages.")
    return Order(scene.lead, "chat", "post", {"text": "She asks for shade.", "for": str(pina.pk)})


def an_idea_while_all_is_frozen(scene: Session) -> Order:
    scene.do(scene.lead, "moderation", "freeze", reason="Fire alarm, out please")
    return Order(scene.amal, "board", "add_note", {"column": "c1", "text": "A tap at the corner"})


def an_idea_on_a_closed_board(scene: Session) -> Order:
    scene.do(scene.lead, "board", "close", reason="We look at them together.")
    return Order(scene.amal, "board", "add_note", {"column": "c1", "text": "A tap at the corner"})


def an_idea_in_a_locked_column(scene: Session) -> Order:
    scene.do(scene.lead, "board", "add_column", title="Later")
    scene.do(scene.lead, "board", "lock_column", id="c1", reason="This one is done.")
    return Order(scene.amal, "board", "add_note", {"column": "c1", "text": "A tap at the corner"})


def an_idea_into_a_locked_text(scene: Session) -> Order:
    scene.do(scene.amal, "board", "add_note", column="c1", text="Shade")
    [key] = document.read(store.updates_of(scene.room.pk)[0]).board
    scene.do(scene.lead, "moderation", "lock", reason="Scribes write the last version.")
    return Order(scene.amal, "board", "into_text", {"id": key})


def a_hand_of_who_only_watches(scene: Session) -> Order:
    return Order(join(scene.room, "Olga", role="observer"), "speaking", "raise", {})


def an_idea_of_who_only_watches(scene: Session) -> Order:
    return Order(
        join(scene.room, "Olga", role="observer"), "board", "add_note", {"column": "c1", "text": "A tap at the corner"}
    )


def a_concern_without_an_answer(scene: Session) -> Order:
    return Order(scene.amal, "consent", "answer", {"check": check(scene), "text": "No way past for wheelchairs."})


def a_concern_after_the_close(scene: Session) -> Order:
    order = an_answer_after_the_close(scene)
    return order._replace(args={**order.args, "answer": "concern", "text": "No way past for wheelchairs."})


def two_options_in_one_place(scene: Session) -> Order:
    key = poll(scene, kind="ranking", options=["Garden", "School", "Square"])
    return Order(scene.amal, "polls", "vote", {"poll": key, "place-o1": "2", "place-o2": "2", "place-o3": "1"})


def a_reason_that_is_too_long(scene: Session) -> Order:
    return Order(scene.lead, "moderation", "remove", {"id": str(scene.gianni.pk), "reason": "He shouted. " * 40 + "?"})


def one_more_without_a_device_in_a_full_room(scene: Session) -> Order:
    for who in (scene.lead, scene.amal, scene.gianni):
        Participant.objects.in_city(scene.room.city_id).filter(pk=who.pk).update(seen_at=timezone.now())
    scene.do(scene.lead, "door", "limit", most=3)
    return Order(scene.lead, "door", "add", {"name": "Nonna Pina", "place": "hall"})


def a_check_beside_another(scene: Session) -> Order:
    scene.do(scene.lead, "consent", "prepare")
    return Order(scene.lead, "consent", "prepare", {"question": "Can you live with six benches?"})


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
    a_message_too_soon_after_the_last: "The chat is slow now. You can write again in",
    a_message_of_somebody_muted: "The log of the room says why, and there you can ask for a second look.",
    a_message_while_the_chat_is_paused: "until then you can raise your hand. The reason: We listen now.",
    a_message_for_somebody_muted: "Nonna Pina may not write in the chat for now. In the list of people you can",
    an_idea_while_all_is_frozen: "lets the room go on. The reason: Fire alarm, out please",
    an_idea_on_a_closed_board: "when the facilitator opens it. The reason: We look at them together.",
    an_idea_in_a_locked_column: "Choose another one, or ask the facilitator. The reason: This one is done.",
    an_idea_into_a_locked_text: "do it again when it is open. The reason: Scribes write the last version.",
    a_hand_of_who_only_watches: "You only watch here. Ask the facilitator to let you take part.",
    an_idea_of_who_only_watches: "You only watch here. Ask the facilitator to let you take part.",
    a_concern_without_an_answer: "Choose one of the three answers.",
    a_concern_after_the_close: "The vote is closed. Your last answer before that counts.",
    two_options_in_one_place: "Two options have the same place. Give every place once.",
    a_reason_that_is_too_long: "This is 81 letters too long. At most 400 fit.",
    one_more_without_a_device_in_a_full_room: "Let it hold more, under “The way in”, or wait until someone leaves.",
    a_check_beside_another: "is under way already",
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
    if not answer.redirect_chain:  # the form comes back with all that was in it
        assert answer.status_code in (400, 403, 409)
        assert sent_again(answer, address).items() >= kept(order).items()
    else:
        assert not TYPED & order.args.keys(), "what was typed was thrown away"
    return html.unescape(answer.content.decode())


def kept(order: Order) -> dict[str, Any]:
    """What the form that comes back has to hold: all of it, but for a column that takes no ideas."""
    locked = order.command == "add_note" and "c1" not in open_columns(order.who.room)
    return {name: value for name, value in order.args.items() if name != "column" or not locked}


def open_columns(room: Room) -> set[str]:
    return {each["id"] for each in tools.show(room, tools.NOBODY, ["board"])["board"]["columns"] if not each["locked"]}


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
