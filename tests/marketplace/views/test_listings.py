"""The list of offers, an offer's page, making one, and asking about it."""

import pytest
from django.test import Client
from django.urls import reverse

from backend.conversations.models import Flag, Post
from marketplace import actions
from marketplace.models import Listing
from tests.backend.activities.factories import Workshop, make_output
from tests.factories import make_citizen, make_city, make_moderator
from tests.marketplace.factories import GIFT, make_listing, make_own_listing
from tests.marketplace.visits import fund_of, of, order_page, page, text

pytestmark = pytest.mark.django_db


def test_the_list_narrows_by_words_way_kind_and_city(city, client):
    other = make_city("gdansk-test", name={"en": "Gdansk"})
    make_own_listing(city, title="City bike")
    make_listing(make_output(city, title="Seeds of basil", kind="plants"), modes=[GIFT])
    make_own_listing(other, title="Cargo bike")

    def found(**query):
        shown = text(client.get(page("list", city), query))
        return {title for title in ("City bike", "Seeds of basil", "Cargo bike") if title in shown}

    assert found() == {"City bike", "Seeds of basil"}
    assert found(q="bike") == {"City bike"}
    assert found(mode="gift") == {"Seeds of basil"}
    assert found(kind="plants") == {"Seeds of basil"}
    assert found(**{"in": "all", "q": "bike"}) == {"City bike", "Cargo bike"}
    assert found(**{"in": "gdansk-test"}) == {"Cargo bike"}
    assert found(mode="nonsense", kind="nonsense", page="x", **{"in": "nonsense"}) == {"City bike", "Seeds of basil"}
    assert "Nothing like this" in text(client.get(page("list", city), {"q": "zzz\x00"}))


def test_what_is_paused_closed_or_of_a_closed_city_is_not_in_the_list(city, client):
    listing = make_own_listing(city, title="City bike")
    actions.pause_listing(listing, by=listing.by)
    assert "City bike" not in text(client.get(page("list", city)))
    closed = make_city("closed-test")
    make_own_listing(closed, title="Lost bike")
    closed.is_open = False
    closed.save()
    assert "Lost bike" not in text(client.get(page("list", city), {"in": "all"}))


def test_pages_take_the_same_few_queries_however_many_rows_there_are(market, client, count_queries, max_queries):
    order = market.done()
    fund = fund_of(market)
    pages = [page("list", market.city), of("listing", market.listing), page("fund", market.city, fund.pk)]
    actions_of = [page("orders", market.city), order_page("order", order)]
    signed_in = Client(headers={"accept-language": "en"})
    signed_in.force_login(market.buyer)
    actions_of += pages
    keeper = Client(headers={"accept-language": "en"})
    keeper.force_login(market.contact)
    every = [(client, each) for each in pages] + [(signed_in, each) for each in actions_of] + [(keeper, pages[2])]
    for who, each in every:
        who.get(each)
    before = [count_queries(lambda who=who, each=each: who.get(each)) for who, each in every]
    for number in range(4):
        make_listing(market.output, by=market.maker, title=f"Bench {number}")
        market.done()
    for (who, each), count in zip(every, before, strict=True):
        with max_queries(12):
            assert who.get(each).status_code == 200
        assert count_queries(lambda who=who, each=each: who.get(each)) == count


def test_an_offer_tells_price_stock_place_share_and_makers(market, client):
    shown = text(client.get(of("listing", market.listing)))
    for words in (
        "€120",
        "5 ready",
        "Bagni, 9 to 18",
        "Where your €120 goes",
        "€18",
        "Legno Vivo, a party to the pact",
    ):
        assert words in shown
    assert "How it came to be" in shown
    assert market.pact.reference in shown


def test_an_offer_of_another_city_is_not_here(market, client):
    other = make_city()
    assert client.get(page("listing", other, market.listing.slug)).status_code == 404


def test_a_hidden_offer_is_there_for_its_own_side_only(market, client):
    actions.hide_listing(market.listing, by=make_moderator(market.city), reason="Not theirs.")
    assert client.get(of("listing", market.listing)).status_code == 404
    client.force_login(market.maker)
    assert "A moderator has hidden this." in text(client.get(of("listing", market.listing)))


def test_what_people_wrote_is_shown_as_text(city, client):
    listing = make_own_listing(city, title="<i>bike</i>", text="<script>alert(1)</script>")
    for each in (of("listing", listing), page("list", city)):
        assert "<script>alert" not in text(client.get(each))
        assert "<i>bike" not in text(client.get(each))


