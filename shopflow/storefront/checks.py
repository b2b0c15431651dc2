from __future__ import annotations

import sqlite3
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections


@register(Tags.database)
def search_is_possible(databases: list[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """The search runs on PostgreSQL, or on an SQLite that was built with FTS5."""
    messages: list[CheckMessage] = []
    for alias in databases or []:
        vendor = connections[alias].vendor
        if vendor == "sqlite" and not _has_fts5():
            messages.append(
                Error(
                    "This SQLite was built without FTS5, so products cannot be searched.",
                    hint="Use a Python whose SQLite has FTS5, or set DATABASE_URL to a PostgreSQL database.",
                    id="shopflow_storefront.E001",
                )
            )
        elif vendor not in {"postgresql", "sqlite"}:
            messages.append(
                Error(
                    f"The database “{alias}” is {vendor}; the storefront's search knows PostgreSQL and SQLite.",
                    hint="Set DATABASE_URL to a PostgreSQL database.",
                    id="shopflow_storefront.E002",
                )
            )
    return messages


def _has_fts5() -> bool:
    with sqlite3.connect(":memory:") as memory:
        return ("ENABLE_FTS5",) in memory.execute("PRAGMA compile_options").fetchall()
