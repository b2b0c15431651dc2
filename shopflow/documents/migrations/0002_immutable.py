"""The database refuses to change or delete an issued document, whoever asks (§ 146 (4) AO, GoBD)."""

from django.db import migrations

from shopflow.core.append_only import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("shopflow_documents", "0001_initial")]

    operations = [ForbidChanges(["Document"])]
