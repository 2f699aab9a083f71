"""Who entered an answer to the minutes; minutes that nobody answered; a text that too few answered is asked about again."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("realtime", "0006_carried_words"),
    ]

    operations = [
        migrations.AddField(
            "minutesanswer",
            "entered_by",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField("minutes", "unanswered_at", models.DateTimeField(blank=True, null=True)),
        migrations.RemoveConstraint("consentcheck", "check_version_once"),
    ]
