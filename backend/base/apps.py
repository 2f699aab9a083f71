"""The Django app base."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "backend.base"
    label = "base"
