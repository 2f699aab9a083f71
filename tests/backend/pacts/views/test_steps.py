"""One step as a form: done and said, or given back as it was typed with why it was not taken."""

from typing import Any
from urllib.parse import quote

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.test import Client

from backend.pacts.views.steps import add_errors
from tests.backend.pacts.factories import Case
from tests.backend.pacts.visits import send


class Words(forms.Form):
    reason = forms.CharField(required=False)


@pytest.mark.parametrize(
    ("error", "field"),
    [
        (ValidationError({"reason": "Too long."}), "reason"),
        (ValidationError({"years": "Not here."}), "__all__"),
        (ValidationError("Not now."), "__all__"),
    ],
)
def test_what_an_action_refuses_stands_at_its_field_or_above_the_form(error: ValidationError, field: str) -> None:
    form: Any = Words({"reason": "x"})
    form.full_clean()
    add_errors(form, error)
    assert list(form.errors) == [field]


@pytest.mark.django_db
def test_what_was_typed_into_a_refused_step_comes_back(client: Client, case: Case) -> None:
    case.review()
    answer = send(client, case.proposal, "reject", case.officer, reason="x" * 5000)
    assert answer.status_code == 422
    assert "x" * 5000 in answer.content.decode()
    case.proposal.refresh_from_db()
    assert case.proposal.state == "under_assessment"


@pytest.mark.django_db
def test_who_is_too_late_is_told_so_on_the_page(client: Client, case: Case) -> None:
    case.admit()
    answer = send(client, case.proposal, "support", case.neighbour)
    assert answer.status_code == 200
    assert [str(message) for message in answer.context["messages"]]
    assert not case.proposal.supports.exists()


@pytest.mark.django_db
def test_a_visitor_is_asked_to_sign_in_and_comes_back_to_the_page(client: Client, case: Case) -> None:
    at = case.proposal.get_absolute_url()
    answer = client.post(f"{at}support/", headers={"referer": f"http://testserver{at}"})
    assert answer.status_code == 302
    assert quote(at, safe="") in answer["Location"]
    assert not case.proposal.supports.exists()
