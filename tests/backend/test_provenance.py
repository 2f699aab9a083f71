"""A listing tells its thread all the way back to the version of the text in the room."""

import re

import pytest
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import translation

from backend import provenance
from backend.activities import actions
from backend.conversations.models import Thread
from backend.pacts.models import ProposalVersion
from marketplace.actions import confirm_given, confirm_taken, order, settle_promise
from realtime.models import Room, Version
from tests.backend.activities.factories import Workshop, make_activity, make_output, make_pact
from tests.backend.pacts.factories import Case
from tests.factories import make_citizen, make_city
from tests.marketplace.factories import make_listing, make_own_listing

pytestmark = pytest.mark.django_db


class Whole:
    """The whole thread: a room's version, its proposal, the pact, an activity, a bench for sale."""

    def __init__(self) -> None:
        self.case = Case()
        self.city, keeper = self.case.city, self.case.keeper
        self.room = Room.objects.create(
            city=self.city,
            slug="shade-and-seats",
            title="Shade and seats",
            language="en",
            code="7KQ4XW2B",
            thread=Thread.objects.create(city=self.city),
            made_by=keeper,
        )
        self.version = Version.objects.create(
            city=self.city,
            room=self.room,
            number=3,
            update_number=17,
            title="For the city",
            content={"type": "doc"},
            sha256="0" * 64,
            by=keeper,
        )
        ProposalVersion.objects.in_city(self.city).update(origin={"kind": "version", "id": str(self.version.pk)})
        self.pact = self.case.in_force()
        activity = make_activity(self.city, by=keeper, days=-2, group=self.case.group, pact=self.pact)
        parts = [{"person": keeper}, {"person": self.case.neighbour}]
        self.output = make_output(self.city, by=keeper, activity=activity, contributions=parts)
        self.listing = make_listing(self.output, by=keeper)


@pytest.fixture
def whole():
    return Whole()


def kinds(steps):
    return [step["kind"] for step in steps]


def test_a_listing_leads_back_to_the_version_in_the_room(whole):
    steps = provenance.story_of_listing(whole.listing)
    assert kinds(steps) == ["room", "proposal", "pact", "activity", "made", "fund"]
    room, proposal, pact, activity, made, fund = steps
    assert room["url"] == reverse("realtime:version", args=[whole.city.slug, "shade-and-seats", 3])
    assert room["note"] == "“Shade and seats”, version 3 of the text"
    assert whole.case.proposal.reference in proposal["title"]
    assert whole.pact.reference in pact["title"]
    assert pact["note"] == "Signed by 2 parties"
    assert activity["url"] == reverse("activities:activity", args=[whole.city.slug, whole.output.activity.slug])
    assert (made["title"], made["note"]) == ("Made by 2 people", "Nadia")
    assert (fund["title"], fund["url"]) == ("€18 goes back to the commons fund", "")


def test_the_fund_is_linked_with_its_sum_as_soon_as_there_is_one(whole):
    buyer = make_citizen(whole.city)
    bought = order(whole.listing, by=buyer, mode="sale")
    confirm_given(bought, by=whole.case.keeper)
    bought = confirm_taken(bought, by=buyer)
    fund = provenance.fund_of(whole.pact)
    assert (fund.balance, fund.promised) == (0, 1800)
    settle_promise(bought, by=whole.case.officer)
    fund = provenance.fund_of(whole.pact)
    assert (fund.balance, fund.promised) == (1800, 0)
    step = provenance.story_of_listing(whole.listing)[-1]
    assert step["url"] == reverse("marketplace:fund", args=[whole.city.slug, fund.pk])
    assert step["note"] == "€18 so far"


def test_every_part_tells_its_own_part_of_the_story(whole):
    assert kinds(provenance.story_of_output(whole.output)) == ["room", "proposal", "pact", "activity", "made"]
    assert kinds(provenance.story_of_pact(whole.pact)) == ["room", "proposal", "pact"]
    assert kinds(provenance.story_of_proposal(whole.case.proposal)) == ["room", "proposal"]


@pytest.mark.parametrize(
    "origin",
    [{}, {"kind": "paper"}, {"kind": "version"}, {"kind": "version", "id": "0198c0de-0000-7000-8000-000000000001"}],
)
def test_a_text_that_did_not_come_from_a_room_begins_with_the_proposal(whole, origin):
    ProposalVersion.objects.in_city(whole.city).update(origin=origin)
    assert kinds(provenance.story_of_pact(whole.pact)) == ["proposal", "pact"]


def test_a_pact_that_was_brought_in_begins_with_itself():
    pact = make_pact(make_city())
    assert kinds(provenance.story_of_pact(pact)) == ["pact"]


def test_what_is_under_no_pact_begins_with_its_activity():
    listing = make_own_listing(make_city())
    assert kinds(provenance.story_of_listing(listing)) == ["activity", "made"]


def test_nobody_is_named_without_their_yes(whole):
    assert "Samira" not in str(provenance.story_of_listing(whole.listing))
    actions.credit_contributor(whole.output.contributions.get(person=whole.case.neighbour), by=whole.case.neighbour)
    whole.output = type(whole.output).objects.in_city(whole.city).for_page().get(pk=whole.output.pk)
    assert provenance.story_of_output(whole.output)[-1]["note"] == "Nadia, Samira"


def test_the_story_reads_in_the_readers_language(whole):
    with translation.override("hu"):
        steps = provenance.story_of_listing(whole.listing)
        drawn = Template("{% load copact %}{% thread steps %}").render(Context({"steps": steps}))
    assert re.search(r"\d{4}\. \w+ \d+\. ", drawn)
    assert re.search(r"\d{4}\. [a-zéá]+\. Nadia", drawn)
    assert ".." not in drawn


def test_the_tags_draw_the_thread_and_the_fund(whole):
    page = Template(
        "{% load copact provenance %}{% story_of thing as steps %}{% thread steps %}{% fund_of pact as fund %}{{ fund }}"
    )
    shown = page.render(Context({"thing": whole.listing, "pact": whole.pact}))
    assert shown.count("<li") == 6
    assert "knot--fund" in shown


def test_the_whole_thread_stands_on_the_page_in_a_dozen_questions(whole, max_queries):
    shop = Workshop(make_city())
    assert shop.output
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_citizen(whole.city))
    address = reverse("marketplace:listing", args=[whole.city.slug, whole.listing.slug])
    client.get(address)
    with max_queries(12):
        page = client.get(address).content.decode()
    assert page.index("version 3 of the text") < page.index(f"Proposal {whole.case.proposal.reference}")
    output = reverse("activities:output", args=[whole.city.slug, whole.output.slug])
    with max_queries(12):
        assert client.get(output).status_code == 200
