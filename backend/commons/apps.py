"""The Django app commons."""

from django.apps import AppConfig


class CommonsConfig(AppConfig):
    name = "backend.commons"
    label = "commons"
