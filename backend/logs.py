"""Log lines as JSON, without personal data, and one such line for each request."""

import hashlib
import hmac
import json
import logging
import time
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from prometheus_client import Histogram

access = logging.getLogger("copact.access")
seconds = Histogram("copact_request_seconds", "How long answers took", ["method", "status"])
# The id of the request that is being answered, for lines written meanwhile.
request_id: ContextVar[str] = ContextVar("request_id", default="")

# Asked every few seconds by machines: an answer that all is well is no news.
QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
# Loggers whose messages quote what a caller sent.
QUOTING = ("django.request", "django.security", "django.server", "django.channels", "daphne", "uvicorn", "websockets")
# What a line may tell beside its message; everything else that a library hangs on a record is left out.
FACTS = ("principal", "city", "method", "route", "status", "ms")


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, the request's id, and facts of FACTS.

    A trace tells files, lines and the kind of the error, but not its message, which may quote what
    somebody typed.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self._message(record),
        }
        if given := request_id.get():
            line["request"] = given
        line.update({name: getattr(record, name) for name in FACTS if hasattr(record, name)})
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["trace"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in _frames(record)]
        return json.dumps(line, ensure_ascii=False)

    def _message(self, record: logging.LogRecord) -> str:
        """Django and the servers put addresses with their queries into some messages: of those only
        the sentence is told, without what fills it."""
        if record.name.startswith(QUOTING) and record.args:
            return str(record.msg).replace("%s", "…").replace("%d", "…")
        return record.getMessage()


def _frames(record: logging.LogRecord) -> list[traceback.FrameSummary]:
    assert record.exc_info is not None
    return list(traceback.extract_tb(record.exc_info[2]))


def pseudonym(key: Any) -> str:
    """Who, without telling who: the same for a person everywhere, different on every site."""
    secret = f"log pseudonyms\n{settings.SECRET_KEY}".encode()
    return hmac.new(secret, str(key).encode(), hashlib.sha256).hexdigest()[:16]


def short_address(address: str) -> str:
    """An address without its last part: a neighbourhood, no household."""
    if ":" in address:
        return ":".join(address.split(":")[:3]) + "::"
    return ".".join([*address.split(".")[:3], "0"]) if address.count(".") == 3 else ""


class AccessLog:
    """Writes one line for each request: who (a pseudonym), where (city, route), how it went.

    Never the address with its values, the query, the body, cookies or the caller's address.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(getattr(request, "id", ""))
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            self._measure(request, response.status_code, started)
            if request.path not in QUIET or response.status_code >= 400:
                self._write(request, response.status_code, started)
            return response
        finally:
            request_id.reset(token)

    def _measure(self, request: HttpRequest, status: int, started: float) -> None:
        method = request.method if request.method in ("GET", "HEAD", "POST") else "other"
        seconds.labels(method, f"{status // 100}xx").observe(time.perf_counter() - started)

    def _write(self, request: HttpRequest, status: int, started: float) -> None:
        match = request.resolver_match
        city = getattr(request, "city", None)
        facts = {
            "principal": _principal(request),
            "city": city.slug if city else "",
            "method": request.method,
            "route": match.route if match else "",
            "status": status,
            "ms": round((time.perf_counter() - started) * 1000),
        }
        access.log(logging.ERROR if status >= 500 else logging.INFO, "request", extra=facts)


def _principal(request: HttpRequest) -> str:
    """Of the session's or key's person where the view asked for one: logging itself asks nothing of
    the database."""
    user = request.__dict__.get("user")
    if isinstance(user, SimpleLazyObject):
        user = request.__dict__.get("_cached_user")
    key = getattr(user, "pk", None)
    return pseudonym(key) if key else ""
