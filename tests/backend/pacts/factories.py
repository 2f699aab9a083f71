"""Proposals and pacts as the tests need them, made by the actions themselves."""

import tomllib
from pathlib import Path
from typing import Any

from backend.base.canonical import sha256
from backend.base.models import JournalEntry
from backend.base.texts import official
from backend.cities.models import City, Group, Regulation
from backend.commons.models import Commons
from backend.pacts import actions
from backend.pacts.models import Pact, Party, Proposal
from backend.people.choices import Role
from backend.people.models import Notification, Person
from tests.factories import grant, make_citizen, make_city, make_group, make_office, make_officer

TORINO = Path("backend/cities/data/torino/regulation.toml")


def make_regulation(city: City, *, version: int = 1, **changes: Any) -> Regulation:
    """Torino's regulation, with `changes` of its top-level tables."""
    data = {**tomllib.loads(TORINO.read_text("utf-8")), **changes}
    data = {name: str(value) if name in {"approved", "in_force"} else value for name, value in data.items()}
    return Regulation.objects.create(
        city=city, version=version, title=official(data["title"]), data=data, digest=f"{version:064}"
    )


def make_torino(**changes: Any) -> City:
    """A city with its office and a regulation, where pacts can be made."""
    city = make_city()
    make_office(city)
    make_regulation(city, **changes)
    return city


def make_commons(city: City, name: str = "Giardini", **fields: Any) -> Commons:
    number = Commons.objects.in_city(city).count() + 1
    return Commons.objects.create(
        city=city,
        slug=f"place-{number}",
        name=official({"it": name, "en": name}),
        kind="garden",
        address="corso Taranto 106",
        lat=45.09,
        lng=7.69,
        **fields,
    )


def text(node_id: str, words: str) -> dict[str, Any]:
    return {"type": "paragraph", "attrs": {"id": node_id}, "content": [{"type": "text", "text": words}]}


def heading(node_id: str, words: str) -> dict[str, Any]:
    return {"type": "heading", "attrs": {"id": node_id, "level": 2}, "content": [{"type": "text", "text": words}]}


def make_content(words: str = "Un luogo dove restare, anche a luglio.") -> dict[str, Any]:
    item = {"type": "listItem", "content": [text("b4", "Sei panchine con lo schienale.")]}
    return {
        "type": "doc",
        "content": [
            heading("b1", "Che cosa vogliamo"),
            text("b2", words),
            heading("b3", "Che cosa faremo"),
            {"type": "bulletList", "attrs": {"id": "b5"}, "content": [item]},
            heading("b6", "Che cosa chiediamo"),
            text("b7", "Di riparare il punto acqua."),
        ],
    }


def make_keeper(group: Group, name: str = "") -> Person:
    person = make_citizen(group.city, name)
    grant(person, Role.CONTACT, group)
    return person


def make_proposal(
    city: City, *, by: Person | None = None, authors: list[Person] | None = None, **given: Any
) -> Proposal:
    """Handed in; public at once where the city's regulation says so."""
    by = by or make_citizen(city)
    content = given.pop("content", None) or make_content()
    defaults = {
        "title": "Ombra e sedute",
        "summary": "Un posto dove restare.",
        "asks": "Il punto acqua.",
        "language": "it",
        "origin": {"kind": "version", "id": "1", "url": "/x/", "title": "Version 1"},
    }
    return actions.submit_proposal(
        by=by,
        city=city,
        content=content,
        sha256=sha256(content),
        authors=authors if authors is not None else [by],
        **{**defaults, **given},
    )


class Case:
    """A city with an officer, a group with its keeper, and their proposal; moved on step by step."""

    def __init__(self, *, commons: bool = True, **regulation: Any) -> None:
        self.city = make_torino(**regulation)
        self.officer = make_officer(self.city, "Paola")
        self.group = make_group(self.city, "Comitato Taranto")
        self.keeper = make_keeper(self.group, "Nadia")
        self.neighbour = make_citizen(self.city, "Samira")
        self.commons = make_commons(self.city) if commons else None
        self.proposal = make_proposal(
            self.city,
            by=self.keeper,
            authors=[self.keeper, self.neighbour],
            group=self.group,
            commons=self.commons,
        )

    def review(self) -> Proposal:
        actions.take_up(proposal=self.proposal, by=self.officer, reason="Enough people asked.")
        return self.proposal

    def admit(self, **given: Any) -> Pact:
        self.review()
        defaults = {"reason": "It fits.", "fund_share_bp": 1500, "years": 3}
        self.pact = actions.admit(proposal=self.proposal, by=self.officer, **{**defaults, **given})
        return self.pact

    def party(self, kind: str) -> Party:
        return self.pact.parties.get(kind=kind)

    def agree(self) -> Pact:
        digest = self.pact.latest().sha256
        for kind, person in (("city", self.officer), ("group", self.keeper)):
            actions.agree(party=self.party(kind), by=person, sha256=digest)
        self.pact.refresh_from_db()
        return self.pact

    def freeze(self) -> Pact:
        actions.freeze(pact=self.pact, by=self.officer)
        self.pact.refresh_from_db()
        return self.pact

    def sign(self, kind: str) -> None:
        person = self.officer if kind == "city" else self.keeper
        actions.sign(
            party=self.party(kind),
            by=person,
            sha256=self.pact.latest().sha256,
            written_name=person.name,
            capacity="Contact",
        )
        self.pact.refresh_from_db()

    def in_force(self) -> Pact:
        self.admit()
        self.agree()
        self.freeze()
        self.sign("group")
        self.sign("city")
        return self.pact


def told(person: Person, kind: str) -> bool:
    """Whether `person` has a notification of this kind."""
    return Notification.objects.filter(person=person, kind=kind).exists()


def verbs(thing: Any) -> list[str]:
    """The journal of one thing, in order."""
    return list(JournalEntry.objects.filter(subject_id=str(thing.pk)).order_by("id").values_list("verb", flat=True))
