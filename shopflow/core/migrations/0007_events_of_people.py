import django.db.models.fields.json
from django.db import migrations, models


class Migration(migrations.Migration):
    """Events by the address that they name: why somebody is in no automation, and what is to be forgotten."""

    dependencies = [
        ("shopflow_core", "0006_table_stamp"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="outboxevent",
            index=models.Index(
                django.db.models.fields.json.KeyTransform("email", "payload"), name="sf_outbox_email"
            ),
        ),
    ]
