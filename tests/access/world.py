"""A small world with one of everything, and the people who stand before its doors."""

import io
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from backend.activities.models import Contribution, Photo
from backend.base.canonical import sha256
from backend.cities.models import City, Group
from backend.conversations import actions as talk
from backend.impact import actions as impact
from backend.impact.models import Export
from backend.pacts import actions as pacts
from backend.pacts.choices import PactState, ProposalState
from backend.pacts.models import Commitment, Decision, Pact, Party, Proposal, Report
from backend.people import actions as people
from backend.people.choices import Role, Scope
from backend.people.models import Person
from marketplace import actions as market
from marketplace.ledger import fund_of
from realtime.actions import close_poll, draft_poll, note_act, open_poll
from realtime.choices import Access
from realtime.models import ClientClock, Erasure, NotePhoto, Participant, Room, ToolState, Version
from tests.backend.activities.factories import make_activity, make_output
from tests.backend.commons.factories import make_place
from tests.backend.impact.factories import make_indicator, make_observation
from tests.backend.lives import make_room
from tests.backend.pacts.factories import make_content, make_proposal, make_regulation
from tests.backend.people.factories import make_account
from tests.factories import (
    grant,
    make_admin,
    make_citizen,
    make_city,
    make_facilitator,
    make_group,
    make_guest,
    make_maker,
    make_moderator,
    make_office,
    make_officer,
    make_person,
    make_researcher,
)

__all__ = ["World", "picture"]


def picture() -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (640, 480), "green").save(file, "JPEG")
    return SimpleUploadedFile("bench.jpg", file.getvalue(), "image/jpeg")


