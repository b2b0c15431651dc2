"""Move the shop's clock forward, to see today what would happen tomorrow."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from shopflow.core import clock


class Command(BaseCommand):
    help = "Move the clock of a demo shop forward; needs SHOPFLOW_MOVABLE_CLOCK."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hours", type=float, default=0)
        parser.add_argument("--days", type=float, default=0)

    def handle(self, *args: Any, **options: Any) -> None:
        by = timedelta(hours=options["hours"], days=options["days"])
        if not by:
            raise CommandError("Say by how much: --hours 25 or --days 10.")
        try:
            now = clock.move_forward(by)
        except (clock.ClockFixed, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"For the shop it is now {timezone.localtime(now):%Y-%m-%d %H:%M}.")
