"""Lines of the journal about a person."""

from backend.base.journal import JournalEntry
from backend.people.models import Person


def verbs(person: Person) -> list[str]:
    return list(JournalEntry.objects.filter(subject_id=str(person.pk)).order_by("id").values_list("verb", flat=True))
