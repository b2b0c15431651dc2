from __future__ import annotations

from typing import Any

from django.contrib import admin

from shopflow.tax.models import TaxSettings, VatRate


@admin.register(VatRate)
class VatRateAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["country", "tax_class", "percent", "valid_from", "valid_to", "source", "confirmed_by"]
    list_filter = ["tax_class", "country"]
    search_fields = ["country", "source"]
    raw_id_fields = ["confirmed_by"]


@admin.register(TaxSettings)
class TaxSettingsAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    def has_add_permission(self, request: Any) -> bool:
        return not TaxSettings.objects.exists()

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False
