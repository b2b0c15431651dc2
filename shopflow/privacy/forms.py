from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class PersonForm(forms.Form):
    """Whom a request is about."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)


class EraseForm(PersonForm):
    """Staff's last question before somebody is forgotten."""

    note = forms.CharField(label=gettext_lazy("How the request came, and how you made sure who asks"), max_length=255)
    sure = forms.BooleanField(label=gettext_lazy("Erase for good. This cannot be undone."))


class PasswordForm(forms.Form):
    """The customer's own proof before the account goes."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("This is not your password."))
        return password
