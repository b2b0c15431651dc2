"""A card provider that charges nothing, for demo shops and tests: the customer chooses how the payment goes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from payments import PaymentStatus, RedirectNeeded
from payments.dummy import DummyProvider
from payments.forms import PaymentForm

LATER = "later"
OUTCOMES = [
    (PaymentStatus.CONFIRMED, _("Payment succeeds")),
    (PaymentStatus.REJECTED, _("Card is declined")),
    (LATER, _("Bank confirms later")),
]


class OutcomeForm(PaymentForm):
    outcome = forms.ChoiceField(
        label=_("No real card is charged here. How shall the payment go?"),
        choices=OUTCOMES,
        widget=forms.RadioSelect,
        initial=PaymentStatus.CONFIRMED,
    )


class DemoProvider(DummyProvider):
    """django-payments' dummy with a form for people. „Later“ waits for a call of the process address."""

    def get_form(self, payment: Any, data: Any = None) -> OutcomeForm:
        if payment.status == PaymentStatus.WAITING:
            payment.change_status(PaymentStatus.INPUT)
        form = OutcomeForm(data=data, hidden_inputs=False, provider=self, payment=payment)
        if not form.is_valid():
            return form
        outcome = form.cleaned_data["outcome"]
        payment.change_status(PaymentStatus.WAITING if outcome == LATER else outcome)
        declined = outcome == PaymentStatus.REJECTED
        raise RedirectNeeded(payment.get_failure_url() if declined else payment.get_success_url())
