"""The journal's lines can be chained once and otherwise neither changed nor deleted."""

from django.db import migrations

from backend.base.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("base", "0001_initial")]

    operations = [
        append_only("base", "JournalEntry", until="number", fills=("number", "previous_hash", "hash")),
    ]
