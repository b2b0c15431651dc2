"""Exchange parts that are known already get their tax class; from here on services see to it."""

from django.db import migrations


def tax_exchange_parts(apps, schema_editor):
    exchange = apps.get_model("shopflow_parts", "PartRecord").objects.filter(core_taxed=True, tax_code="standard")
    taxes = apps.get_model("shopflow_tax", "ProductTax").objects
    taxes.filter(product__part_record__in=exchange, tax_class="standard").update(tax_class="exchange")
    missing = exchange.filter(product__shopflow_tax__isnull=True).values_list("product_id", flat=True)
    rows = [taxes.model(product_id=product_id, tax_class="exchange") for product_id in missing]
    taxes.bulk_create(rows, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("shopflow_parts", "0007_extra_fields"), ("shopflow_tax", "0002_exchange_parts")]

    operations = [migrations.RunPython(tax_exchange_parts, migrations.RunPython.noop)]
