"""Plans to begin with: complete in each language, one of each city's own, refused when odd."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from realtime.actions import open_room
from realtime.actions.plans import AGENDAS, NAMES, outlines, plans_for, steps_of
from realtime.models import SessionPlan
from tests.factories import make_city, make_facilitator
from tests.realtime.factories import make_room


@pytest.mark.django_db
def test_every_plan_has_a_name_and_steps_in_each_language() -> None:
    city = make_city()
    assert set(NAMES) == set(AGENDAS) == {"ideas", "drafting", "consent", "review", "evaluation"}
    for plan in plans_for(city, [], "en"):
        steps = steps_of(plan["key"], city=city, by=None)
        assert plan["name"]
        assert all(step["title"] and len(step["texts"]) >= 2 and 1 <= step["minutes"] <= 600 for step in steps)
        assert len({step["id"] for step in steps}) == len(steps)


@pytest.mark.django_db
@pytest.mark.parametrize("slug", ["torino", "gdansk", "budapest", "cluj-napoca"])
def test_each_city_has_a_plan_of_its_own_in_its_own_language(slug: str) -> None:
    city = make_city(slug=slug)
    own = [plan for plan in plans_for(city, [], "en") if plan["key"].startswith("city:")]
    assert own
    for plan in own:
        room = open_room(
            by=make_facilitator(city, f"Irene {plan['key']}"), city=city, title="Begin", agenda=plan["key"]
        )
        assert room.tool_states.get(tool="agenda").state["steps"]


@pytest.mark.django_db
def test_a_plan_is_told_with_its_steps_in_the_language_of_who_chooses() -> None:
    city = make_city(slug="torino")
    lead = make_facilitator(city)
    own = SessionPlan(city=city, by=lead, name="Mine", language="en", steps=[{"title": "Tea", "minutes": 5}])
    told = {plan["key"]: plan for plan in outlines(city, [own], "hu")}
    assert [plan["key"] for plan in plans_for(city, [own], "hu")] == list(told)
    assert told["ideas"]["steps"][0] == {"title": "Köszöntés", "minutes": 10}
    assert told["ideas"]["minutes"] == 90
    assert told[f"own:{own.pk}"]["steps"] == [{"title": "Tea", "minutes": 5}]
    [city_key] = [key for key in told if key.startswith("city:")]
    assert all(isinstance(step["title"], str) and step["title"] for step in told[city_key]["steps"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "agenda",
    [[("Walk", 0)], [("Walk", 10_000)], [("", 5)], [("Walk", 1)] * 31, [("Walk", 600)] * 3, "nothing", "own:1"],
)
def test_an_odd_agenda_is_refused(agenda: Any) -> None:
    with pytest.raises(ValidationError):
        make_room(agenda=agenda)
    assert not SessionPlan.objects.across_cities().exists()
