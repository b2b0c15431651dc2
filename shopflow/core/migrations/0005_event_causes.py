from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shopflow_core", "0004_worker_heartbeat")]

    operations = [
        migrations.AddField(model_name="outboxevent", name="causes", field=models.JSONField(default=list)),
    ]
