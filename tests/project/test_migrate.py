"""Only an empty database is migrated the quick way; the schemas are compared in ``tests/addon/test_wheel.py``."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db.migrations.migration import Migration
from django.db.migrations.recorder import MigrationRecorder

from shopflow.project import quick_states


@pytest.mark.parametrize(("applied", "quick"), [({}, True), ({("auth", "0001_initial"): None}, False)])
def test_a_database_that_holds_anything_is_left_to_django(monkeypatch, applied, quick):
    stock, seen = Migration.apply, []
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda self: applied)
    monkeypatch.setattr(migrate.Command, "handle", lambda self, **options: seen.append(Migration.apply))

    call_command("migrate", skip_checks=True)

    assert seen == [quick_states._apply if quick else stock]
    assert Migration.apply is stock
