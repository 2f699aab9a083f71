"""The Django app marketplace."""

from django.apps import AppConfig

from backend.people.choices import NEWS as ALL_NEWS
from marketplace.choices import NEWS


class MarketplaceConfig(AppConfig):
    name = "marketplace"
    label = "marketplace"

    def ready(self) -> None:
        """Its kinds of news are told with the words of its choices."""
        ALL_NEWS.update(NEWS)