class World:
    """`people[name]` stand before the doors; everything else is a thing behind one."""

    def __init__(self) -> None:
        self.city, self.other = self._city("torino"), self._city("gdansk")
        self.group, self.guild = make_group(self.city, "Comitato"), make_group(self.city, "Legno Vivo")
        self.people = self._people()
        self._rooms()
        self.place = make_place(self.city, by=self.people["proposer"])
        self._proposals()
        self._pacts()
        self._made()
        self._said()
        self._measured()

    def _city(self, slug: str) -> City:
        square = [[45.0, 7.6], [45.0, 7.8], [45.15, 7.8], [45.15, 7.6]]
        place = {"centre": [45.07, 7.69], "zoom": 12, "boundary": square, "quarters": [], "lines": []}
        city = make_city(slug, map=place)
        make_office(city)
        make_regulation(city)
        return city

    def _people(self) -> dict[str, Person | None]:
        proposer, maker = make_citizen(self.city, "Nadia"), make_maker(self.city, "Marco")
        grant(proposer, Role.STEWARD, self.group)
        grant(make_citizen(self.city, "Luca"), Role.STEWARD, self.group)
        grant(maker, Role.CONTACT, self.guild)
        root = make_person("Root")
        root.grants.create(scope_kind=Scope.SITE, role=Role.ADMIN)
        return {
            "anonymous": None,
            "room_guest": make_guest("Gina"),
            "waiting_guest": make_guest("Willi"),
            "removed_guest": make_guest("Remo"),
            "participant": make_citizen(self.city, "Samira"),
            "participant_elsewhere": make_citizen(self.other, "Zofia"),
            "proposer": proposer,
            "facilitator": make_facilitator(self.city, "Federica"),
            "facilitator_elsewhere": make_citizen(self.city, "Fabio"),
            "officer": make_officer(self.city, "Paola"),
            "officer_elsewhere": make_officer(self.other, "Piotr"),
            "city_admin": make_admin(self.city, "Ada"),
            "maker": maker,
            "researcher": make_researcher(self.city, "Rosa"),
            "moderator": make_moderator(self.city, "Mirko"),
            "site_admin": root,
        }

    def person(self, name: str) -> Person:
        found = self.people[name]
        assert found is not None
        return found

    def _rooms(self) -> None:
        """`room` may be seen by who is in it; `other_room` is led by another; one more is elsewhere."""
        self.room: Room = make_room(self.city, self.person("facilitator"))
        self.other_room: Room = make_room(self.city, self.person("facilitator_elsewhere"))
        self.room_elsewhere: Room = make_room(self.other, self.person("officer_elsewhere"))
        self.open_room: Room = make_room(self.city, self.person("facilitator"))
        Room._base_manager.filter(pk=self.open_room.pk).update(access=Access.PUBLIC)
        places = [
            ("room_guest", self.room, "participant", "admitted"),
            ("waiting_guest", self.room, "participant", "waiting"),
            ("removed_guest", self.room, "participant", "removed"),
            ("participant", self.room, "participant", "admitted"),
            ("participant_elsewhere", self.room_elsewhere, "participant", "admitted"),
            ("proposer", self.room, "participant", "admitted"),
            ("facilitator", self.room, "facilitator", "admitted"),
            ("facilitator_elsewhere", self.other_room, "facilitator", "admitted"),
        ]
        self.participants = {
            name: Participant.objects.create(
                city=room.city, room=room, person=self.person(name), role=role, state=state
            )
            for name, room, role, state in places
        }
        here = self.participants["facilitator"].person
        self.room_act = note_act(room=self.room, by=here, act="pause_chat", reason="We listen.")
        told: dict[str, Any] = {"by": self.person("participant"), "kind": "chat", "language": "it"}
        self.chat_message = talk.post(thread=self.room.thread, text="Ciao!", **told)
        self.poll = draft_poll(room=self.room, by=here, kind="single", question="Where?", options=["Here", "There"])
        open_poll(poll=self.poll, by=here)
        close_poll(poll=self.poll, by=here)
        self.lost_room: Room = make_room(self.city, self.person("facilitator"))  # nobody is in it
        Room._base_manager.filter(pk=self.lost_room.pk).update(group=self.group)
        columns = [{"id": "c1", "title": "Ideas"}]
        ToolState.objects.create(room=self.room, tool="board", state={"columns": columns, "question": "", "open": True})
        self.note_photo = NotePhoto.objects.create(
            city=self.city,
            room=self.room,
            note="photo0000000",
            alt="A bench",
            path="board",
            widths=[400],
            width=400,
            height=300,
            by=self.person("participant"),
        )
        if not self.note_photo.storage().exists("board/400.webp"):
            self.note_photo.storage().save("board/400.webp", picture())

        self.writer = self.person("participant")
        ClientClock.objects.create(room=self.room, client=77, person=self.writer, clock=1)
        self.version = Version.objects.create(
            city=self.city,
            room=self.room,
            number=1,
            update_number=0,
            title="First evening",
            content=make_content(),
            sha256=sha256(make_content()),
            by=self.person("facilitator"),
        )
        self.erasure = Erasure.objects.create(
            city=self.city, room=self.room, person=self.person("proposer"), asked_by=self.person("proposer")
        )

    def _proposals(self) -> None:
        """`proposal_<state>` for each state that a step starts from."""
        self.proposals: dict[str, Proposal] = {}
        for state in ProposalState:
            row = self._proposal()
            Proposal._base_manager.filter(pk=row.pk).update(state=state)
            self.proposals[state] = row
        neighbour = self.person("participant")
        pacts.support(proposal=self.proposals[ProposalState.PUBLISHED], by=neighbour)

    def _proposal(self) -> Proposal:
        proposer = self.person("proposer")
        return make_proposal(
            self.city, by=proposer, authors=[proposer], group=self.group, commons=self.place, origin={}, language="it"
        )

    def _pact(self, state: str) -> Pact:
        """A pact of the city and the group, moved on by its people."""
        officer, proposer = self.person("officer"), self.person("proposer")
        row = self._proposal()
        pacts.take_up(proposal=row, by=officer, reason="Enough people asked.")
        pact = pacts.admit(proposal=row, by=officer, reason="It fits.", fund_share_bp=1500, years=3)
        if state == PactState.CO_DESIGN:
            return pact
        sides = {"city": officer, "group": proposer}
        for party in pact.parties.all():
            pacts.agree(party=party, by=sides[party.kind], sha256=pact.latest().sha256)
        pact.refresh_from_db()
        if state == PactState.TEXT_AGREED:
            return pact
        pacts.freeze(pact=pact, by=officer)
        pact.refresh_from_db()
        if state != PactState.SIGNING:
            for party in pact.parties.all():
                by = sides[party.kind]
                pacts.sign(party=party, by=by, sha256=pact.latest().sha256, written_name=by.name, capacity="Contact")
            Pact._base_manager.filter(pk=pact.pk).update(state=state)
        pact.refresh_from_db()
        return pact

    def _pacts(self) -> None:
        states = [PactState.CO_DESIGN, PactState.TEXT_AGREED, PactState.SIGNING, PactState.ACTIVE, PactState.SUSPENDED]
        self.pacts = {state: self._pact(state) for state in states}
        self.pacts[PactState.ABANDONED] = self._pact(PactState.CO_DESIGN)
        pacts.give_up(pact=self.pacts[PactState.ABANDONED], by=self.person("officer"), reason="Nobody had time.")
        self.crowded = self._pact(PactState.CO_DESIGN)
        pacts.add_party(pact=self.crowded, by=self.person("officer"), group=self.guild)
        active = self.pacts[PactState.ACTIVE]
        self.commitment: Commitment = pacts.add_commitment(
            pact=active, by=self.person("proposer"), parties=[self.side(active, "group")], what="Water", language="it"
        )
        self.report: Report = pacts.report(
            pact=active,
            by=self.person("proposer"),
            objectives="Shade",
            actions="Planted",
            results="Trees",
            resources="Hands",
            language="it",
        )
        self.writing = self.pacts[PactState.CO_DESIGN]
        taken = {clause.key: clause.key for clause in self.writing.latest().clauses.all()}
        self.clause = next(iter(taken))
        self.free_clause = next(
            each["key"] for each in self.writing.regulation.data["clauses"] if each["key"] not in taken
        )

    def side(self, pact: Pact, kind: str) -> Party:
        """The city, or the group that proposed."""
        return pact.parties.get(kind=kind, **({"group": self.group} if kind == "group" else {}))

    def _made(self) -> None:
        maker, neighbour = self.person("maker"), self.person("participant")
        active = self.pacts[PactState.ACTIVE]
        self.activity = make_activity(self.city, by=maker)
        self.past = make_activity(self.city, by=maker, days=-2, pact=active)
        self.output = make_output(self.city, by=maker, activity=self.past, owner=maker)
        self.photo = Photo.objects.create(
            city=self.city,
            output=self.output,
            alt="A bench",
            path="x",
            widths=[320, 640],
            width=640,
            height=480,
            by=maker,
        )
        self.contribution = Contribution.objects.create(
            city=self.city, output=self.output, person=neighbour, language="it"
        )
        offers: Any = [{"mode": "gift", "stock": 9}, {"mode": "sale", "stock": 9, "price_minor": 9000}]
        self.listing = market.list_output(self.output, by=maker, modes=offers)
        self.paused = market.list_output(self.output, by=maker, modes=offers)
        market.pause_listing(self.paused, by=maker)
        self.order = market.order(self.listing, by=neighbour, mode="gift")
        self.sold = market.order(self.listing, by=neighbour, mode="sale")
        market.confirm_given(self.sold, by=maker)
        market.confirm_taken(self.sold, by=neighbour)
        self.fund = fund_of(active, "EUR")
        self.decision = Decision.objects.create(city=self.city, pact=active, question="Paint?", by=maker)

    def _said(self) -> None:
        neighbour, moderator = self.person("participant"), self.person("moderator")
        thread = self.proposals[ProposalState.PUBLISHED].thread
        facts: dict[str, Any] = {"thread": thread, "by": neighbour, "kind": "comment", "language": "it"}
        self.post, hidden, twice = (talk.post(text=f"Words {number}", **facts) for number in range(3))
        flagged = talk.post(text="Rude words", **facts)
        self.flag = talk.flag(by=self.person("maker"), post=flagged, reason="insult")
        self.act = talk.hide_post(post=hidden, by=moderator, reason="A name of a child.")
        second = talk.hide_post(post=twice, by=self.person("facilitator"), reason="A name of a child.")
        self.appeal = talk.appeal(act=second, by=neighbour, text="It was my own.")

    def _measured(self) -> None:
        researcher, neighbour = self.person("researcher"), self.person("participant")
        self.study = impact.open_study(by=researcher, city=self.city, title="Shade")
        self.export = Export.objects.create(city=self.city, study=self.study, by=researcher)
        self.indicator = make_indicator(self.city, by=researcher)
        self.told = make_observation(self.city, by=neighbour)
        self.confided = make_observation(self.city, by=neighbour, consent="private")
        self.role = people.grant_role(
            person=make_person(), role=Role.OFFICER, scope_kind=Scope.CITY, scope_id=self.city.pk, by=None
        )
        self.stranger = make_person("Stranger")
        make_account(email="token@example.org")
        self.today = timezone.localdate()
        self.soon = timezone.localtime() + timedelta(days=3)

    def groups(self) -> list[Group]:
        return [self.group, self.guild]
