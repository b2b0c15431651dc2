from django.db import migrations

from shopflow.core.append_only import AllowEmptying


class Migration(migrations.Migration):
    dependencies = [("shopflow_mailing", "0009_lifted_blocks")]

    operations = [AllowEmptying("LiftedBlock", ["lifted_by", "why"])]
