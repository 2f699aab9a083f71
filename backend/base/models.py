"""The tables of the lowest layer, gathered for Django."""

from backend.base.journal import JournalEntry
from backend.base.limits import Counter

__all__ = ["Counter", "JournalEntry"]
