"""Lines of the journal about a thing, and a picture of one."""

import io

from backend.base.journal import JournalEntry
from tests.backend.base import pictures


def journalled(thing) -> list[str]:
    return list(JournalEntry.objects.filter(subject_id=str(thing.pk)).order_by("id").values_list("verb", flat=True))


def picture() -> io.BytesIO:
    return io.BytesIO(pictures.picture(size=(60, 40)))
