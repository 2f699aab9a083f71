"""A pact's rows as its pages tell them, in the reader's language."""

import pytest

from backend.pacts.models import Proposal, ProposalVersion
from tests.backend.activities.factories import make_activity, make_output
from tests.backend.pacts.visits import page

pytestmark = pytest.mark.django_db


def test_parties_stand_by_alphabet_and_all_alike(client, case):
    text = page(client, case.in_force()).text
    assert text.count('<section class="party">') == 2
    names = sorted([case.group.name, f"{case.city.slug} office"], key=str.casefold)
    assert text.index(f'party__name">{names[0]}') < text.index(f'party__name">{names[1]}')


def test_the_story_says_titles_in_the_readers_language_where_there_is_a_translation(client, case):
    told = {"en": {"title": {"text": "Shade and seats", "source": "human"}}}
    Proposal._base_manager.filter(pk=case.proposal.pk).update(translations=told)
    origin = {"kind": "version", "id": "1", "url": "/x/", "title": case.proposal.title}
    ProposalVersion._base_manager.filter(proposal=case.proposal).update(origin=origin)
    pact = case.in_force()
    for thing in (case.proposal, pact):
        read = client.get(thing.get_absolute_url()).text
        assert '<a href="/x/">Shade and seats</a>' in read
    other = client.get(pact.get_absolute_url(), {"lang": "pl"}).text
    assert f'<b lang="it"><a href="/x/">{case.proposal.title}</a>' in other


def test_what_is_made_is_said_in_the_readers_language(client, case):
    pact = case.in_force()
    made = make_output(case.city, by=case.keeper, activity=make_activity(case.city, by=case.keeper, pact=pact, days=-2))
    told = {"en": {"title": {"text": "A bench with a back", "source": "human"}}}
    type(made)._base_manager.filter(pk=made.pk).update(translations=told, language="it", title="Panca")
    assert "A bench with a back" in client.get(pact.get_absolute_url()).text
    assert '<b lang="it">' in client.get(pact.get_absolute_url(), {"lang": "pl"}).text
