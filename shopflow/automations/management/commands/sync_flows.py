from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from shopflow.automations.services import sync_builtin_flows


class Command(BaseCommand):
    help = "Bring the automations of shopflow and of installed plugins into the database. migrate does it, too."

    def handle(self, *args: Any, **options: Any) -> None:
        for version in sync_builtin_flows():
            self.stdout.write(f"{version.flow.code}: version {version.number}")
        self.stdout.write("The automations are up to date.")
