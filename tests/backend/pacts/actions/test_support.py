"""Supporting, asking, answering: what anyone with an account may do for a proposal."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from backend.base.problems import Conflict
from backend.conversations.choices import PostKind
from backend.pacts import actions
from tests.backend.pacts.factories import told
from tests.factories import make_guest

pytestmark = pytest.mark.django_db


class TestSupport:
    def test_each_account_counts_once(self, case):
        actions.support(proposal=case.proposal, by=case.neighbour)
        with pytest.raises(Conflict) as again:
            actions.support(proposal=case.proposal, by=case.neighbour)
        assert again.value.code == "supported_already"
        assert case.proposal.supports.count() == 1

    def test_who_supports_already_can_still_offer_help(self, case):
        actions.support(proposal=case.proposal, by=case.neighbour)
        assert actions.support(proposal=case.proposal, by=case.neighbour, offers_help=True).offers_help

    def test_a_guest_is_told_kindly_why_not(self, case):
        with pytest.raises(PermissionDenied, match="each person counts once"):
            actions.support(proposal=case.proposal, by=make_guest())

    def test_support_can_be_taken_back_while_it_counts(self, case):
        actions.support(proposal=case.proposal, by=case.neighbour)
        actions.withdraw_support(proposal=case.proposal, by=case.neighbour)
        assert case.proposal.supports.count() == 0
        with pytest.raises(Conflict):
            actions.withdraw_support(proposal=case.proposal, by=case.neighbour)

    def test_too_late_is_a_conflict(self, case):
        case.admit()
        with pytest.raises(Conflict):
            actions.support(proposal=case.proposal, by=case.neighbour)


class TestTalking:
    def test_a_comment_reaches_the_authors_and_an_answer_the_asker(self, case):
        post = actions.comment(
            proposal=case.proposal, by=case.neighbour, text="Chi le tiene?", language="it", kind=PostKind.QUESTION
        )
        assert told(case.keeper, "proposal_question")
        answer = actions.comment(proposal=case.proposal, by=case.keeper, text="Noi.", language="it", parent=post)
        assert (answer.kind, answer.parent_id) == (PostKind.ANSWER, post.pk)
        assert told(case.neighbour, "proposal_answer")

    def test_answers_stay_two_levels_deep(self, case):
        first = actions.comment(proposal=case.proposal, by=case.neighbour, text="Uno", language="it")
        second = actions.comment(proposal=case.proposal, by=case.keeper, text="Due", language="it", parent=first)
        third = actions.comment(proposal=case.proposal, by=case.neighbour, text="Tre", language="it", parent=second)
        assert third.parent_id == first.pk

    def test_the_citys_word_comes_from_its_staff_alone(self, case):
        post = actions.answer_officially(proposal=case.proposal, by=case.officer, text="Va bene.", language="it")
        assert post.kind == PostKind.OFFICIAL
        with pytest.raises(PermissionDenied):
            actions.answer_officially(proposal=case.proposal, by=case.keeper, text="Va bene.", language="it")
        with pytest.raises(ValidationError):
            actions.comment(proposal=case.proposal, by=case.keeper, text="Sì", language="it", kind=PostKind.OFFICIAL)

    def test_a_comment_ten_times_too_long_is_refused_at_its_field(self, case):
        with pytest.raises(ValidationError) as refused:
            actions.comment(proposal=case.proposal, by=case.neighbour, text="a" * 40_000, language="it")
        assert refused.value.error_dict["text"][0].code == "too_long"

    def test_guests_do_not_comment_on_proposals(self, case):
        with pytest.raises(PermissionDenied):
            actions.comment(proposal=case.proposal, by=make_guest(), text="Ciao", language="it")
