from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from oscar.core.loading import get_model

from shopflow.parts.models import SafetyNotice
from shopflow.parts.numbers import number_key


class NoticeForm(forms.ModelForm):  # type: ignore[type-arg]
    """A recall or safety warning; products by their numbers, one a line."""

    numbers = forms.CharField(
        label=gettext_lazy("Article or part numbers, one a line"), widget=forms.Textarea(attrs={"rows": 4})
    )
    product_ids: list[int]

    class Meta:
        model = SafetyNotice
        fields = ["kind", "title", "batch", "hazard", "instructions", "remedy", "sold_from", "sold_to"]
        widgets = {
            **{name: forms.Textarea(attrs={"rows": 3}) for name in ("hazard", "instructions", "remedy")},
            **{name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d") for name in ("sold_from", "sold_to")},
        }
        help_texts = {
            "hazard": gettext_lazy("Plainly, without words such as “voluntary”, “precautionary” or “rare” (Art. 36)."),
            "instructions": gettext_lazy("Begin with: stop using it at once."),
        }

    def clean_numbers(self) -> str:
        given: str = self.cleaned_data["numbers"]
        wanted = list(dict.fromkeys(line.strip() for line in given.splitlines() if line.strip()))
        found: dict[str, list[int]] = {number: _products(number) for number in wanted}
        if unknown := [number for number, products in found.items() if not products]:
            raise forms.ValidationError(_("There is no product with: %(numbers)s.") % {"numbers": ", ".join(unknown)})
        self.product_ids = sorted({pk for products in found.values() for pk in products})
        return given

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("sold_from"), cleaned.get("sold_to")
        if first and last and last < first:
            self.add_error("sold_to", _("The last day lies before the first."))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """The notice's own fields."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


def _products(number: str) -> list[int]:
    products = get_model("catalogue", "Product").objects
    named = Q(upc=number) | Q(stockrecords__partner_sku=number) | Q(part_record__number_key=number_key(number))
    return list(products.filter(named).values_list("pk", flat=True).distinct())
