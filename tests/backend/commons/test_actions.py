"""Putting places on the map, changing them, moving their state."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from backend.base.journal import JournalEntry
from backend.base.problems import Conflict
from backend.commons import actions
from backend.commons.choices import CommonsState
from backend.commons.models import Commons
from tests.backend.commons.factories import make_place
from tests.factories import make_city, make_facilitator, make_guest, make_officer, make_person

pytestmark = pytest.mark.django_db


def test_anyone_with_an_account_puts_a_place_on_the_map():
    city, nadia = make_city(), make_person()
    place = actions.add_commons(
        by=nadia,
        city=city,
        name={"it": "Giardini di corso Taranto", "en": ""},
        kind="garden",
        lat=45.0975,
        lng=7.7040,
        text={"it": "Quattordici alberi."},
        access={"step_free": True, "note": {"it": "Vialetti piani."}},
    )
    assert (place.slug, place.state) == ("giardini-di-corso-taranto", CommonsState.MAPPED)
    assert place.name == {"it": {"text": "Giardini di corso Taranto", "source": "human", "reviewed": True}}
    assert place.offers == ["step_free"]
    assert place.shown_note().text == "Vialetti piani."
    assert "quattordici alberi" in place.folded
    assert JournalEntry.objects.get().verb == "commons.add"


def test_a_guest_puts_none():
    with pytest.raises(PermissionDenied):
        make_place(make_city(), by=make_guest())


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"kind": "castle"}, "kind"),
        ({"owner": "me"}, "owner"),
        ({"lat": 41.9, "lng": 12.5}, "lat"),
        ({"quarter": "nowhere"}, "quarter"),
        ({"text": {"it": "x" * 2001}}, "text"),
        ({"address": "a\x07b"}, "address"),
        ({"name": {"it": "  "}}, "name"),
        ({"name": {}}, "name"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(facts, field):
    whole = {"name": {"it": "Orto"}, "kind": "garden", "lat": 45.07, "lng": 7.69, **facts}
    with pytest.raises(ValidationError) as caught:
        actions.add_commons(by=make_person(), city=make_city(), **whole)
    assert list(caught.value.error_dict) == [field]
    assert not Commons.objects.across_cities().exists()


def test_two_places_of_one_name_have_two_addresses():
    city = make_city()
    assert [make_place(city, "Orto").slug for _ in range(2)] == ["orto", "orto-2"]
    assert make_place(city, "New").slug == "place-new"


def test_whoever_told_about_a_place_may_change_it_while_nobody_cares_for_it():
    city, nadia = make_city(), make_person()
    place = make_place(city, by=nadia)
    actions.edit_commons(by=nadia, commons=place, name={"it": "Giardini", "en": "Gardens"})
    place.refresh_from_db()
    assert place.name["en"]["text"] == "Gardens"
    assert "gardens" in place.folded
    actions.follow(by=None, commons=place, to=CommonsState.PACT_IN_FORCE)
    with pytest.raises(PermissionDenied):
        actions.edit_commons(by=nadia, commons=place, name={"it": "Mio"})
    actions.edit_commons(by=make_officer(city), commons=place, address="corso Taranto 106")


def test_an_officer_of_another_city_changes_nothing():
    place = make_place(make_city())
    with pytest.raises(PermissionDenied):
        actions.edit_commons(by=make_officer(make_city()), commons=place, address="x")


def test_facilitators_move_the_state_with_a_line_and_a_reason():
    city = make_city()
    place = make_place(city)
    actions.change_state(by=make_facilitator(city), commons=place, to=CommonsState.LOOKING, reason="Empty")
    line = JournalEntry.objects.get(verb="commons.looking")
    assert (line.before, line.after, line.reason, line.scope) == ("mapped", "looking", "Empty", city.slug)
    with pytest.raises(PermissionDenied):
        actions.change_state(by=make_person(), commons=place, to=CommonsState.RESTING)


def test_a_step_that_the_table_lacks_is_a_conflict():
    city = make_city()
    place = make_place(city, state=CommonsState.RESTING)
    with pytest.raises(Conflict):
        actions.change_state(by=make_officer(city), commons=place, to=CommonsState.PACT_IN_FORCE)


def test_a_place_follows_its_pacts_quietly():
    place = make_place(make_city())
    actions.follow(by=None, commons=place, to=CommonsState.PROPOSAL_OPEN)
    actions.follow(by=None, commons=place, to=CommonsState.PROPOSAL_OPEN)
    actions.follow(by=None, commons=None, to=CommonsState.PROPOSAL_OPEN)
    assert place.state == CommonsState.PROPOSAL_OPEN
    assert JournalEntry.objects.filter(verb="commons.proposal_open").count() == 1
