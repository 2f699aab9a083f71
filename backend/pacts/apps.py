"""The Django app pacts."""

from django.apps import AppConfig


class PactsConfig(AppConfig):
    name = "backend.pacts"
    label = "pacts"
