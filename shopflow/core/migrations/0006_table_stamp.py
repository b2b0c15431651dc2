from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shopflow_core", "0005_event_causes")]

    operations = [
        migrations.CreateModel(
            name="TableStamp",
            fields=[
                ("label", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("stamp", models.CharField(max_length=32)),
            ],
            options={"verbose_name": "state of a table", "verbose_name_plural": "states of tables"},
        ),
    ]
