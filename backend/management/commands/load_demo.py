"""Tell the demo in every city, once; only with DEMO=1."""

from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import translation

from backend.base.journal import link
from backend.cities.models import City
from backend.demo import commons, live, market, pacts, people, rooms, session
from backend.demo.story import CONTENT, Story


class Command(BaseCommand):
    help = "Loads the demo's people, rooms, pacts and market into the four cities. A second run changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo loads only with DEMO=1.")
        slugs = sorted(file.stem for file in CONTENT.glob("*.toml"))
        cities = {city.slug: city for city in City.objects.filter(slug__in=slugs)}
        if missing := [slug for slug in slugs if slug not in cities]:
            raise CommandError(f"Load the cities first (load_cities): {', '.join(missing)}.")
        for slug in slugs:
            self._tell(cities[slug])

    def _tell(self, city: City) -> None:
        """One city in one transaction: told as a whole or not at all."""
        if people.is_told(city):
            self.stdout.write(f"{city.slug}: is there already")
            return
        start = perf_counter()
        with transaction.atomic(), translation.override(city.language):
            tell(Story(city))
            while link(city.slug):
                pass
        self.stdout.write(f"{city.slug}: told in {perf_counter() - start:.1f} s")


def tell(story: Story) -> None:
    """The whole story of a city, from who lives there to what it changed."""
    people.tell(story)
    commons.tell(story)
    pacts.start_numbers(story)
    origin = next(each for each in story.content["activities"] if each["key"] == story.content["origin"]["activity"])
    market.tell_activity(story, origin)
    proposal, blocks = rooms.tell_origin(story)
    pacts.tell_first_pact(story, proposal, blocks)
    pacts.tell_proposals(story)
    pacts.tell_reported(story)
    pacts.tell_earlier_pacts(story)
    for each in story.content["activities"]:
        if each is not origin:
            market.tell_activity(story, each)
    market.tell_outputs(story)
    market.tell_orders(story)
    market.tell_impact(story)
    session.tell(story)
    live.tell(story, rooms.tell_demo_room(story))
