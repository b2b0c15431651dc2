from django.db import migrations, models

from shopflow.core.models import NamedAddress


class Migration(migrations.Migration):
    """Events by the address that they name: why somebody is in no automation, and what is to be forgotten."""

    dependencies = [
        ("shopflow_core", "0006_table_stamp"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="outboxevent",
            index=models.Index(NamedAddress("payload"), name="sf_outbox_email"),
        ),
    ]
