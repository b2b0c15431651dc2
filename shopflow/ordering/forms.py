from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class BasketMailForm(forms.Form):
    """Where the basket is to go: the account's address, else a typed one. Robots fill in what people do not see."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    website = forms.CharField(required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account_email = user.email if user.is_authenticated else ""
        if self.account_email:
            self.fields["email"].required = False

    @property
    def address(self) -> str:
        """The address in small letters; somebody signed in gets the mail at their own."""
        return str(self.account_email or self.cleaned_data["email"]).strip().lower()
