from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from shopflow.storefront.models import ListingEntry, SearchDocument
from shopflow.storefront.services import refresh_all, refresh_products


class Command(BaseCommand):
    help = "Recompute what category pages and search show. Safe at any time; touches only what differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("product_ids", nargs="*", type=int, help="Only these products; all when left out.")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        if options["product_ids"]:
            refresh_products(options["product_ids"])
        else:
            refresh_all()
        self.stdout.write(
            f"{SearchDocument.objects.count()} products on {ListingEntry.objects.values('shelf').distinct().count()} "
            f"shelves, {time.monotonic() - started:.1f} s"
        )
