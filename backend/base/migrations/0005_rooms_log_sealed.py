"""The seals of a room's log came after its guard: they are kept from changes like what they seal."""

from django.db import migrations

from backend.base.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("base", "0004_reasons_sealed"), ("realtime", "0005_update_seal")]

    operations = [
        append_only(
            "realtime",
            "Update",
            outdated="OLD.log < (SELECT realtime_room.log FROM realtime_room WHERE realtime_room.id = OLD.room_id)",
        ),
    ]
