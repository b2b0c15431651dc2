from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from shopflow.payments.models import ApprovedBusiness, BankAccount, normalised_iban


class BankAccountForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = BankAccount
        fields = ["holder", "iban", "bic", "bank_name", "transfer_days"]
        help_texts = {"bank_name": _("Leave empty to have it looked up.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        iban = self.fields["iban"]
        iban.max_length = 60  # type: ignore[attr-defined]
        iban.widget.attrs["maxlength"] = 60
        iban.validators = [v for v in iban.validators if "Length" not in repr(v)]

    def clean_iban(self) -> str:
        return normalised_iban(self.cleaned_data["iban"])


class PaymentForm(forms.Form):
    amount = forms.DecimalField(
        label=_("Amount in €"), min_value=Decimal("0.01"), max_digits=10, decimal_places=2, localize=True
    )
    reference = forms.CharField(
        label=_("Payment reference"),
        max_length=100,
        help_text=_("What tells this payment from others, such as date and number of the bank statement."),
    )


class BusinessForm(forms.ModelForm):  # type: ignore[type-arg]
    email = forms.EmailField(label=_("E-mail of the customer account"))

    class Meta:
        model = ApprovedBusiness
        fields = ["company", "credit_limit", "term_days", "small_seller"]
        localized_fields = ["credit_limit"]

    field_order = ["email", "company", "credit_limit", "term_days", "small_seller"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["email"].initial = self.instance.user.email
            self.fields["email"].disabled = True

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        user = get_user_model().objects.filter(email__iexact=email, is_active=True).first()
        if user is None:
            raise forms.ValidationError(
                _("There is no customer account with this address. The customer registers first.")
            )
        if not self.instance.pk and ApprovedBusiness.objects.filter(user=user, is_active=True).exists():
            raise forms.ValidationError(_("This customer is approved already. Please change the entry in the list."))
        self.user = user
        return email
