"""A contact's time zone is empty until somebody enters one, so that the country of delivery counts.

Up to now every contact had ``Europe/Berlin``, and nothing tells those for whom it was chosen from those who merely got
it: all of these become empty. For deliveries to Germany, and in a German shop for people of whom no country is known,
the zone remains Europe/Berlin. Whoever lives elsewhere than the goods go needs a zone entered by hand.
Waits that have begun keep their date.
"""

from django.db import migrations, models

OLD = "Europe/Berlin"


def forget_the_default(apps, schema_editor):
    apps.get_model("shopflow_audience", "Contact").objects.filter(time_zone=OLD).update(time_zone="")


def put_the_default_back(apps, schema_editor):
    apps.get_model("shopflow_audience", "Contact").objects.filter(time_zone="").update(time_zone=OLD)


class Migration(migrations.Migration):
    dependencies = [
        ("shopflow_audience", "0005_led_at"),
    ]

    operations = [
        migrations.AlterField(
            model_name="contact",
            name="time_zone",
            field=models.CharField(blank=True, db_default="", max_length=64, verbose_name="time zone"),
        ),
        migrations.RunPython(forget_the_default, put_the_default_back),
    ]
