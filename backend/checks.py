"""What start refuses outside the demo: each unsafe setting with one sentence that says how to mend it."""

import ipaddress
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.core.exceptions import ImproperlyConfigured

DEMO_KEY_START = "demo-only-"
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]", "::1", "testserver"})


def check_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """All refusals; in the demo only what would lose or leak data on a public address."""
    found = list(_always())
    if not settings.DEMO:
        found += [*_secrets(), *_address(), *_storage(), *_several_processes()]
    return found


def _error(number: int, sentence: str) -> Error:
    return Error(sentence, id=f"copact.E{number:03}")


def is_local(host: str) -> bool:
    """A name that reaches this machine only."""
    if host in LOCAL_NAMES or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _public_hosts() -> list[str]:
    hosts = [*settings.ALLOWED_HOSTS, urlsplit(settings.BASE_URL).hostname or ""]
    return [host for host in hosts if host and not is_local(host)]


def _always() -> Iterator[CheckMessage]:
    if settings.DEBUG and _public_hosts():
        yield _error(1, "DEBUG shows the inside of the site to strangers: unset it where ALLOWED_HOSTS is public.")
    if "*" in settings.ALLOWED_HOSTS:
        yield _error(2, "ALLOWED_HOSTS accepts any name: list the names that people type, separated by commas.")
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3") and not _is_durable(database):
        yield _error(3, "SQLite may lose what it said was saved: leave synchronous at FULL in the database's options.")


def _is_durable(database: dict[str, Any]) -> bool:
    """The last PRAGMA synchronous counts; FULL is SQLite's own choice where none is given."""
    command = str(database.get("OPTIONS", {}).get("init_command", "")).lower().replace(" ", "")
    chosen = [part.split("=")[1] for part in command.split(";") if part.startswith("pragmasynchronous=")]
    return not chosen or chosen[-1] in ("full", "extra", "2", "3")


def _secrets() -> Iterator[CheckMessage]:
    key = settings.SECRET_KEY
    if key.startswith((DEMO_KEY_START, "django-insecure-")):
        yield _error(
            4, "SECRET_KEY is the one that everybody knows: set one of your own, 50 random characters or more."
        )
    elif len(key) < 50 or len(set(key)) < 8:
        yield _error(5, "SECRET_KEY is too short to be safe: set 50 random characters or more.")
    if settings.METRICS_TOKEN and len(settings.METRICS_TOKEN) < 20:
        yield _error(6, "METRICS_TOKEN is too short to be safe: set 20 random characters or more, or unset it.")


def _address() -> Iterator[CheckMessage]:
    address = urlsplit(settings.BASE_URL)
    if address.scheme not in ("http", "https") or not address.hostname:
        yield _error(7, "BASE_URL is no address: write it as https://name, as people type it.")
        return
    if address.scheme == "http" and not is_local(address.hostname):
        yield _error(8, "BASE_URL begins with http, so passwords would travel in the open: serve it by https.")
    if address.scheme == "https" and not settings.TRUSTED_PROXIES:
        yield _error(
            9,
            "TRUSTED_PROXIES is missing: say how many proxies stand before this server (1 for one), or limits "
            "count the proxy instead of its callers.",
        )
    if address.hostname not in settings.ALLOWED_HOSTS and not any(
        host.startswith(".") and address.hostname.endswith(host) for host in settings.ALLOWED_HOSTS
    ):
        yield _error(10, "ALLOWED_HOSTS lacks the name in BASE_URL: add it.")


def _storage() -> Iterator[CheckMessage]:
    if settings.EMAIL_BACKEND.endswith((".filebased.EmailBackend", ".dummy.EmailBackend")) and _public_hosts():
        yield _error(11, "EMAIL_URL is missing, so nobody can confirm an address or get a new password: set it.")
    if settings.STRIPE_SECRET_KEY and not settings.STRIPE_WEBHOOK_SECRET:
        yield _error(12, "STRIPE_WEBHOOK_SECRET is missing, so payments would never arrive here: set it.")
    for app in settings.OIDC_PROVIDERS:
        if not str(app.get("settings", {}).get("server_url", "")).startswith("https://"):
            yield _error(13, f"OIDC_PROVIDERS: {app.get('provider_id', 'one of them')} needs a server_url by https.")


def _several_processes() -> Iterator[CheckMessage]:
    if settings.WEB_PROCESSES > 1 and not settings.REDIS_URL:
        yield _error(14, "REDIS_URL is missing: several web processes need it to share rooms and limits.")
    if settings.WEB_PROCESSES > 1 and settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        yield Warning(
            "Several web processes write to one SQLite file and wait for each other: set DATABASE_URL.",
            id="copact.W001",
        )


def refuse_unsafe() -> None:
    """Stop the start of a server with every sentence that `check_settings` has to say."""
    sentences = [
        f"{each.id}: {each.msg}" for each in check_settings(None) if isinstance(each, Error) and not each.is_silenced()
    ]
    if sentences:
        raise ImproperlyConfigured("Copact does not start like this.\n" + "\n".join(sentences))
