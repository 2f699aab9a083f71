"""What an action left: lines of the journal, and a letter's secret."""

from django.core import mail

from backend.base.journal import JournalEntry


def verbs() -> list[str]:
    return list(JournalEntry.objects.order_by("pk").values_list("verb", flat=True))


def secret_of(letter: mail.EmailMessage) -> str:
    return letter.body.split("/groups/invitation/")[1].split("/")[0]
