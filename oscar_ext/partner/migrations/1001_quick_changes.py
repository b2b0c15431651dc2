from django.db import migrations, models

FILLED = 50
"""Percent of a page of stock records that new rows take: the new version of a row finds room beside the old one, and
no index is touched. The next delivery takes the old one's room."""


def leave_room(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE partner_stockrecord SET (fillfactor = {FILLED})")


def fill_pages(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE partner_stockrecord RESET (fillfactor)")


class Migration(migrations.Migration):
    """A delivery of new prices and stocks changes every stock record: nothing asks by the day on which it did."""

    dependencies = [("partner", "0007_partneraddress_code")]

    operations = [
        migrations.AlterField(
            model_name="stockrecord",
            name="date_updated",
            field=models.DateTimeField(auto_now=True, verbose_name="Date updated"),
        ),
        migrations.RunPython(leave_room, fill_pages),
    ]
