from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from shopflow.automations.overview import flow_table


class Command(BaseCommand):
    help = "Print every automation that the shop and its plugins bring, as a Markdown table."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(flow_table(), ending="")
