from itertools import count

import django.db.models.deletion
from django.db import migrations, models


def part_duplicates(apps, schema_editor):
    """A second stock record of a seller for a product, which was never sold, goes to a seller of its own."""
    record, partner = apps.get_model("partner", "StockRecord"), apps.get_model("partner", "Partner")
    known = record.objects.using(schema_editor.connection.alias)
    groups = known.values("product_id", "partner_id").annotate(count=models.Count("pk")).filter(count__gt=1)
    for group in groups.order_by("product_id", "partner_id"):
        first, *others = known.filter(product=group["product_id"], partner=group["partner_id"]).order_by("pk")
        numbers = count(2)
        for other in others:
            same = models.Q(product=other.product_id) | models.Q(partner_sku=other.partner_sku)
            names = ((f"{first.partner.code[:120]}-{number}", number) for number in numbers)
            code, number = next(name for name in names if not known.filter(same, partner__code=name[0]).exists())
            values = {"name": f"{first.partner.name[:120]} ({number})"}
            other.partner, _made = partner.objects.using(known.db).get_or_create(code=code, defaults=values)
            other.save(update_fields=["partner"])
    schema_editor.connection.check_constraints(["partner_stockrecord"])  # PostgreSQL alters no table that waits for it


class Migration(migrations.Migration):
    """Oscar sells the first stock record of a product; a seller has one, which a delivery can tell."""

    dependencies = [("partner", "1001_quick_changes")]

    operations = [
        migrations.RunPython(part_duplicates, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="stockrecord",
            constraint=models.UniqueConstraint(fields=["product", "partner"], name="stockrecord_one_a_seller"),
        ),
        migrations.AlterField(
            model_name="stockrecord",
            name="product",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="stockrecords",
                to="catalogue.product",
                verbose_name="Product",
            ),
        ),
    ]
