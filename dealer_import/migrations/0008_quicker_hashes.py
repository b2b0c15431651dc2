"""Identities by the new hash; rows are read again once, because what they were known by means nothing any more."""

from django.db import migrations

from dealer_import.canonical import identity_hash

CHUNK = 5000


def rehash(apps, schema_editor):
    records = apps.get_model("shopflow_parts", "PartRecord").objects.using(schema_editor.connection.alias)
    named = records.filter(identity__isnull=False).order_by("pk").values_list("pk", "brand__code", "number_key")
    last = 0
    while some := list(named.filter(pk__gt=last)[:CHUNK]):
        last = some[-1][0]
        parts = [records.model(pk=pk, identity=identity_hash(code, key)) for pk, code, key in some]
        records.bulk_update(parts, ["identity"], batch_size=500)
    records.filter(raw_hash__isnull=False).update(raw_hash=None)


class Migration(migrations.Migration):
    dependencies = [
        ("dealer_import", "0007_low_stock"),
        ("shopflow_parts", "0012_safety_notices"),
    ]

    operations = [migrations.RunPython(rehash, migrations.RunPython.noop)]
