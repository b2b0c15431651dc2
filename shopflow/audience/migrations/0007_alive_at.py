"""Contacts know of their latest sign of life; for those of before, it is when they became known."""

from django.db import migrations, models
from django.db.models import F, Q
from django.utils import timezone

import shopflow.core.clock


def begin_with_the_first_day(apps, schema_editor):
    apps.get_model("shopflow_audience", "Contact").objects.update(alive_at=F("created_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("shopflow_audience", "0006_zones_that_were_entered"),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="alive_at",
            field=models.DateTimeField(default=timezone.now, editable=False),
        ),
        # The shop's clock has a table of its own, which may not be there yet while the column is made.
        migrations.AlterField(
            model_name="contact",
            name="alive_at",
            field=models.DateTimeField(default=shopflow.core.clock.now, editable=False),
        ),
        migrations.RunPython(begin_with_the_first_day, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=Q(("user__isnull", True)), fields=["alive_at"], name="sf_contact_alive"
            ),
        ),
    ]
