"""What a call from outside says."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from shopflow.mailing.addresses import normalise_email
from shopflow.mailing.forms import AddressField


class CallForm(forms.Form):
    """``key`` makes the call repeatable; ``reference`` may be a number or a code, and holds no address of a person."""

    key = forms.RegexField(
        r"^[\x21-\x7e]{8,128}\Z", error_messages={"invalid": _("Take 8 to 128 letters, digits and signs.")}
    )
    name = forms.RegexField(
        r"^[a-z][a-z0-9_]{0,63}\Z",
        error_messages={"invalid": _("Take small letters, digits and underscores, at most 64.")},
    )
    email = AddressField()
    reference = forms.RegexField(
        r"^[A-Za-z0-9._:/-]{1,64}\Z", required=False,
        error_messages={"invalid": _("Take a number or a code: letters, digits and . _ : / -, at most 64.")},
    )  # fmt: skip

    def clean_email(self) -> str:
        return normalise_email(self.cleaned_data["email"])
