"""The Django app conversations."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "backend.conversations"
    label = "conversations"
