from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shopflow.automations.overview import example_section, flow_table
from shopflow.contracts.automations import flows


class Command(BaseCommand):
    help = "Print every automation that the shop and its plugins bring, as a Markdown table."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--examples", action="store_true", help="print who gets what when in the stored examples")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["examples"]:
            self.stdout.write("\n".join(example_section(code) for code in flows.codes()), ending="")
            return
        self.stdout.write(flow_table(), ending="")
