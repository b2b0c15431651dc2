"""Prices and stock, which nearly every run writes, are kept as numbers; what earlier runs have noted as JSON stays so."""

from django.db import migrations, models

FIELDS = {"price": "price", "num_in_stock": "stock", "list_price_cents": "list_price", "cost_cents": "cost"}


def as_json(apps, schema_editor):
    """Every pair becomes text again, beside what stands there."""
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    differs = "IS DISTINCT FROM" if is_postgresql else "IS NOT"
    for field, name in FIELDS.items():
        values = (f"COALESCE(CAST({when}_{name} AS text), 'null')" for when in ("old", "new"))
        told = f"""'"{field}":[' || {" || ',' || ".join(values)} || ']'"""
        schema_editor.execute(
            f"""UPDATE dealer_import_partundo SET changes = CASE WHEN changes = '' THEN '{{' || {told} || '}}'
                    ELSE substr(changes, 1, length(changes) - 1) || ',' || {told} || '}}' END
                WHERE old_{name} {differs} new_{name}"""
        )


class Migration(migrations.Migration):
    dependencies = [("dealer_import", "0009_one_undo_entry_per_part")]

    operations = [
        *(
            migrations.AddField("partundo", f"{when}_{name}", models.IntegerField(null=True))
            for name in FIELDS.values()
            for when in ("old", "new")
        ),
        migrations.RunPython(migrations.RunPython.noop, as_json),
    ]
