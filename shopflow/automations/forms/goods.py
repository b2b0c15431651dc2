"""Settings of questions about the goods and the order that an event names."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shopflow.audience.order_fields import category_choices, country_choices
from shopflow.automations.forms.settings import WordsField
from shopflow.contracts.payments import payment_methods
from shopflow.contracts.segments import AmountUnit
from shopflow.core.amounts import AmountField


class StockForm(forms.Form):
    """Whether one of the goods is enough."""

    which = forms.ChoiceField(label=_("Which"), choices=[("any", _("at least one of them")), ("all", _("all of them"))])


class PriceForm(forms.Form):
    """A range of prices; one end may be open."""

    at_least = AmountField(label=_("From (including VAT)"), required=False, unit=AmountUnit.WHOLE, lowest=Decimal(0))
    at_most = AmountField(label=_("To (including VAT)"), required=False, unit=AmountUnit.WHOLE, lowest=Decimal(0))

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        low, high = found.get("at_least"), found.get("at_most")
        if low is None and high is None and not self.errors:
            raise forms.ValidationError(_now("Enter a price, from or to."))
        if low is not None and high is not None and low > high:
            self.add_error("at_most", _now("Enter a price that is not below the first one."))
        return found


class CategoryForm(forms.Form):
    """One category."""

    category = forms.ChoiceField(label=_("Category"), choices=category_choices)


class ArticleForm(forms.Form):
    """Article numbers."""

    numbers = WordsField(label=_("Article numbers"), help_text=_("With commas between them."))


class BrandForm(forms.Form):
    """One brand by its name."""

    brand = forms.CharField(label=_("Brand"), max_length=100)


class CountryForm(forms.Form):
    """Countries by their two letters."""

    countries = forms.MultipleChoiceField(label=_("Countries"), choices=country_choices)


class PaymentForm(forms.Form):
    """Payment methods by their codes."""

    methods = forms.MultipleChoiceField(
        label=_("Payment methods"), choices=lambda: payment_methods.choices(), widget=forms.CheckboxSelectMultiple
    )
