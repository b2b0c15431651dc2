"""Checkout forms: no salutation, no compulsory telephone number, the browser may fill in everything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from oscar.apps.checkout import forms as stock
from oscar.core.loading import get_class, get_model

from shopflow.contracts.payments import PaymentMethod
from shopflow.mailing.forms import AddressField

AbstractAddressForm = get_class("address.forms", "AbstractAddressForm")
Country = get_model("address", "Country")
BillingAddress = get_model("order", "BillingAddress")

ShippingMethodForm = stock.ShippingMethodForm


class GatewayForm(stock.GatewayForm):
    username = AddressField(label=stock.GatewayForm.base_fields["username"].label)


FIELDS = ["first_name", "last_name", "line2", "line1", "postcode", "line4", "country"]
LABELS = {
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "line1": _("Street and number"),
    "line2": _("Company or address addition (optional)"),
    "line4": _("City"),
    "postcode": _("Postcode"),
    "country": _("Country"),
    "phone_number": _("Telephone for questions about the delivery (optional)"),
    "notes": _("Note for the delivery (optional)"),
}
AUTOCOMPLETE = {
    "first_name": "given-name",
    "last_name": "family-name",
    "line1": "street-address",
    "line2": "organization",
    "line4": "address-level2",
    "postcode": "postal-code",
    "country": "country",
    "phone_number": "tel",
}


def _prepare(form: forms.Form, section: str) -> None:
    for name, bound in form.fields.items():
        if name in LABELS:
            bound.label = LABELS[name]
            bound.help_text = ""
        if name in AUTOCOMPLETE:
            bound.widget.attrs["autocomplete"] = f"{section} {AUTOCOMPLETE[name]}"


class ShippingAddressForm(stock.ShippingAddressForm):
    class Meta(stock.ShippingAddressForm.Meta):
        fields = [*FIELDS, "phone_number", "notes"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _prepare(self, "shipping")
        self.fields["notes"].widget.attrs["rows"] = 2


class BillingAddressForm(AbstractAddressForm):
    """An invoice address of its own; any country, because nobody may be turned away for where they live."""

    class Meta:
        model = BillingAddress
        fields = FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].queryset = Country.objects.all()
        self.fields["country"].empty_label = None
        _prepare(self, "billing")


class PaymentMethodForm(forms.Form):
    """The choice between the methods that are open to this purchase."""

    method = forms.ChoiceField(
        label=_("How would you like to pay?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose how you would like to pay.")},
    )

    def __init__(self, *args: Any, methods: Sequence[PaymentMethod], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["method"].choices = [(m.code, m.label) for m in methods]
