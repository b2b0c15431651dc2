from __future__ import annotations

from django.contrib import admin

from shopflow.tax.models import TaxSettings, VatRate


@admin.register(VatRate)
class VatRateAdmin(admin.ModelAdmin):
    list_display = ["country", "tax_class", "percent", "valid_from", "valid_to", "source", "confirmed_by"]
    list_filter = ["tax_class", "country"]
    search_fields = ["country", "source"]
    raw_id_fields = ["confirmed_by"]


@admin.register(TaxSettings)
class TaxSettingsAdmin(admin.ModelAdmin):
    def has_add_permission(self, request) -> bool:
        return not TaxSettings.objects.exists()

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
