"""The demo: its fixed points hold, it loads once, and every page that it leads to can be read."""

import re
from collections import Counter
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client

from backend.base.canonical import sha256
from backend.cities.actions import load_city
from backend.cities.models import City
from backend.demo.people import PASSWORD
from backend.demo.story import Story
from backend.impact.choices import Verdict
from backend.impact.indicators import Scope, counted, readings, sessions
from backend.impact.models import Study
from backend.management.commands.load_demo import tell
from backend.pacts.models import Pact, Proposal
from backend.people.models import Person
from marketplace import ledger
from marketplace.models import LedgerEntry, Listing
from realtime import document, store
from realtime.models import Ballot, Minutes, Room
from realtime.tally import FEW
from realtime.tools import NOBODY, show, viewer_of

pytestmark = pytest.mark.django_db

CITIES = ("budapest", "cluj-napoca", "gdansk", "torino")
ROLES = ("citizen", "maker", "facilitator", "officer", "researcher", "admin")
FUNDS = {"torino": 68_400, "gdansk": 112_000, "budapest": 4_160_000, "cluj-napoca": 106_200}


def rows() -> Counter[str]:
    ours = ("backend", "realtime", "marketplace")
    models = [model for model in apps.get_models() if model.__module__.startswith(ours)]
    return Counter({model._meta.label: model._base_manager.count() for model in models})


def test_loaded_twice_it_stands_once_and_keeps_its_fixed_points(settings):
    settings.DEMO = True
    for slug in CITIES:
        load_city(slug=slug)
    call_command("load_demo", stdout=StringIO())
    once = rows()
    call_command("load_demo", stdout=StringIO())
    assert rows() == once
    for city in City.objects.all():
        holds_its_fixed_points(city)
        keeps_its_thread(city)
        adds_up(city)
        says_only_what_it_knows(city)
        goes_on_in_its_room(city)
        has_led_a_session(city)


def holds_its_fixed_points(city: City) -> None:
    """What interfaces outside the project rely on."""
    for role in ROLES:
        person = Person.objects.get(email=f"{role}@{city.slug}.example")
        assert person.check_password(PASSWORD), person.email
    room = Room.objects.in_city(city).get(slug="demo")
    assert (room.state, room.access) == ("open", "public")
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{8}", room.code)
    assert re.fullmatch(r"\d{6}", room.short_code)
    assert room.head > 20
    assert city.commons_rows.across_cities().count() >= 12


def keeps_its_thread(city: City) -> None:
    """From a sentence in a room to money in the fund, and all the way back."""
    pact = Pact.objects.in_city(city).get(studies__isnull=False)
    assert pact.state == "active"
    assert {signature.sha256 for signature in pact.latest().signatures.all()} == {pact.latest().sha256}
    sourced = [clause for clause in pact.latest().clauses.all() if clause.block_ids]
    assert len(sourced) >= 3
    version = pact.proposal.versions.get()
    room = Room.objects.in_city(city).get(proposal=pact.proposal)
    assert version.origin["id"] == str(room.versions.get().pk)
    assert version.sha256 == room.versions.get().sha256
    written = str(version.content)
    assert all(block in written for clause in sourced for block in clause.block_ids)
    assert pact.proposal.authorships.count() >= 5
    assert Listing.objects.in_city(city).filter(output__pact=pact, modes__mode="sale").exists()
    states = set(Proposal.objects.in_city(city).values_list("state", flat=True))
    assert {"published", "under_assessment", "co_design", "signed"} <= states


def adds_up(city: City) -> None:
    """The fund holds what the pact's last report says; the ledger adds up to nothing."""
    pact = Pact.objects.in_city(city).get(studies__isnull=False)
    assert ledger.balance(ledger.fund_of(pact, city.currency)) == FUNDS[city.slug]
    assert ledger.balance(ledger.promised_to(pact, city.currency)) > 0
    assert sum(LedgerEntry.objects.in_city(city).values_list("amount", flat=True)) == 0
    figures = {figure.key: figure.value for figure in counted(Scope(city, pact), sessions(Scope(city, pact)))}
    assert figures["fund"] == FUNDS[city.slug]


def says_only_what_it_knows(city: City) -> None:
    """Each study has a finding, and at least one number that is not clear."""
    study = Study.objects.in_city(city).get()
    told = readings(Scope(city, study.pact))
    assert study.finding
    assert Verdict.UNCLEAR in {each.verdict for each in told}
    assert all(each.latest for each in told)


