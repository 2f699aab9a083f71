"""Whether the process lives, is ready, and how it does."""

from typing import Any

import pytest
from django.test import Client

from backend import health

pytestmark = pytest.mark.django_db


def test_alive_asks_nothing_of_anything_else(client: Client, max_queries: Any) -> None:
    with max_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_ready_tells_the_state_of_each_dependency(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "migrations": "ok", "cache": "ok", "storage": "ok"}


@pytest.mark.parametrize("name", ["database", "migrations", "cache", "storage"])
def test_one_that_fails_makes_it_not_ready_and_tells_no_secrets(
    client: Client, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def broken() -> None:
        raise OSError("password=hunter2 at db.internal")

    monkeypatch.setitem(health.DEPENDENCIES, name, broken)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()[name]) == (503, "failed: OSError")
    assert b"hunter2" not in answer.content


def test_unapplied_migrations_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    monkeypatch.setattr(health, "_migrated", [])
    MigrationRecorder.Migration.objects.filter(app="base").latest("name").delete()
    with pytest.raises(RuntimeError):
        health._migrations()


def test_a_storage_that_takes_nothing_is_seen(client: Client, settings: Any, tmp_path: Any) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": blocked / "media"},
        },
    }
    assert client.get("/readyz").status_code == 503


def test_figures_are_for_this_machine_only(client: Client) -> None:
    client.get("/how/")
    answer = client.get("/metrics", REMOTE_ADDR="127.0.0.1")
    assert b"copact_request_seconds_count" in answer.content
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.1").status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.1").status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="").status_code == 404


def test_or_for_who_has_the_key(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = "a-key-for-the-figures"
    facts = {"REMOTE_ADDR": "192.0.2.1"}
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer a-key-for-the-figures", **facts).status_code == 200  # type: ignore[arg-type]
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer wrong", **facts).status_code == 404  # type: ignore[arg-type]


@pytest.mark.parametrize("page", ["/healthz", "/readyz", "/metrics"])
def test_nobody_writes_here(client: Client, page: str) -> None:
    assert client.post(page).status_code == 405
