"""The log of a room is added to only; rows of an older log, whose words were erased, may go."""

from django.db import migrations

from backend.base.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("base", "0002_append_only"), ("realtime", "__first__")]

    operations = [
        append_only(
            "realtime",
            "Update",
            outdated="OLD.log < (SELECT realtime_room.log FROM realtime_room WHERE realtime_room.id = OLD.room_id)",
        ),
    ]
