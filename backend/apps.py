"""The shell of the site as a Django app, for its commands, template tags and checks."""

from django.apps import AppConfig
from django.core.checks import register

from backend.checks import check_settings


class BackendConfig(AppConfig):
    name = "backend"
    label = "shell"

    def ready(self) -> None:
        register(check_settings)
