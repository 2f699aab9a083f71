"""The Django app pacts."""

from django.apps import AppConfig

from backend.pacts.choices import NEWS
from backend.people.choices import NEWS as ALL_NEWS


class PactsConfig(AppConfig):
    name = "backend.pacts"
    label = "pacts"

    def ready(self) -> None:
        ALL_NEWS.update(NEWS)
