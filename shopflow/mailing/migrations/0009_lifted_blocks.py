from django.db import migrations, models

from shopflow.core.append_only import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("shopflow_mailing", "0008_hand_over")]

    operations = [
        migrations.CreateModel(
            name="LiftedBlock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email_hash", models.CharField(max_length=64)),
                ("scope", models.CharField(max_length=32, verbose_name="scope")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("unsubscribed", "unsubscribed"),
                            ("bounced", "the address does not exist"),
                            ("soft_bounces", "could not be delivered several times"),
                            ("rejected", "the provider refuses mail to this address"),
                            ("complained", "reported as spam"),
                            ("manual", "blocked by staff"),
                            ("erased", "data erased at the person's wish"),
                        ],
                        max_length=16,
                        verbose_name="reason",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
                ("blocked_at", models.DateTimeField(verbose_name="since")),
                ("lifted_at", models.DateTimeField(verbose_name="lifted")),
                ("lifted_by", models.CharField(max_length=254, verbose_name="lifted by")),
                ("why", models.CharField(max_length=500, verbose_name="why")),
            ],
            options={
                "verbose_name": "lifted block",
                "verbose_name_plural": "lifted blocks",
                "indexes": [models.Index(fields=["email_hash", "lifted_at"], name="sf_lifted_block_person")],
            },
        ),
        ForbidChanges(["LiftedBlock"]),
    ]
