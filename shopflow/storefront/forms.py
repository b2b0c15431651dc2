from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from shopflow.parts.vehicle_keys import BadKey, Vehicle, read_keys
from shopflow.storefront.queries.listing import DEFAULT_SORTING, SORTINGS, Filters, Sorting

MAX_BRANDS = 20


class FilterForm(forms.Form):
    """The filters of a list as they stand in its address. A filter that cannot be read is left out and said so."""

    lieferbar = forms.BooleanField(label=_("Available at once"), required=False)
    preis_von = forms.DecimalField(
        label=_("Price from"),
        required=False,
        min_value=0,
        max_value=Decimal(9_999_999),
        decimal_places=2,
        localize=True,
    )
    preis_bis = forms.DecimalField(
        label=_("Price up to"),
        required=False,
        min_value=0,
        max_value=Decimal(9_999_999),
        decimal_places=2,
        localize=True,
    )
    hsn = forms.CharField(label=_("HSN (field 2.1)"), max_length=30, required=False)
    tsn = forms.CharField(label=_("TSN (field 2.2)"), max_length=20, required=False)
    passend = forms.BooleanField(label=_("Only parts that fit my vehicle"), required=False)
    sort = forms.ChoiceField(choices=[(s.code, s.label) for s in SORTINGS.values()], required=False, label=_("Sort by"))
    ansicht = forms.ChoiceField(choices=[("", ""), ("liste", "")], required=False)

    data: QueryDict

    def __init__(self, data: QueryDict, *, chosen: Vehicle | None = None) -> None:
        super().__init__(data)
        self.chosen = chosen
        self.typed: Vehicle | None = None
        self.is_valid()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        hsn, tsn = cleaned.get("hsn"), cleaned.get("tsn")
        if (hsn or tsn) and not {"hsn", "tsn"} & self.errors.keys():
            try:
                self.typed = Vehicle(*read_keys(hsn or "", tsn or ""))
            except BadKey as error:
                self.add_error(error.field, str(error))
        low, high = cleaned.get("preis_von"), cleaned.get("preis_bis")
        if low is not None and high is not None and low > high:
            self.add_error("preis_bis", _("This price is lower than the one in “Price from”."))
        return cleaned

    @property
    def brands(self) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(brand for brand in self.data.getlist("marke")[:MAX_BRANDS] if brand and "\0" not in brand)
        )

    @property
    def filters(self) -> Filters:
        cleaned = self.cleaned_data
        return Filters(
            brands=tuple(brand[:120] for brand in self.brands),
            available=bool(cleaned.get("lieferbar")),
            price_from=_cents(cleaned.get("preis_von")),
            price_to=_cents(cleaned.get("preis_bis")),
            vehicle=self.typed or (self.chosen if cleaned.get("passend") else None),
        )

    @property
    def vehicle(self) -> Vehicle | None:
        """The vehicle that cards speak of: the one in the address, else the chosen one."""
        return self.typed or self.chosen

    @property
    def sorting(self) -> Sorting:
        return SORTINGS.get(self.cleaned_data.get("sort", ""), DEFAULT_SORTING)

    @property
    def is_list_view(self) -> bool:
        return self.cleaned_data.get("ansicht") == "liste"


def _cents(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount * 100)
