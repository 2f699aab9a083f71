"""Whether the process lives, is ready to serve, and how it does."""

import ipaddress
import secrets
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

OK = "ok"


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives: asks nothing of anything else."""
    return HttpResponse(OK, content_type="text/plain; charset=utf-8")


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


# Applied migrations stay applied while the process lives: looked up once all are.
_migrated: list[bool] = []


def _migrations() -> None:
    if _migrated:
        return
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError("some are not applied")
    _migrated.append(True)


def _cache() -> None:
    key, word = f"ready:{secrets.token_hex(4)}", secrets.token_hex(4)
    cache.set(key, word, 10)
    if cache.get(key) != word:
        raise RuntimeError("it forgets at once")
    cache.delete(key)


def _storage() -> None:
    name = default_storage.save(f"ready-{secrets.token_hex(8)}", ContentFile(b"ok"))
    default_storage.delete(name)
    Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True)


DEPENDENCIES: dict[str, Callable[[], None]] = {
    "database": _database,
    "migrations": _migrations,
    "cache": _cache,
    "storage": _storage,
}


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 where all that a request needs is there, else 503; the state of each, without details
    that tell a stranger what runs here."""
    states = {name: _state(ask) for name, ask in DEPENDENCIES.items()}
    status = 200 if all(state == OK for state in states.values()) else 503
    return JsonResponse(states, status=status)


def _state(ask: Callable[[], None]) -> str:
    try:
        ask()
    except Exception as error:  # whatever it is, the answer is that it does not work
        return f"failed: {type(error).__name__}"
    return OK


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text; for others than the machine itself and holders of METRICS_TOKEN there is
    nothing here."""
    if not may_measure(request):
        return HttpResponseNotFound()
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def may_measure(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "")
    if settings.METRICS_TOKEN and constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}"):
        return True
    # A request that a proxy passed on comes from outside, however near the proxy is.
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        peer = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return peer.is_loopback
