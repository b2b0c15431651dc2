"""Turn our ``.po`` files into the ``.mo`` files that gettext reads; needs no system package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.core.management.base import BaseCommand

import shopflow

ROOT = Path(shopflow.__file__).resolve().parent.parent


class Command(BaseCommand):
    help = "Compile the translations of shopflow, oscar_ext and dealer_import."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for package in ("shopflow", "oscar_ext", "dealer_import"):
            for source in sorted((ROOT / package).glob("**/locale/*/LC_MESSAGES/*.po")):
                with source.open("rb") as stream:
                    catalogue = read_po(stream, locale=source.parts[-3])
                with source.with_suffix(".mo").open("wb") as stream:
                    write_mo(stream, catalogue)
                count += 1
        self.stdout.write(f"{count} translation files compiled.")
