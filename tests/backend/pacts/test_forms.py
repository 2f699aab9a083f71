"""Shapes of what is typed: choices of this city only, and everything kept as it was."""

import pytest

from backend.pacts import forms
from tests.factories import make_city, make_group

pytestmark = pytest.mark.django_db


def test_only_the_forms_that_the_city_uses_are_offered(case):
    offered = dict(forms.AdmitForm(about=case.proposal).fields["form"].choices)
    assert "pact" in offered
    assert "foundation" not in offered


def test_only_groups_of_the_city_that_are_no_party_are_offered(case):
    pact = case.admit()
    group, elsewhere = make_group(case.city), make_group(make_city())
    found = set(forms.PartyForm(about=pact).fields["group"].queryset)
    assert group in found
    assert not {elsewhere, case.group} & found


def test_a_comment_answers_only_what_stands_in_the_same_thread(case):
    other = type(case)()
    post = other.proposal.thread.posts.create(city=other.city, by=other.keeper, text="X", language="it")
    assert not forms.CommentForm({"text": "Sì", "parent": str(post.pk)}, about=case.proposal).is_valid()
    assert forms.CommentForm({"text": "Sì"}, about=case.proposal).is_valid()


@pytest.mark.parametrize("share", ["-1", "101", "0.001", "1000000000000", "many"])
def test_an_impossible_share_is_refused_at_its_field(case, share):
    form = forms.TermsForm({"years": "2", "fund_share": share}, about=case.admit())
    assert "fund_share" in form.errors


def test_only_clauses_that_are_not_there_yet_are_offered(case):
    keys = dict(forms.NewClauseForm(about=case.admit()).fields["key"].choices)
    assert "coordination" in keys
    assert "safety" not in keys
