"""Hands of the server that only carried words of others are told apart from those that wrote."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("realtime", "0005_update_seal")]

    operations = [
        migrations.AddField("clientclock", "carried", models.BooleanField(default=False, db_default=False)),
    ]
