from django.db import migrations, models


def read_again(apps, schema_editor):
    """What a row is known by has another meaning now; each is read as a whole once more."""
    records = apps.get_model("shopflow_parts", "PartRecord").objects.using(schema_editor.connection.alias)
    records.filter(raw_hash__isnull=False).update(raw_hash=None)


class Migration(migrations.Migration):
    """A hash over everything but price and stock, as delivered and as what it means."""

    dependencies = [("shopflow_parts", "0012_safety_notices")]

    operations = [
        migrations.AddField("partrecord", "rest_text_hash", models.BigIntegerField(editable=False, null=True)),
        migrations.AddField("partrecord", "rest_hash", models.BigIntegerField(editable=False, null=True)),
        migrations.RunPython(read_again, migrations.RunPython.noop),
    ]
