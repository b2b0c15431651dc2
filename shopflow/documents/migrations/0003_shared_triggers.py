"""Databases made before the evidence of all rooms shared one trigger function get it too, and lose their own."""

from django.db import migrations

from shopflow.core.append_only import ForbidChangesAgain


def drop_the_old_function(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS shopflow_documents_immutable()")


class Migration(migrations.Migration):
    dependencies = [("shopflow_documents", "0002_immutable")]

    operations = [
        ForbidChangesAgain(["Document"]),
        migrations.RunPython(drop_the_old_function, migrations.RunPython.noop),
    ]
