"""The first page of the staff area: Oscar's figures, and where each order stands."""

from __future__ import annotations

from typing import Any

from oscar.apps.dashboard import views as stock
from oscar.apps.dashboard.views import *  # noqa: F403

from oscar_ext.dashboard.queries import orders_by_status


class IndexView(stock.IndexView):
    def get_stats(self) -> dict[str, Any]:
        stats: dict[str, Any] = super().get_stats()
        stats["orders_by_status"] = orders_by_status(stats["order_status_breakdown"])
        return stats
