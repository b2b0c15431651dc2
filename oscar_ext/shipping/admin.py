from __future__ import annotations

from typing import Any

from django.contrib import admin
from oscar.apps.shipping.admin import *

from oscar_ext.shipping.models import ShippingRate
from oscar_ext.shipping.services import mark_served_countries


@admin.register(ShippingRate)
class ShippingRateAdmin(admin.ModelAdmin):
    list_display = [
        "name",
        "code",
        "countries",
        "price",
        "free_from",
        "days_from",
        "days_to",
        "dangerous_goods",
        "is_active",
    ]
    search_fields = ["name", "code", "countries"]

    def save_model(self, request: Any, obj: Any, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        mark_served_countries()

    def delete_model(self, request: Any, obj: Any) -> None:
        super().delete_model(request, obj)
        mark_served_countries()
