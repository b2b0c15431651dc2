from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dealer_import.exports.reorder import ProposedLine
from dealer_import.forms.profiles import plain_selects
from dealer_import.models import FeedSettings, Supplier
from dealer_import.values import NumberFormat


class FeedForm(forms.ModelForm):
    new_address = forms.BooleanField(label=gettext_lazy("Make a new secret address"), required=False)

    class Meta:
        model = FeedSettings
        fields = ["access", "without_pictures"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_selects(self)


class SupplierForm(forms.ModelForm):
    """The minimum order value is asked for in euros."""

    min_order = forms.CharField(label=gettext_lazy("Minimum order value, net, in euros"), max_length=14, required=False)

    class Meta:
        model = Supplier
        fields = ["name", "email", "customer_number", "brands", "threshold", "target", "lead_days"]
        widgets = {"brands": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cents = self.instance.min_order_cents
        self.fields["min_order"].initial = f"{cents // 100},{cents % 100:02d}" if cents else ""

    def clean_min_order(self) -> int:
        text = self.cleaned_data["min_order"].strip()
        if not text:
            return 0
        try:
            cents, _lost = NumberFormat().scaled(text, 2)
        except ValueError:
            cents = -1
        if not 0 <= cents <= 2_000_000_000:
            raise forms.ValidationError(_("Write an amount such as 150,00."))
        return cents

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if (cleaned.get("target") or 0) < (cleaned.get("threshold") or 0):
            self.add_error("target", _("It must be at least as much as the number below which you reorder."))
        return cleaned

    def save(self, commit: bool = True) -> Supplier:
        self.instance.min_order_cents = self.cleaned_data["min_order"]
        return super().save(commit)  # type: ignore[no-any-return]


class QuantitiesForm(forms.Form):
    """How many pieces of each proposed part are ordered; empty or zero leaves it out.

    ``seen`` is the number of the newest list that stood on the page, zero for none.
    """

    seen = forms.IntegerField(required=False)

    def __init__(self, *args: Any, lines: Sequence[ProposedLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[f"q{line.part_id}"] = forms.IntegerField(
                label=_("Pieces of %(number)s") % {"number": line.number},
                min_value=0,
                max_value=1_000_000,
                required=False,
                initial=line.quantity,
            )

    def rows(self) -> list[tuple[ProposedLine, Any]]:
        return [(line, self[f"q{line.part_id}"]) for line in self.lines]

    def quantities(self) -> dict[int, int]:
        return {line.part_id: self.cleaned_data[f"q{line.part_id}"] or 0 for line in self.lines}
