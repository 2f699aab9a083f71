"""Each change of a pact writes the next text, whose hash names all that is agreed to."""

import pytest

from backend.base.canonical import sha256
from backend.pacts import actions
from backend.pacts.actions.versions import content_of, rows_of, write_version
from backend.pacts.models import Pact
from tests.backend.pacts.factories import Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def pact(case: Case) -> Pact:
    return case.admit()


def test_the_hash_is_of_the_whole_text_and_the_same_for_the_same(pact: Pact) -> None:
    version = pact.latest()
    assert version.sha256 == sha256(version.content) == sha256(content_of(pact, rows_of(version)))


@pytest.mark.parametrize("change", [{"years": 5}, {"fund_share_bp": 1}, {"title": "Other"}, {"form": "complex"}])
def test_terms_are_part_of_what_is_agreed_to(pact: Pact, change: dict[str, object]) -> None:
    before = pact.latest().sha256
    for name, value in change.items():
        setattr(pact, name, value)
    assert sha256(content_of(pact, rows_of(pact.latest()))) != before


def test_the_order_in_which_rows_come_does_not_matter_and_their_own_order_does(pact: Pact) -> None:
    rows = rows_of(pact.latest())
    assert content_of(pact, rows[::-1]) == content_of(pact, rows)
    swapped = [{**row, "order": -row["order"]} for row in rows]
    assert content_of(pact, swapped) != content_of(pact, rows)


def test_the_next_text_voids_what_all_parties_said_to_the_last(case: Case, pact: Pact) -> None:
    case.agree()
    before = rows_of(pact.latest())
    version = write_version(pact, by=case.officer, rows=before, reason="Anew.")
    assert (version.number, version.reason) == (2, "Anew.")
    assert not pact.parties.exclude(agreed_version=None).exists()
    assert rows_of(version) == before


def test_the_text_of_before_stays_as_it_was(case: Case, pact: Pact) -> None:
    first = pact.latest()
    actions.edit_clause(pact=pact, by=case.keeper, key="safety", text="Guanti.", base=1)
    first.refresh_from_db()
    assert "Guanti." not in str(first.content)
    assert first.sha256 == sha256(first.content)
