"""The tables of the lowest layer, gathered for Django."""

from backend.base.idempotency import Once
from backend.base.journal import JournalEntry
from backend.base.limits import Counter
from backend.base.tasks import Slot

__all__ = ["Counter", "JournalEntry", "Once", "Slot"]
