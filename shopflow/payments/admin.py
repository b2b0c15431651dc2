from __future__ import annotations

from typing import Any

from django.contrib import admin

from shopflow.payments.models import GatewayPayment, GatewayRefund


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    def has_add_permission(self, request: Any) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False


@admin.register(GatewayPayment)
class GatewayPaymentAdmin(ReadOnly):
    list_display = ["order_number", "variant", "status", "total", "captured_amount", "created"]
    list_filter = ["status", "variant"]
    search_fields = ["order_number", "reference", "transaction_id"]


@admin.register(GatewayRefund)
class GatewayRefundAdmin(ReadOnly):
    list_display = ["payment", "amount", "state", "at", "message"]
    list_filter = ["state"]
