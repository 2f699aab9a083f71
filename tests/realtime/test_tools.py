"""What all tools share: one table, one refusal, and two orders at once."""

from functools import partial

import pytest
from django.http import Http404

from realtime import tools
from realtime.models import ToolState
from realtime.tools.base import Order
from tests.realtime.factories import join, leader, make_room
from tests.together import at_once


@pytest.mark.django_db
def test_an_unknown_tool_or_command_is_nothing() -> None:
    room = make_room()
    for tool, command in (("cards", "open"), ("door", "explode")):
        with pytest.raises(Http404):
            tools.do(room=room, tool=tool, command=command, by=leader(room).person, args={})


@pytest.mark.django_db
def test_an_argument_of_a_wrong_kind_is_refused_kindly() -> None:
    room = make_room()
    lead = leader(room)
    order = Order(room, lead.person, lead, {"text": {"a": 1}, "number": True}, {})
    for ask in (lambda: order.text("text"), lambda: order.number("number", 1, 5), lambda: order.other("text")):
        with pytest.raises(Exception) as refusal:  # noqa: PT011 - the kind is checked below
            ask()
        assert type(refusal.value).__name__ == "ValidationError"


@pytest.mark.django_db(transaction=True)
def test_hands_raised_at_the_same_moment_are_all_up() -> None:
    room = make_room()
    people = [join(room, f"Person {number}") for number in range(6)]
    orders = [partial(tools.do, room=room, tool="speaking", command="raise", by=who.person, args={}) for who in people]
    assert at_once(*orders) == [None] * 6
    assert len(ToolState.objects.get(room=room, tool="speaking").state["queue"]) == 6
