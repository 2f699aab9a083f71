"""The Django app realtime."""

from django.apps import AppConfig

from backend.people.choices import NEWS as ALL_NEWS
from realtime.choices import NEWS


class RealtimeConfig(AppConfig):
    name = "realtime"
    label = "realtime"

    def ready(self) -> None:
        ALL_NEWS.update(NEWS)
