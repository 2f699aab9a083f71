"""Questions about an offer, and what each side learns of the other."""

import pytest
from django.core.exceptions import PermissionDenied

from marketplace import actions
from marketplace.choices import NEWS
from tests.factories import (
    make_moderator,
)

pytestmark = pytest.mark.django_db


def news(person) -> list[str]:
    return list(person.notifications.order_by("at", "id").values_list("kind", flat=True))


def test_each_side_learns_what_the_other_did(market):
    order = market.order()
    actions.confirm_given(order, by=market.maker)
    actions.confirm_taken(order, by=market.buyer)
    actions.cancel_order(market.order(), by=market.maker)
    assert news(market.maker) == ["order_reserved", "order_done", "order_reserved"]
    assert news(market.buyer) == ["order_given", "order_cancelled"]
    told = market.buyer.notifications.first().reference
    assert told["url"].endswith("/")
    assert "Taranto bench" in told["title"]


def test_a_question_is_answered_in_the_name_it_is_offered_in_and_both_learn_of_it(market):
    asked = actions.ask(market.listing, by=market.buyer, text="Does it fit?", language="en")
    answer = actions.ask(market.listing, by=market.maker, text="Yes.", language="en", parent=asked)
    assert (asked.kind, answer.kind, answer.on_behalf_of) == ("question", "answer", market.makers)
    assert (news(market.maker), news(market.buyer)) == (["listing_asked"], ["listing_answered"])


def test_what_is_hidden_is_told_with_its_reason_and_nothing_more_is_said_there(market):
    actions.hide_listing(market.listing, by=make_moderator(market.city), reason="It is not theirs.")
    assert (market.listing.hidden_reason, news(market.maker)) == ("It is not theirs.", ["listing_hidden"])
    with pytest.raises(PermissionDenied):
        actions.ask(market.listing, by=market.maker, text="Why?", language="en")


def test_every_kind_of_news_has_its_words():
    assert all(str(words).endswith((".", "?")) for words in NEWS.values())
