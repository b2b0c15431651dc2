"""Staff doors to orders: Oscar's views, with our statuses and rights."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext as _
from oscar.apps.dashboard.orders import views as stock
from oscar.apps.dashboard.orders.views import *  # noqa: F403
from oscar.apps.order.exceptions import InvalidOrderStatus

from oscar_ext.order.services import change_status
from oscar_ext.order.statuses import status_label

NOTES = {"save_note", "delete_note"}
"""What whoever may look at an order may do there, too."""


class OrderListView(stock.OrderListView):
    def get_search_filter_descriptions(self) -> list[str]:
        """As Oscar's, with the word for a status in place of its code."""
        descriptions: list[str] = super().get_search_filter_descriptions()
        status = getattr(self.form, "cleaned_data", {}).get("status")
        if not status:
            return descriptions
        pattern = _("Order status is {order_status}")
        code, word = (pattern.format(order_status=text) for text in (status, status_label(status)))
        return [word if text == code else text for text in descriptions]

    def change_order_statuses(self, request: Any, orders: Any) -> HttpResponse:
        if not request.user.has_perm("order.change_order"):
            raise PermissionDenied
        return super().change_order_statuses(request, orders)

    def change_order_status(self, request: Any, order: Any) -> None:
        new_status = request.POST.get("new_status", "")
        try:
            change_status(order_id=order.pk, new_status=new_status, actor=request.user)
        except InvalidOrderStatus as refusal:
            messages.error(request, str(refusal))
        else:
            words = {"number": order.number, "status": status_label(new_status)}
            messages.success(request, _("Order %(number)s is now “%(status)s”.") % words)


class OrderDetailView(stock.OrderDetailView):
    def get_order_lines(self) -> Any:
        return self.object.lines.select_related("product", "partner").order_by("pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ctx = super().get_context_data(**kwargs)
        order = self.object
        ctx.update(
            next_statuses=[(status, status_label(status)) for status in order.available_statuses()],
            status_history=order.status_changes.order_by("date_created", "pk"),
            agreements=order.agreements.order_by("position"),
            may_change=self.may_change(),
        )
        return ctx

    def may_change(self) -> bool:
        return bool(self.request.user.has_perm("order.change_order"))

    def handle_order_action(self, request: Any, order: Any, action: str) -> HttpResponse:
        if action not in NOTES and not self.may_change():
            raise PermissionDenied
        return super().handle_order_action(request, order, action)

    def handle_line_action(self, request: Any, order: Any, action: str) -> HttpResponse:
        """Lines move with their order; Oscar's doors to them have no form here, and stay shut."""
        raise PermissionDenied

    def change_order_status(self, request: Any, order: Any) -> HttpResponse:
        new_status = request.POST.get("new_status", "")
        try:
            change_status(order_id=order.pk, new_status=new_status, actor=request.user)
        except InvalidOrderStatus as refusal:
            return self.reload_page(error=str(refusal))
        messages.success(request, _("The order is now “%(status)s”.") % {"status": status_label(new_status)})
        return self.reload_page()
