from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("realtime", "0004_erasure_later")]

    operations = [migrations.AddField("update", "seal", models.BinaryField(null=True))]
