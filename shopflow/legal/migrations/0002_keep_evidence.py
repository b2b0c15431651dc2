from django.db import migrations

from shopflow.core.append_only import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("shopflow_legal", "0001_initial")]

    operations = [ForbidChanges(["LegalTextVersion", "LegalTextFile", "OrderLegalText", "WithdrawalDeclaration"])]
