from django.db import migrations, models

CLASSES = ["standard", "reduced", "ebook", "margin", "exchange"]


class Migration(migrations.Migration):
    dependencies = [("shopflow_tax", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="producttax", name="sf_producttax_class"),
        migrations.AlterField(
            model_name="producttax",
            name="tax_class",
            field=models.CharField(
                choices=[
                    ("standard", "standard rate"),
                    ("reduced", "reduced rate (Annex 2 UStG)"),
                    ("ebook", "e-book, audio book, e-paper"),
                    ("margin", "second-hand, margin scheme (§ 25a UStG)"),
                    ("exchange", "exchange part, with VAT on the old part (10.5 (3) UStAE)"),
                ],
                default="standard",
                max_length=16,
                verbose_name="tax class",
            ),
        ),
        migrations.AddConstraint(
            model_name="producttax",
            constraint=models.CheckConstraint(
                condition=models.Q(tax_class__in=CLASSES), name="sf_producttax_class"
            ),
        ),
    ]
