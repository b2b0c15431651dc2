from django.db import migrations, models

from shopflow.core.append_only import ForbidChangesAgain


class Migration(migrations.Migration):
    """Texts that only correct typing errors of another."""

    dependencies = [
        ("shopflow_mailing", "0005_channels"),
    ]

    operations = [
        migrations.AddField(
            model_name="mailtext",
            name="corrects",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        ForbidChangesAgain(["MailText"]),
    ]
