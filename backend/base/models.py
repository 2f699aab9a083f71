"""The tables of the lowest layer, gathered for Django."""

from backend.base.journal import JournalEntry

__all__ = ["JournalEntry"]
