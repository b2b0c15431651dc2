"""Check that the consent ledger is whole: for the auditor, and for a nightly job."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shopflow.audience.services import verify_ledger


class Command(BaseCommand):
    help = "Checks every hash chain of the consent ledger, or those of one address; fails if one was altered."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", default="", help="check this address only")

    def handle(self, *args: Any, **options: Any) -> None:
        chains = entries = 0
        broken = []
        for verdict in verify_ledger(email=options["email"]):
            chains, entries = chains + 1, entries + verdict.entries
            if verdict.problem:
                broken.append(verdict.problem)
        for problem in broken:
            self.stderr.write(problem)
        if broken:
            raise CommandError(f"{len(broken)} of {chains} chains are broken.")
        self.stdout.write(f"{chains} chains with {entries} entries are whole.")
