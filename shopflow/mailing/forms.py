from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from shopflow.mailing.models import MailSettings


class MailSettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """Who mails come from; the service writes."""

    sender_address = forms.EmailField(
        label=_("Sender address"),
        help_text=_("Use an address of a domain that your mail provider may send for, or mails end up as spam."),
    )

    class Meta:
        model = MailSettings
        fields = ["sender_name", "sender_address", "reply_to"]