def goes_on_in_its_room(city: City) -> None:
    """Whenever a visitor comes: a step whose clock has not run out, and something to do with every tool."""
    room = Room.objects.in_city(city).get(slug="demo")
    states = show(room, NOBODY)
    assert states["agenda"]["now"] == 3
    assert states["agenda"]["ends_at"] is None
    poll = room.polls.get()
    assert (poll.kind, poll.state) == ("dots", "open")
    assert Ballot.objects.filter(room=room).count() >= FEW
    lead = show(room, viewer_of(room.participants.select_related("person").get(person=room.made_by)))
    assert max(message["signs"]["ask"] for message in lead["chat"]["questions"]) >= 3
    assert len(lead["chat"]["pinned"]) == 1
    assert len(lead["speaking"]["queue"]) == 1
    assert {row.kind for row in room.passages.filter(state="open")} == {"comment", "suggestion"}
    assert room.participants.filter(person__kind="assisted").count() == 2
    assert room.versions.count() == 1
    groups = {note.get("group") for note in document.read(store.updates_of(room.pk)[0]).board.values()}
    assert len(groups - {None}) == 2


def has_led_a_session(city: City) -> None:
    """From the door to minutes that the group agreed to, all of it in its own past."""
    minutes = Minutes.objects.in_city(city).select_related("room", "proposed").get(state="published")
    room = minutes.room
    assert (room.state, minutes.agreed, minutes.audience) == ("closed", True, "public")
    check = room.checks.get()
    assert (check.outcome, check.concerns.get().state) == ("agreed", "resolved")
    assert check.decision.text_sha256 == check.version.sha256
    assert [version.number for version in room.versions.order_by("number")] == [1, 2, 3]
    assert len({version.sha256 for version in room.versions.all()}) == 3
    assert room.polls.get().result["votes"] == check.turnout["answered"] == minutes.proposed.answers.count() - 1
    facts = minutes.proposed.facts
    assert all(facts[name] for name in facts if name not in {"moderation", "captions"})
    assert minutes.proposed.sha256 == sha256(minutes.proposed.content)
    over = room.ends_at
    assert room.starts_at < room.versions.latest("at").at < check.closed_at < over < minutes.published_at
    assert room.starts_at <= min(room.updates.values_list("at", flat=True))
    assert max(room.updates.values_list("at", flat=True)) < over
    assert {child.state for child in room.children.all()} == {"closed"}
    call_command("room_verify", str(room.pk), stdout=StringIO())


MAIN = (
    "", "commons/", "proposals/", "pacts/", "activities/", "market/", "impact/", "groups/", "regulation/", "rooms/",
    "rooms/demo/", "rooms/che-cosa-puo-diventare-la-casa-del-custode/minutes/",
)  # fmt: skip
VISITOR, SIGNED_IN = 70, 24  # pages that each reader reads


@pytest.fixture
def torino():
    city = load_city(slug="torino")
    tell(Story(city))
    return city


def test_every_page_can_be_read_by_everyone_in_it(torino):
    """From the main pages along their links, as a visitor and as each of the demo's people."""
    faults = []
    for role in ("", *ROLES):
        reader = Client(headers={"accept-language": "en"}, raise_request_exception=False)
        if role:
            reader.force_login(Person.objects.get(email=f"{role}@torino.example"))
        faults += [
            f"{role or 'visitor'} {fault}" for fault in faults_for(reader, torino, SIGNED_IN if role else VISITOR)
        ]
    assert not faults, "\n".join(faults)


def faults_for(reader: Client, city: City, most: int) -> list[str]:
    waiting = [f"/{city.slug}/{part}" for part in MAIN]
    seen: set[str] = set()
    faults = []
    while waiting and len(seen) < most:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        answer = reader.get(address)
        kind = answer.headers.get("Content-Type", "")
        if answer.status_code not in {200, 302}:
            faults.append(f"{address} {answer.status_code}")
        if answer.streaming:
            answer.getvalue()  # a file is closed by whoever reads it to the end
            continue
        if "html" not in kind:
            continue
        page = answer.content.decode()
        if re.search(r"<[^>]+\sstyle=", page):
            faults.append(f"{address} has an inline style")
        if re.search(r"<script(?![^>]*(\ssrc=|type=\"application/json\"))", page):
            faults.append(f"{address} has an inline script")
        links = re.findall(r'href="([^"#?{]*)["#?]', page)
        waiting += [link for link in links if link.startswith(f"/{city.slug}/") and link not in seen]
    return faults
