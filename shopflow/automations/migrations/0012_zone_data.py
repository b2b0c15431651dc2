from django.db import migrations, models


class Migration(migrations.Migration):
    """How the clocks of each zone are set is kept, so that a change of that is noticed."""

    dependencies = [
        ("shopflow_automations", "0011_lists_by_key"),
    ]

    operations = [
        migrations.CreateModel(
            name="ZoneData",
            fields=[
                ("zone", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("fingerprint", models.CharField(max_length=64)),
                ("changed_at", models.DateTimeField()),
                ("replan_after", models.PositiveBigIntegerField(null=True)),
            ],
        ),
    ]
