"""The Django app conversations."""

from django.apps import AppConfig

from backend.conversations.choices import NEWS
from backend.people.choices import NEWS as ALL_NEWS


class ConversationsConfig(AppConfig):
    name = "backend.conversations"
    label = "conversations"

    def ready(self) -> None:
        ALL_NEWS.update(NEWS)
