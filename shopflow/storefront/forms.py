from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

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
    hsn = forms.RegexField(
        label=_("HSN (field 2.1)"),
        regex=r"^\s*\d{3,4}\s*$",
        required=False,
        error_messages={"invalid": _("The HSN has four digits, such as 0603. It stands in field 2.1.")},
    )
    tsn = forms.RegexField(
        label=_("TSN (field 2.2)"),
        regex=r"^\s*[0-9A-Za-z]{3,8}\s*$",
        required=False,
        error_messages={
            "invalid": _("The TSN begins with three letters or digits, such as BPH. It stands in field 2.2.")
        },
    )
    sort = forms.ChoiceField(choices=[(s.code, s.label) for s in SORTINGS.values()], required=False, label=_("Sort by"))
    ansicht = forms.ChoiceField(choices=[("", ""), ("liste", "")], required=False)

    data: QueryDict

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.is_valid()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("hsn")) != bool(cleaned.get("tsn")) and not {"hsn", "tsn"} & self.errors.keys():
            missing = "tsn" if cleaned.get("hsn") else "hsn"
            self.add_error(missing, _("Please enter both HSN and TSN; together they name your vehicle."))
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
        hsn, tsn = cleaned.get("hsn"), cleaned.get("tsn")
        return Filters(
            brands=tuple(brand[:120] for brand in self.brands),
            available=bool(cleaned.get("lieferbar")),
            price_from=_cents(cleaned.get("preis_von")),
            price_to=_cents(cleaned.get("preis_bis")),
            vehicle=(hsn.strip().zfill(4), tsn.strip().upper()[:3]) if hsn and tsn else None,
        )

    @property
    def sorting(self) -> Sorting:
        return SORTINGS.get(self.cleaned_data.get("sort", ""), DEFAULT_SORTING)

    @property
    def is_list_view(self) -> bool:
        return self.cleaned_data.get("ansicht") == "liste"


def _cents(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount * 100)
