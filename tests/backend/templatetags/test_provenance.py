"""Where a thing comes from, asked by any page."""

import pytest
from django.template import Context, Template

from backend.templatetags.provenance import STORIES, story_of
from tests.backend.pacts.factories import Case
from tests.factories import make_city
from tests.marketplace.factories import Market

pytestmark = pytest.mark.django_db


def test_a_pact_has_no_fund_before_the_first_sale_and_its_balance_after() -> None:
    market = Market(make_city("torino-test"))
    drawn = Template("{% load provenance %}{% fund_of pact as fund %}{{ fund.balance|default:'none' }}")
    assert drawn.render(Context({"pact": market.pact})) in {"none", "0"}


def test_every_kind_that_tells_a_story_tells_it_by_its_own_steps() -> None:
    case = Case()
    pact = case.in_force()
    case.proposal.versions.update(origin={})  # it came from no room
    assert {"proposal", "pact"} <= {step["kind"] for step in story_of(pact)}
    assert "proposal" in {step["kind"] for step in story_of(case.proposal)}


def test_of_what_has_no_story_a_template_learns_at_once() -> None:
    with pytest.raises(KeyError):
        story_of(make_city())
    assert len(STORIES) == 4
