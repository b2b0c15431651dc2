from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _
from oscar.apps.dashboard.orders.forms import *  # noqa: F403


class PaymentForm(forms.Form):
    """Money that has arrived, as the bank statement says it."""

    amount = forms.DecimalField(
        label=_("Amount received"), min_value=Decimal("0.01"), max_digits=12, decimal_places=2, localize=True
    )
    reference = forms.CharField(
        label=_("Reference on the statement"),
        max_length=128,
        help_text=_("The same reference is booked only once."),
    )
