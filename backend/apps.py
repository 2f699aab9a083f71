"""The shell of the site as a Django app, for its commands and template tags."""

from django.apps import AppConfig


class BackendConfig(AppConfig):
    name = "backend"
    label = "shell"
