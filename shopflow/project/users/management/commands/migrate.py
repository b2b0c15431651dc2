"""Django's own ``migrate``; an empty database is filled in a quarter of the time."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from shopflow.project.quick_states import quick_states


class Command(migrate.Command):
    """A database that holds anything already is migrated by Django alone."""

    def handle(self, *args: Any, **options: Any) -> None:
        applied = MigrationRecorder(connections[options["database"]]).applied_migrations()
        with nullcontext() if applied else quick_states():
            super().handle(*args, **options)