def test_an_offer_is_paused_and_opened_by_buttons(market, client):
    client.force_login(market.maker)
    for name, state in (("pause", "paused"), ("reopen", "open"), ("close", "closed")):
        client.post(of("step", market.listing, name))
        market.listing.refresh_from_db()
        assert market.listing.state == state
    assert client.post(of("step", market.listing, "explode")).status_code == 404
    client.force_login(market.buyer)
    assert client.post(of("step", market.listing, "close")).status_code == 403


def test_a_question_is_asked_and_answered_in_the_groups_name(market, client):
    client.force_login(market.buyer)
    client.post(of("ask", market.listing), {"text": "Does it fit on a balcony?"})
    question = Post.objects.in_city(market.city).get()
    client.force_login(market.maker)
    client.post(of("ask", market.listing), {"text": "There is a small one.", "parent": str(question.pk)})
    answer = question.replies.get()
    assert (question.kind, answer.kind, answer.on_behalf_of) == ("question", "answer", market.makers)
    shown = text(client.get(of("listing", market.listing)))
    assert shown.index("Does it fit on a balcony?") < shown.index("There is a small one.")
    assert client.post(of("ask", market.listing), {"text": ""}).status_code == 422


def test_an_offer_is_reported_once_and_a_moderator_hides_it(market, client):
    client.force_login(market.buyer)
    for _ in range(2):
        client.post(of("report", market.listing), {"reason": "false", "note": "Not made here."})
    flag = Flag.objects.in_city(market.city).get()
    assert flag.reference["id"] == str(market.listing.pk)
    assert client.post(of("report", market.listing), {}).status_code == 422
    assert client.post(of("hide", market.listing), {"reason": "x"}).status_code == 403
    client.force_login(make_moderator(market.city))
    assert client.post(of("hide", market.listing), {"reason": ""}).status_code == 422
    client.post(of("hide", market.listing), {"reason": "It is not theirs."})
    market.listing.refresh_from_db()
    assert market.listing.state == "hidden"


FORM = {
    "title": "Taranto bench",
    "pickup": "Bagni, 9 to 18",
    "modes": ["sale"],
    "sale_price_minor": "120,00",
    "sale_stock": "5",
    "gift_stock": "1",
}


def test_a_maker_chooses_what_to_offer_and_offers_it(city, client):
    shop = Workshop(city)
    client.force_login(shop.maker)
    assert "Taranto bench" in text(client.get(page("new", city)))
    new = f"{page('new', city)}?output={shop.output.slug}"
    assert "15% of what is paid goes to its commons fund" in text(client.get(new))
    answer = client.post(new, {**FORM, "on_behalf_of": shop.makers.slug, "modes": ["sale", "gift"]})
    listing = Listing.objects.in_city(city).get()
    assert answer.headers["Location"] == of("listing", listing)
    assert listing.on_behalf_of == shop.makers
    assert {offer.mode: (offer.price_minor, offer.stock) for offer in listing.modes.all()} == {
        "sale": (12000, 5),
        "gift": (None, 1),
    }


@pytest.mark.parametrize(
    ("price", "sentence"),
    [
        ("-1", "A price can not be below zero."),
        ("0.001", "The smallest step is €0.01."),
        ("1000000000000", "far too high"),
        ("ten euros", "Write a price as a number"),
        ("", "Say the price."),
        ("0", "Say the price."),
    ],
)
def test_a_bad_price_is_told_kindly_and_nothing_typed_is_lost(city, client, price, sentence):
    output = make_output(city)
    client.force_login(output.by)
    answer = client.post(
        f"{page('new', city)}?output={output.slug}", {**FORM, "sale_price_minor": price, "text": "Kept words"}
    )
    shown = text(answer)
    assert answer.status_code == 422
    assert sentence in shown
    assert "Kept words" in shown
    assert f'value="{price}"' in shown or not price
    assert not Listing.objects.in_city(city).exists()


def test_what_is_not_yours_you_can_not_offer(city, client):
    shop = Workshop(city)
    client.force_login(make_citizen(city))
    assert client.get(f"{page('new', city)}?output={shop.output.slug}").status_code == 403
    assert client.get(f"{page('new', city)}?output=nothing").status_code == 404
    assert "Nothing of yours" in text(client.get(page("new", city)))


def test_who_is_nobody_yet_signs_in_first(market, client):
    order = market.order()
    for each in (
        of("place_order", market.listing),
        of("ask", market.listing),
        of("report", market.listing),
        of("hide", market.listing),
        of("step", market.listing, "pause"),
        order_page("given", order),
        order_page("taken", order),
        order_page("cancel", order),
    ):
        answer = client.post(each)
        assert answer.status_code == 302, each
        assert answer.headers["Location"].startswith(reverse("account_login"))
    for each in (page("new", market.city), page("orders", market.city), order_page("order", order)):
        assert client.get(each).status_code == 302
