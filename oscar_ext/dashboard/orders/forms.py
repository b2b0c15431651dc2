"""Oscar's forms for staff, with our words for order statuses."""

from __future__ import annotations

from typing import Any

from oscar.apps.dashboard.orders import forms as stock
from oscar.apps.dashboard.orders.forms import *  # noqa: F403

from oscar_ext.order.statuses import status_label


class OrderSearchForm(stock.OrderSearchForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["status"]
        field.choices = [(value, status_label(value) if value else label) for value, label in field.choices]
