import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A delivery of new prices writes a row of history per part; the look at each part was half of that."""

    dependencies = [("shopflow_parts", "0013_what_is_not_trade")]

    operations = [
        migrations.AlterField(
            model_name="pricehistory",
            name="part",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="price_changes",
                to="shopflow_parts.partrecord",
            ),
        ),
    ]
