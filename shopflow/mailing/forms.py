from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shopflow.mailing.addresses import normalise_email
from shopflow.mailing.composing import one_line
from shopflow.mailing.models import MailSettings
from shopflow.mailing.texts.shipped import Words


class AddressField(forms.EmailField):
    """An address that our tables hold in every spelling: Django takes 320 characters, PostgreSQL's columns 254."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 254, **kwargs})

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if typed:
            self.run_validators(normalise_email(typed))
        return typed


class AddressForm(forms.Form):
    """Whom visitors want a mail to go to: the account's address, else a typed one. Robots fill in what people do not
    see.
    """

    email = AddressField()
    website = forms.CharField(required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account_email = user.email if user.is_authenticated else ""
        if self.account_email:
            self.fields["email"].required = False

    @property
    def address(self) -> str:
        """The address as all rooms compare it; somebody signed in gets the mail at their own."""
        return normalise_email(str(self.account_email or self.cleaned_data["email"]))


class MailSettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """Who mails come from; the service writes."""

    sender_address = forms.EmailField(
        label=_("Sender address"),
        help_text=_("Use an address of a domain that your mail provider may send for, or mails end up as spam."),
    )

    class Meta:
        model = MailSettings
        fields = ["sender_name", "sender_address", "reply_to"]


class MailTextForm(forms.Form):
    """The words of a mail."""

    subject = forms.CharField(label=_("Subject"), max_length=255)
    preheader = forms.CharField(
        label=_("Preview line"),
        max_length=255,
        required=False,
        help_text=_("What mailboxes show beside the subject. May stay empty."),
    )
    body = forms.CharField(
        label=_("Text"),
        widget=forms.Textarea(attrs={"rows": 22, "spellcheck": "true"}),
        help_text=_(
            'Simple HTML: <p>, <h1>, <ul>, <a class="btn">. Values stand in braces: {{ order.number }}. '
            "Greeting, imprint and the link to unsubscribe come by themselves."
        ),
    )

    typing_error = forms.BooleanField(
        label=_("Only typing errors corrected"),
        required=False,
        help_text=_(
            "Goes to automations that are under way as well. Otherwise they keep the text of their published version "
            "until you publish them anew."
        ),
    )

    def is_correction(self) -> bool:
        """Whether staff say that nothing else was changed."""
        return bool(self.cleaned_data["typing_error"])

    def words(self) -> Words:
        """What was entered, also where it is not valid."""
        given = {name: str(self.data.get(name, "")) for name in ("subject", "preheader", "body")}
        body = given["body"].replace("\r\n", "\n").strip()
        return Words(one_line(given["subject"]), one_line(given["preheader"]), f"{body}\n" if body else "")


class SendingLimitsForm(forms.Form):
    """The limits of sending; the service writes."""

    in_all = forms.IntegerField(
        label=_("All e-mails, per minute"),
        min_value=0,
        max_value=60_000,
        help_text=_("What your provider allows. 0 means no limit."),
    )
    each = forms.IntegerField(
        label=_("To each recipient domain, per minute"),
        min_value=0,
        max_value=60_000,
        help_text=_("Large mailbox providers slow down senders that come too fast. 0 means no limit."),
    )
    domains = forms.CharField(
        label=_("Exceptions"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One domain a line with its number, such as: example.org 60"),
    )

    def clean_domains(self) -> list[tuple[str, int]]:
        found = []
        for number, line in enumerate(self.cleaned_data["domains"].splitlines(), 1):
            if not line.strip():
                continue
            match = re.fullmatch(r"\s*([a-z0-9.-]+\.[a-z]{2,})[\s:=]+(\d{1,5})\s*", line, re.IGNORECASE)
            if match is None:
                sentence = _("Line %(number)s: write a domain and a number, such as “example.org 60”.")
                raise forms.ValidationError(sentence, params={"number": number})
            found.append((match[1].lower(), int(match[2])))
        return found


class LiftForm(forms.Form):
    """Why a block is lifted."""

    why = forms.CharField(
        label=_("Why"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept beside your name. Such as: the person has freed the mailbox and called us."),
    )
