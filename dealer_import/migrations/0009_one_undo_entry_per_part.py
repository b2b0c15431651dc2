"""One entry per part and run instead of one for each field; what earlier runs have replaced is kept."""

from django.db import migrations, models

TOGETHER = {
    "postgresql": """
        INSERT INTO dealer_import_partundo (run_id, part_id, changes)
        SELECT run_id, part_id, CAST(json_object_agg(field, json_build_array(old, new)) AS text)
        FROM dealer_import_undoentry GROUP BY run_id, part_id""",
    "sqlite": """
        INSERT INTO dealer_import_partundo (run_id, part_id, changes)
        SELECT run_id, part_id, json_group_object(field, json_array(old, new))
        FROM dealer_import_undoentry GROUP BY run_id, part_id""",
}
APART = {
    "postgresql": """
        INSERT INTO dealer_import_undoentry (run_id, part_id, field, old, new)
        SELECT u.run_id, u.part_id, f.key, f.value ->> 0, f.value ->> 1
        FROM dealer_import_partundo u CROSS JOIN LATERAL json_each(CAST(u.changes AS json)) f""",
    "sqlite": """
        INSERT INTO dealer_import_undoentry (run_id, part_id, field, old, new)
        SELECT u.run_id, u.part_id, f.key, CAST(json_extract(f.value, '$[0]') AS text),
            CAST(json_extract(f.value, '$[1]') AS text) FROM dealer_import_partundo u, json_each(u.changes) f""",
}


def together(apps, schema_editor):
    schema_editor.execute(TOGETHER[schema_editor.connection.vendor])


def apart(apps, schema_editor):
    schema_editor.execute(APART[schema_editor.connection.vendor])


class Migration(migrations.Migration):
    dependencies = [("dealer_import", "0008_quicker_hashes")]

    operations = [
        migrations.CreateModel(
            name="PartUndo",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "run_id", "part_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("run_id", models.BigIntegerField()),
                ("part_id", models.BigIntegerField()),
                ("changes", models.TextField()),
            ],
            options={"verbose_name": "undo entry", "verbose_name_plural": "undo entries"},
        ),
        migrations.RunPython(together, apart),
        migrations.DeleteModel(name="UndoEntry"),
    ]
