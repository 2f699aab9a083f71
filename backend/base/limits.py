"""How often something may happen: counters shared by every process, and whose address counts."""

import hashlib
import ipaddress
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db import models, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from backend.base.turns import in_turn

T = TypeVar("T")

PATIENCE: Final = 30  # hundredths of a second


class Counter(models.Model):
    """How much of a limit is used up in the window that ends at `ends_at`."""

    key = models.CharField(max_length=64, primary_key=True)  # a hash: the key may hold an address
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.count}"


def spend(key: str, limit: int, seconds: int) -> bool:
    """Use up one of `limit` in `seconds`; False, and nothing used, where none is left.

    Right with any number of processes at once. Call it outside a transaction that may be rolled
    back, or the use is forgotten with it. Where only failures should count, spend first and
    `give_back` on success, so that no more than `limit` tries are ever under way.
    """
    digest = _digest(key)
    if settings.REDIS_URL:
        return _spend_in_cache(digest, limit, seconds)
    return _spend_in_rows(digest, limit, seconds)


def give_back(key: str) -> None:
    """Undo one `spend` of `key`."""
    digest = _digest(key)
    if not settings.REDIS_URL:
        Counter.objects.filter(key=digest, count__gt=0).update(count=F("count") - 1)
    elif cache.get(_cached(digest)):
        cache.decr(_cached(digest))


def guess(key: str, limit: int, seconds: int, right: Callable[[], bool]) -> bool | None:
    """Try a secret: True or False as `right` says, None, and nothing compared, where `limit` wrong
    tries were made in `seconds`. Those who know the secret never stand in each other's way."""
    if settings.REDIS_URL:
        return _guess_in_cache(key, limit, seconds, right)
    with transaction.atomic():  # the counter's row is held, so that no two tries are under way at once
        if not spend(key, limit, seconds):
            return None
        found = right()
        if found:
            give_back(key)
    return found


class UsedUp(Exception):
    """None of the limit with this key is left."""


def look_up(every: Sequence[tuple[str, int]], seconds: int, find: Callable[[], T | None]) -> T | None:
    """What `find` finds by a secret. A try that finds nothing uses up one of each limit (key, most) in `seconds`.

    Raises UsedUp, and nothing is looked up, where one of them has none left. What is found costs nothing, not even
    a write that lasts: a whole hall may come at once.
    """
    if settings.REDIS_URL:
        _spend_each(every, seconds)
        found = find()
        if found is not None:
            for key, _most in every:
                give_back(key)
        return found
    with in_turn(), transaction.atomic():  # the counters' rows are held, so that no two tries are under way at once
        _spend_each(every, seconds)
        found = find()
        if found is not None:
            transaction.set_rollback(True)
    return found


def _spend_each(every: Sequence[tuple[str, int]], seconds: int) -> None:
    for key, most in every:
        if not spend(key, most, seconds):
            raise UsedUp(key)


def _guess_in_cache(key: str, limit: int, seconds: int, right: Callable[[], bool]) -> bool | None:
    """The same without a lock: tries that are under way are waited for."""
    for _wait in range(PATIENCE):
        if spend(key, limit, seconds):
            found = right()
            if found:
                give_back(key)
            return found
        time.sleep(0.01)
    return None


def sweep() -> int:
    """Drop the counters whose window is over."""
    return Counter.objects.filter(ends_at__lte=timezone.now() - timedelta(hours=1)).delete()[0]


def _digest(key: str) -> str:
    return hashlib.sha256(f"{settings.SECRET_KEY}\n{key}".encode()).hexdigest()


def _cached(digest: str) -> str:
    return f"limit:{digest}"


def _spend_in_cache(digest: str, limit: int, seconds: int) -> bool:
    name = _cached(digest)
    cache.add(name, 0, timeout=seconds)
    try:
        count = cache.incr(name)
    except ValueError:  # the window ended between the two lines
        return _spend_in_cache(digest, limit, seconds)
    if count > limit:
        cache.decr(name)
    return bool(count <= limit)


def _spend_in_rows(digest: str, limit: int, seconds: int) -> bool:
    now = timezone.now()
    ends_at = now + timedelta(seconds=seconds)
    rows = Counter.objects.filter(key=digest)
    if rows.filter(ends_at__gt=now, count__lt=limit).update(count=F("count") + 1):
        return True
    if limit > 0 and rows.filter(ends_at__lte=now).update(count=1, ends_at=ends_at):
        return True
    made = limit > 0 and Counter.objects.get_or_create(key=digest, defaults={"count": 1, "ends_at": ends_at})[1]
    # Lost the race for the first row of a window: the other one's row takes this use too.
    return made or bool(rows.filter(ends_at__gt=now, count__lt=limit).update(count=F("count") + 1))


def address_of(peer: str, forwarded: str = "") -> str:
    """The address that limits count: `peer`, or, behind TRUSTED_PROXIES proxies, what the outermost
    of them saw. Everything further left in X-Forwarded-For was written by the caller and is not
    believed. Of IPv6 only the /64 counts, which one caller owns whole."""
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    found = peer
    if settings.TRUSTED_PROXIES and hops:
        found = hops[-min(settings.TRUSTED_PROXIES, len(hops))]
    return _network(found)


def _network(text: str) -> str:
    try:
        address = ipaddress.ip_address(text.strip().strip("[]"))
    except ValueError:
        return text[:64]
    if address.version == 6 and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    if address.version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False).network_address)
    return str(address)


def client_address(request: HttpRequest) -> str:
    """The caller's address, believing no more of X-Forwarded-For than TRUSTED_PROXIES allows."""
    return address_of(request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""))


def scope_address(scope: dict[str, Any]) -> str:
    """The same of an ASGI scope, for sockets."""
    headers = [value.decode("latin-1") for name, value in scope.get("headers", []) if name == b"x-forwarded-for"]
    return address_of((scope.get("client") or ("",))[0] or "", ",".join(headers))
