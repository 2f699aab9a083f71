"""Reasons stand in the journal's chain by a salted seal, so that they can be withheld and the chain still holds."""

from django.db import migrations, models

from backend.base.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("base", "0003_rooms_log")]

    operations = [
        migrations.AddField("journalentry", "salt", models.CharField(blank=True, default="", max_length=32)),
        migrations.AddField("journalentry", "seal", models.CharField(blank=True, default="", max_length=64)),
        append_only(
            "base",
            "JournalEntry",
            until="number",
            fills=("number", "previous_hash", "hash"),
            empties=("reason", "salt"),
        ),
    ]
