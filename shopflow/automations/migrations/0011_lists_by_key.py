from django.db import migrations, models


class Migration(migrations.Migration):
    """Lists of runs, whatever they are narrowed by, are read in the order of an index."""

    dependencies = [
        ("shopflow_automations", "0010_fewer_indexes"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="run", name="sf_run_flow_state"),
        migrations.RemoveIndex(model_name="run", name="sf_run_parked"),
        migrations.AddIndex(
            model_name="run", index=models.Index(fields=["flow", "state", "id"], name="sf_run_flow_state_id")
        ),
        migrations.AddIndex(model_name="run", index=models.Index(fields=["flow", "id"], name="sf_run_flow_id")),
        migrations.AddIndex(model_name="run", index=models.Index(fields=["state", "id"], name="sf_run_state_id")),
    ]
