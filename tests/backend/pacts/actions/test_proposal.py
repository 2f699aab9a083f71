"""Handing a proposal in, and what its authors may do with it."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from backend.base.canonical import sha256
from backend.pacts import actions
from tests.backend.pacts.factories import make_content, make_keeper, make_proposal, make_torino, told, verbs
from tests.factories import make_citizen, make_group, make_guest, make_officer

pytestmark = pytest.mark.django_db


class TestHandingIn:
    def test_a_text_becomes_a_public_proposal_with_all_its_authors(self, case):
        proposal = case.proposal
        assert proposal.state == "published"
        assert set(proposal.authorships.values_list("person", flat=True)) == {case.keeper.pk, case.neighbour.pk}
        version = proposal.versions.get()
        assert version.sha256 == sha256(version.content)
        assert verbs(proposal) == ["proposal.submit", "proposal.publish"]
        case.commons.refresh_from_db()
        assert case.commons.state == "proposal_open"

    def test_the_public_window_and_the_answer_follow_the_regulation(self, case):
        today = timezone.localdate()
        assert case.proposal.due_on == today + dt.timedelta(28)
        assert case.proposal.answer_due == today + dt.timedelta(58)
        assert case.proposal.supports_needed == 100

    def test_where_the_regulation_says_so_an_officer_publishes(self):
        city = make_torino(publish_at_once=False)
        officer = make_officer(city)
        proposal = make_proposal(city)
        assert proposal.state == "submitted"
        assert told(officer, "proposal_submitted")
        with pytest.raises(PermissionDenied):
            actions.publish(proposal=proposal, by=proposal.submitted_by)
        actions.publish(proposal=proposal, by=officer)
        assert proposal.state == "published"

    def test_a_text_that_is_not_the_frozen_one_is_refused(self):
        city = make_torino()
        with pytest.raises(ValidationError) as refused:
            actions.submit_proposal(
                by=make_citizen(city),
                city=city,
                title="Ombra",
                summary="",
                content=make_content(),
                sha256="0" * 64,
                language="it",
                authors=[],
                origin={},
            )
        assert "sha256" in refused.value.error_dict

    @pytest.mark.parametrize(
        ("field", "value"), [("title", "x" * 1600), ("summary", "y" * 6000), ("asks", "z" * 20000)]
    )
    def test_a_ten_times_too_long_text_is_refused_at_its_field(self, field, value):
        with pytest.raises(ValidationError) as refused:
            make_proposal(make_torino(), **{field: value})
        assert refused.value.error_dict[field][0].code == "too_long"

    def test_control_characters_in_a_title_are_refused_and_in_a_text_dropped(self):
        city = make_torino()
        with pytest.raises(ValidationError) as refused:
            make_proposal(city, title="Om\x00bra")
        assert refused.value.error_dict["title"][0].code == "control_characters"
        assert make_proposal(city, summary="Un posto\x00 dove\u202e restare").summary == "Un posto dove restare"

    def test_a_guest_cannot_hand_in(self):
        city = make_torino()
        with pytest.raises(PermissionDenied):
            make_proposal(city, by=make_guest())

    def test_in_a_groups_name_only_its_keepers_hand_in(self):
        city = make_torino()
        group = make_group(city)
        with pytest.raises(PermissionDenied):
            make_proposal(city, by=make_citizen(city), group=group)
        assert make_proposal(city, by=make_keeper(group), group=group).group == group

    def test_references_count_up_per_city(self):
        city = make_torino()
        first, second = make_proposal(city), make_proposal(city)
        assert first.reference.endswith("-0001")
        assert second.reference.endswith("-0002")

    def test_something_missing_stops_the_clock_and_goes_back_to_the_authors(self):
        city = make_torino(publish_at_once=False)
        officer = make_officer(city)
        proposal = make_proposal(city)
        actions.ask_additions(proposal=proposal, by=officer, reason="Which trees?")
        assert (proposal.state, proposal.decision) == ("additions_needed", "Which trees?")
        content = make_content("I tigli vicino alla scuola.")
        by = proposal.submitted_by
        version = actions.resubmit(proposal=proposal, by=by, content=content, sha256=sha256(content))
        assert (proposal.state, version.number) == ("submitted", 2)
        assert proposal.versions.count() == 2

    def test_authors_take_it_back_with_a_word_why(self, case):
        with pytest.raises(PermissionDenied):
            actions.withdraw(proposal=case.proposal, by=case.officer, reason="No.")
        actions.withdraw(proposal=case.proposal, by=case.keeper, reason="We found another way.")
        assert case.proposal.state == "withdrawn"

    def test_an_author_says_whether_the_name_is_shown(self, case):
        actions.credit(proposal=case.proposal, person=case.neighbour, credited=False)
        assert not case.proposal.authorships.get(person=case.neighbour).credited
        with pytest.raises(PermissionDenied):
            actions.credit(proposal=case.proposal, person=case.officer, credited=True)
