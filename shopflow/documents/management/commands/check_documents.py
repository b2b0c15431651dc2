from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shopflow.documents.models import Document
from shopflow.documents.queries import Integrity, check_file


class Command(BaseCommand):
    help = "Compare the file of every issued document with its hash; fails if one is missing or was altered."

    def handle(self, *args: Any, **options: Any) -> None:
        count, wrong = 0, []
        for document in Document.objects.defer("content").order_by("pk").iterator():
            count += 1
            found = check_file(document)
            if found is not Integrity.INTACT:
                wrong.append(document.number)
                self.stderr.write(f"{document.number}: {found}")
        if wrong:
            raise CommandError(f"{len(wrong)} of {count} documents are not as they were issued.")
        self.stdout.write(f"{count} documents checked, all unaltered.")
