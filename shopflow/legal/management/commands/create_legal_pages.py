from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from shopflow.core.queries import seller
from shopflow.legal.services import create_page_tree


class Command(BaseCommand):
    help = "Create the home page and the legal pages that are missing, as drafts for your lawyer to confirm."

    def handle(self, *args: Any, **options: Any) -> None:
        home = create_page_tree(seller=seller())
        count = home.get_children().count()
        self.stdout.write(f"“{home.title}” stands with {count} pages below it. Have the legal texts checked.")
