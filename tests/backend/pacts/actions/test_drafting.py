"""The first text of a pact: each mandatory clause, with the proposal's words where they fit and plain sentences elsewhere."""

import pytest

from backend.pacts.actions.drafting import city_name, sections
from backend.pacts.models import Pact
from tests.backend.pacts.factories import Case, heading, make_content, text
from tests.factories import make_city, make_group

pytestmark = pytest.mark.django_db


def clauses(pact: Pact) -> dict[str, str]:
    return {row.key: row.text.get("it", {}).get("text", "") for row in pact.latest().clauses.all()}


def test_parts_of_the_text_go_to_the_clauses_they_are_about(case: Case) -> None:
    said = clauses(case.admit())
    assert said["aims"] == "Un luogo dove restare, anche a luglio."
    assert said["roles"] == "- Sei panchine con lo schienale."
    assert said["support"] == "Di riparare il punto acqua."


def test_a_clause_says_which_blocks_of_the_proposal_it_came_from(case: Case) -> None:
    row = case.admit().latest().clauses.get(key="aims")
    assert row.block_ids == ["b2"]
    assert (row.source["kind"], row.source["title"]) == ("proposal", case.proposal.reference)


def test_what_the_proposal_does_not_say_the_city_says_in_all_its_languages(case: Case) -> None:
    pact = case.admit(years=3)
    row = pact.latest().clauses.get(key="duration")
    assert set(row.text) == set(case.city.languages)
    assert "3" in row.text["it"]["text"]
    assert row.source == {}


def test_the_parties_stand_in_it_by_the_alphabet(case: Case) -> None:
    said = clauses(case.admit())["parties"]
    names = sorted([city_name(case.city), case.group.name], key=str.casefold)
    assert said.index(names[0]) < said.index(names[1])


def test_a_share_for_the_fund_has_its_clause_and_none_has_none(case: Case) -> None:
    assert "15%" in clauses(case.admit(fund_share_bp=1500))["self_financing"]
    assert "self_financing" not in clauses(Case().admit(fund_share_bp=0))


def test_every_mandatory_clause_is_there_once_and_in_its_order(case: Case) -> None:
    rows = list(case.admit().latest().clauses.order_by("order"))
    assert [row.order for row in rows] == list(range(1, len(rows) + 1))
    assert len({row.key for row in rows}) == len(rows)


def test_groups_that_are_asked_along_are_parties_once(case: Case) -> None:
    other = make_group(case.city, "Legno Vivo")
    pact = case.admit(parties=[case.group, other, other])
    assert sorted(pact.parties.values_list("name", flat=True)) == sorted(
        [city_name(case.city), "Comitato Taranto", "Legno Vivo"]
    )
    assert "legno vivo" in pact.folded


def test_a_city_without_an_office_signs_under_its_own_name() -> None:
    city = make_city()
    assert city_name(city) == str(city.name[city.language])


def test_a_text_is_cut_at_its_headings_and_empty_parts_are_none() -> None:
    content = {
        "type": "doc",
        "content": [text("a", "Before."), heading("h", "One"), heading("i", "Two"), text("b", "x")],
    }
    assert sections(content) == [[("a", "Before.")], [("b", "x")]]
    assert [len(part) for part in sections(make_content())] == [1, 1, 1]
    assert sections({}) == []
