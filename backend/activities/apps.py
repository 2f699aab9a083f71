"""The Django app activities."""

from django.apps import AppConfig

from backend.activities.choices import NEWS
from backend.people.choices import NEWS as ALL_NEWS


class ActivitiesConfig(AppConfig):
    name = "backend.activities"
    label = "activities"

    def ready(self) -> None:
        """Its kinds of news are told with the words of its choices."""
        ALL_NEWS.update(NEWS)
