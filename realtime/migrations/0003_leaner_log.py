"""Each letter typed is a row of the log: the indexes that nothing asks for go, since storing pays for each.

In the database's own words: made anew, as SQLite changes columns, the table would lose the triggers that guard it.
"""

from django.db import migrations, models
from django.db.models.deletion import CASCADE, PROTECT

INDEXES = (
    ("realtime_update_room_id_91e648c4", "realtime_update", "room_id"),
    ("realtime_update_participant_id_b8daac79", "realtime_update", "participant_id"),
    ("realtime_clientclock_room_id_0d6ea6ac", "realtime_clientclock", "room_id"),
)


class Migration(migrations.Migration):
    dependencies = [("realtime", "0002_concern_met_in")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f"DROP INDEX IF EXISTS {name}", f"CREATE INDEX {name} ON {table} ({column})")
                for name, table, column in INDEXES
            ],
            state_operations=[
                migrations.AlterField(
                    "update", "room", models.ForeignKey("realtime.room", CASCADE, related_name="updates", db_index=False)
                ),
                migrations.AlterField(
                    "update",
                    "participant",
                    models.ForeignKey("realtime.participant", PROTECT, null=True, related_name="+", db_index=False),
                ),
                migrations.AlterField(
                    "clientclock",
                    "room",
                    models.ForeignKey("realtime.room", CASCADE, related_name="clocks", db_index=False),
                ),
            ],
        )
    ]
