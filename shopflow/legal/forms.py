from __future__ import annotations

import secrets
import time
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from shopflow.core import clock
from shopflow.legal.exceptions import ExpiredForm
from shopflow.legal.models import WithdrawalDeclaration, WithdrawalHandling
from shopflow.legal.services.withdrawal import Declared
from shopflow.mailing.forms import AddressField

SALT = "shopflow.legal.withdraw-step"
LIFETIME = 24 * 3600
TOO_FAST = 3
"""Seconds in which no person fills in the form; such a declaration is marked and kept."""


class WithdrawalForm(forms.Form):
    """Step 1: what the law lets us ask (name, contract, address for the receipt), and one optional line."""

    name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    contract = forms.CharField(
        label=_("Which contract?"),
        max_length=500,
        help_text=_("For example the order number from our e-mail, or what you ordered and when."),
    )
    email = AddressField(
        label=_("E-mail address for the confirmation of receipt"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    scope = forms.CharField(
        label=_("Only some of the goods? Which?"),
        help_text=_("Leave this empty to withdraw from the whole contract."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    website = forms.CharField(required=False, label=_("Please leave this field empty"))
    started = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["started"].initial = f"{time.time():.0f}"
        self.fields["website"].widget.attrs.update({"tabindex": "-1", "autocomplete": "off"})

    def suspicion(self) -> str:
        """Why a machine may have filled this in; empty if nothing says so."""
        if self.cleaned_data.get("website"):
            return "honeypot"
        try:
            started = float(self.cleaned_data.get("started") or 0)
        except ValueError:
            return "forged start"
        return "too fast" if time.time() - started < TOO_FAST else ""

    def sealed(self) -> str:
        """The declaration for step 2, signed, so that nothing is stored before it is confirmed."""
        words = {name: self.cleaned_data[name] for name in ("name", "contract", "email", "scope")}
        content = {**words, "suspicion": self.suspicion(), "key": secrets.token_urlsafe(24)}
        return signing.dumps(content, salt=SALT, compress=True)


def unseal(sealed: str) -> Declared:
    """What :meth:`WithdrawalForm.sealed` signed. Raises ExpiredForm for an old seal, BadSignature for a forged one."""
    try:
        content = signing.loads(sealed, salt=SALT, max_age=LIFETIME)
    except signing.SignatureExpired as error:
        raise ExpiredForm from error
    return Declared(submission_key=content.pop("key"), **content)


def unseal_expired(sealed: str) -> dict[str, str]:
    """The entries of an old seal, to fill in step 1 again; empty for a forged one."""
    try:
        content = signing.loads(sealed, salt=SALT)
    except signing.BadSignature:
        return {}
    return {name: content[name] for name in ("name", "contract", "email", "scope")}


class RecordedWithdrawalForm(forms.Form):
    """A declaration that came by letter, mail or phone, entered by staff."""

    channel = forms.ChoiceField(
        label=_("Received by"),
        choices=[choice for choice in WithdrawalDeclaration.Channel.choices if choice[0] != "web"],
    )
    received_at = forms.DateTimeField(
        label=_("Received at"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    contract = forms.CharField(label=_("Contract"), max_length=500)
    email = AddressField(label=_("E-mail address for the confirmation of receipt"))
    scope = forms.CharField(
        label=_("Only these goods"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean_received_at(self) -> Any:
        received = self.cleaned_data["received_at"]
        if received > clock.now():
            raise forms.ValidationError(_("This moment lies in the future. Enter when the declaration arrived."))
        return received


class HandlingForm(forms.Form):
    state = forms.ChoiceField(label=_("State"), choices=WithdrawalHandling.State.choices)
    order_number = forms.CharField(label=_("Order number"), max_length=128, required=False)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def clean_order_number(self) -> str:
        number: str = self.cleaned_data["order_number"].strip()
        self.order = get_model("order", "Order").objects.filter(number=number).first() if number else None
        if number and self.order is None:
            raise forms.ValidationError(_("There is no order with this number. Check the number in the order list."))
        return number
