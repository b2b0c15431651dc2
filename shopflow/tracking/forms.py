from django import forms
from django.utils.translation import gettext_lazy as _


class FindOrderForm(forms.Form):
    number = forms.CharField(
        label=_("Order number"),
        max_length=32,
        help_text=_("It is in your order confirmation, for example SF-2026-000123."),
    )
    email = forms.EmailField(
        label=_("E-mail address of the order"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
