"""Asking twice does it once: the answer of a first try is kept under the caller's key."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base.canonical import sha256
from backend.base.problems import Conflict

KEPT_FOR = timedelta(days=2)


class Once(models.Model):
    """What came of the work that `owner` asked for under `key`."""

    id = models.BigAutoField(primary_key=True)
    owner = models.CharField(max_length=64)  # whose keys these are: a person's id
    key = models.CharField(max_length=128)
    digest = models.CharField(max_length=64)  # of what was asked
    result = models.JSONField(null=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="once_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.key}"


def once(*, owner: Any, key: str, asked: Any, work: Callable[[], Any]) -> Any:
    """The JSON value that `work` answers; a repeat of the same key gets the first answer, and `work`
    is not run.

    One transaction holds the key and all that `work` writes, so a failed try leaves the key free,
    and of two at once the second waits for the first. Without a key, `work` just runs. Raises
    Conflict where the key was used to ask for something else.
    """
    if not key:
        return work()
    place = {"owner": str(getattr(owner, "pk", owner)), "key": key[:128]}
    digest = sha256(asked)
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = Once.objects.create(**place, digest=digest)
        except IntegrityError:
            row = Once.objects.get(**place)
            if row.digest != digest:
                raise Conflict("key_reused", _("This key was used for something else already.")) from None
            return row.result
        row.result = work()
        row.save(update_fields=["result"])
        return row.result


def forget_old() -> int:
    """Drop the keys that nobody will send again."""
    return Once.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()[0]
