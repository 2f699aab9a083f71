"""Whatever people do in whatever order: a proposal and its pact only ever take steps that their tables have."""

import contextlib

from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from backend.base.canonical import sha256
from backend.base.models import JournalEntry
from backend.base.problems import Conflict
from backend.pacts import actions
from backend.pacts.choices import PACT_STEPS, PROPOSAL_STEPS, REGISTERED
from backend.pacts.models import Pact, Proposal
from tests.backend.pacts.factories import Case, make_content

REFUSED = (Conflict, PermissionDenied, ValidationError)
WHO = st.sampled_from(["officer", "keeper", "neighbour"])
PARTY = st.sampled_from(["city", "group"])


class Life(RuleBasedStateMachine):
    """Anyone tries anything, at any moment; refusals are fine, steps outside the tables are not."""

    def __init__(self):
        super().__init__()
        self.case = Case()
        self.read = ""  # the hash of a text that someone read a while ago

    def attempt(self, action, who, **given):
        with contextlib.suppress(REFUSED):
            action(by=getattr(self.case, who), **given)

    @property
    def proposal(self):
        return Proposal.objects.in_city(self.case.city).get()

    @property
    def pact(self):
        return Pact.objects.in_city(self.case.city).first()

    @rule(
        who=WHO,
        action=st.sampled_from(
            [actions.take_up, actions.admit, actions.reject, actions.redirect, actions.withdraw, actions.archive]
        ),
    )
    def step_with_a_reason(self, who, action):
        self.attempt(action, who, proposal=self.proposal, reason="Because.")

    @rule(who=WHO)
    def appeal(self, who):
        self.attempt(actions.appeal, who, proposal=self.proposal, text="Please.")

    @rule(who=WHO, accept=st.booleans())
    def answer_appeal(self, who, accept):
        self.attempt(actions.decide_appeal, who, proposal=self.proposal, accept=accept, reason="So.")

    @rule(who=WHO)
    def hand_in_again(self, who):
        content = make_content("Di nuovo.")
        self.attempt(actions.resubmit, who, proposal=self.proposal, content=content, sha256=sha256(content))

    @rule(who=WHO)
    def support(self, who):
        self.attempt(actions.support, who, proposal=self.proposal)

    @rule()
    def read_the_text(self):
        if self.pact:
            self.read = self.pact.latest().sha256

    @rule(who=WHO, text=st.sampled_from(["Guanti.", "Caschi.", "Niente fretta."]))
    def edit(self, who, text):
        if pact := self.pact:
            self.attempt(actions.edit_clause, who, pact=pact, key="safety", text=text, base=pact.latest().number)

    @rule(who=WHO, party=PARTY, fresh=st.booleans())
    def agree(self, who, party, fresh):
        if pact := self.pact:
            digest = pact.latest().sha256 if fresh else self.read
            self.attempt(actions.agree, who, party=pact.parties.get(kind=party), sha256=digest)

    @rule()
    def both_agree(self):
        if pact := self.pact:
            for who, kind in (("officer", "city"), ("keeper", "group")):
                self.attempt(actions.agree, who, party=pact.parties.get(kind=kind), sha256=pact.latest().sha256)

    @rule(who=WHO, action=st.sampled_from([actions.freeze, actions.give_up, actions.restart, actions.end]))
    def step_of_the_pact(self, who, action):
        if pact := self.pact:
            given = {} if action is actions.freeze else {"reason": "Because."}
            self.attempt(action, who, pact=pact, **given)

    @rule(who=WHO, party=PARTY, fresh=st.booleans())
    def sign(self, who, party, fresh):
        if pact := self.pact:
            self.attempt(
                actions.sign,
                who,
                party=pact.parties.get(kind=party),
                sha256=pact.latest().sha256 if fresh else self.read,
                written_name="N",
                capacity="C",
            )

    @invariant()
    def every_move_is_in_the_table(self):
        for kind, steps in (("proposal", PROPOSAL_STEPS), ("pact", PACT_STEPS)):
            for line in JournalEntry.objects.filter(subject_kind=kind).exclude(before=""):
                if line.before in steps:
                    assert line.after in steps[line.before], line

    @invariant()
    def a_registered_pact_has_every_signature_under_its_frozen_text(self):
        pact = self.pact
        if pact is None or pact.state not in REGISTERED or pact.signed_at is None:
            return
        version = pact.latest()
        signatures = list(version.signatures.all())
        assert version.frozen_at is not None
        assert {row.party_id for row in signatures} == {party.pk for party in pact.parties.all()}
        assert {row.sha256 for row in signatures} == {version.sha256} == {sha256(version.content)}

    @invariant()
    def a_proposal_has_at_most_one_pact_and_never_loses_a_version(self):
        assert Pact.objects.in_city(self.case.city).count() <= 1
        numbers = list(self.proposal.versions.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))


class MachineTest(TestCase):
    def test_a_proposal_and_its_pact_live_by_their_tables(self):
        run_state_machine_as_test(Life, settings=settings(max_examples=12, stateful_step_count=25, deadline=None))
