import django.db.models.deletion
from django.db import migrations, models

FILLED = 50
"""Percent of a page of part data that new rows take. A delivery of new prices changes every row: the new version of a
row finds room beside the old one, and its six indexes need not be touched. The next delivery takes the old one's room."""


def leave_room(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE shopflow_parts_partrecord SET (fillfactor = {FILLED})")


def fill_pages(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE shopflow_parts_partrecord RESET (fillfactor)")


class Migration(migrations.Migration):
    """Every import writes part data and price history: less work for their indexes."""

    dependencies = [("shopflow_parts", "0009_delivery_promise")]

    operations = [
        migrations.RunPython(leave_room, fill_pages),
        migrations.AlterField(
            model_name="pricehistory",
            name="part",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="price_changes",
                to="shopflow_parts.partrecord",
            ),
        ),
    ]
