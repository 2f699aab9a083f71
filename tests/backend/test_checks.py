"""What start refuses outside the demo."""

import copy
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from backend.checks import check_settings, is_local, refuse_unsafe

SAFE: dict[str, Any] = {
    "DEBUG": False,
    "DEMO": False,
    "SECRET_KEY": "k7Jd92kfLs02jfnZmWq1pPx83hTyRvBnC4eUaGsQ6oYiXlMw5z",
    "BASE_URL": "https://copact.example",
    "ALLOWED_HOSTS": ["copact.example"],
    "TRUSTED_PROXIES": 1,
    "WEB_PROCESSES": 1,
    "REDIS_URL": "",
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "STRIPE_SECRET_KEY": "",
    "STRIPE_WEBHOOK_SECRET": "",
    "METRICS_TOKEN": "",
    "OIDC_PROVIDERS": [],
    "SILENCED_SYSTEM_CHECKS": [],
}
SQLITE = {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {"init_command": "PRAGMA synchronous=FULL;"}}


def found(settings: Any, **changes: Any) -> set[str]:
    database = copy.deepcopy(changes.pop("database", SQLITE))
    settings.DATABASES["default"]["ENGINE"] = database["ENGINE"]
    settings.DATABASES["default"]["OPTIONS"] = database["OPTIONS"]
    for name, value in {**SAFE, **changes}.items():
        setattr(settings, name, value)
    return {str(each.id).removeprefix("copact.") for each in check_settings(None)}


@pytest.fixture(autouse=True)
def _own_databases(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connections that are open keep theirs."""
    monkeypatch.setattr("backend.checks.settings", settings)
    settings.DATABASES = {"default": {}}


@pytest.fixture(autouse=True)
def _no_warnings_about_databases(recwarn: pytest.WarningsRecorder) -> None:
    """Django warns whoever changes DATABASES, since open connections do not follow."""


def test_a_safe_site_starts(settings: Any) -> None:
    assert found(settings) == set()
    refuse_unsafe()


@pytest.mark.parametrize(
    ("refusal", "changes"),
    [
        ("E001", {"DEBUG": True}),
        ("E002", {"ALLOWED_HOSTS": ["*", "copact.example"]}),
        ("E004", {"SECRET_KEY": "demo-only-this-key-is-public-and-start-refuses-it-elsewhere"}),
        ("E004", {"SECRET_KEY": "django-insecure-0123456789012345678901234567890123456789"}),
        ("E005", {"SECRET_KEY": "short"}),
        ("E005", {"SECRET_KEY": "a" * 60}),
        ("E006", {"METRICS_TOKEN": "short"}),
        ("E007", {"BASE_URL": "copact.example"}),
        ("E008", {"BASE_URL": "http://copact.example"}),
        ("E009", {"TRUSTED_PROXIES": 0}),
        ("E010", {"ALLOWED_HOSTS": ["other.example"]}),
        ("E011", {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}),
        ("E012", {"STRIPE_SECRET_KEY": "sk"}),
        ("E013", {"OIDC_PROVIDERS": [{"provider_id": "city", "settings": {"server_url": "http://id.example"}}]}),
        ("E014", {"WEB_PROCESSES": 2, "database": {"ENGINE": "django.db.backends.postgresql", "OPTIONS": {}}}),
    ],
)
def test_each_unsafe_setting_is_refused(settings: Any, refusal: str, changes: dict[str, Any]) -> None:
    assert found(settings, **changes) == {refusal}
    with pytest.raises(ImproperlyConfigured, match=refusal):
        refuse_unsafe()


@pytest.mark.parametrize(
    ("command", "safe"),
    [
        ("", True),
        ("PRAGMA synchronous=FULL", True),
        ("PRAGMA journal_mode=WAL; PRAGMA synchronous = EXTRA;", True),
        ("PRAGMA synchronous=NORMAL", False),
        ("PRAGMA synchronous=FULL;PRAGMA synchronous=OFF;", False),
        ("pragma synchronous=1", False),
    ],
)
def test_sqlite_keeps_what_it_says_was_saved(settings: Any, command: str, safe: bool) -> None:
    database = {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {"init_command": command}}
    assert ("E003" not in found(settings, database=database)) is safe
    settings.DEMO = True
    assert ("copact.E003" not in {each.id for each in check_settings(None)}) is safe


def test_the_demo_starts_with_what_everybody_knows(settings: Any) -> None:
    changes = {"DEMO": True, "SECRET_KEY": "demo-only-key", "BASE_URL": "http://127.0.0.1:8000"}
    assert found(settings, ALLOWED_HOSTS=["127.0.0.1"], **changes) == set()
    assert found(settings, DEBUG=True, **changes) == {"E001"}


def test_several_processes_on_one_file_are_warned_about(settings: Any) -> None:
    assert found(settings, WEB_PROCESSES=2, REDIS_URL="redis://x") == {"W001"}
    refuse_unsafe()


def test_a_site_on_ones_own_machine_needs_no_certificate(settings: Any) -> None:
    hosts = {"BASE_URL": "http://127.0.0.1:8000", "ALLOWED_HOSTS": ["localhost", "127.0.0.1"], "TRUSTED_PROXIES": 0}
    email = "django.core.mail.backends.filebased.EmailBackend"
    assert found(settings, DEBUG=True, EMAIL_BACKEND=email, **hosts) == set()


def test_a_wildcard_of_names_covers_the_address(settings: Any) -> None:
    assert found(settings, BASE_URL="https://torino.copact.example", ALLOWED_HOSTS=[".copact.example"]) == set()


@pytest.mark.parametrize(
    ("host", "local"),
    [("localhost", True), ("127.0.0.5", True), ("[::1]", True), ("a.localhost", True), ("10.0.0.1", False)],
)
def test_which_names_reach_this_machine_only(host: str, local: bool) -> None:
    assert is_local(host) is local
