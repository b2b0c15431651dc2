"""Forms for the settings of conditions and actions.

They are filled from stored JSON as well as from a page: a list arrives as a list or as words with commas between.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopflow.contracts.expressions import OPERATORS
from shopflow.contracts.mail import MailClass, legal_bases, mail_contexts
from shopflow.contracts.segments import unit_of_name
from shopflow.core.amounts import AmountField
from shopflow.mailing.models import MailKind


class WordsField(forms.Field):
    """A list of words."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        if value in self.empty_values:
            return []
        parts = value if isinstance(value, list) else str(value).split(",")
        return [str(part).strip() for part in parts if str(part).strip()]


class AnyField(forms.Field):
    """A text, a number, yes or no, or a list of these."""

    def to_python(self, value: Any) -> Any:
        return None if value in ("", None) else value


class NoSettings(forms.Form):
    """For what needs no settings."""


class FieldForm(forms.Form):
    """A field of the event compared with a value."""

    field = forms.CharField(label=gettext_lazy("Field"), max_length=64)
    operator = forms.ChoiceField(label=gettext_lazy("Comparison"), required=False)
    value = AnyField(label=gettext_lazy("Value"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["operator"].choices = [(code, one.label) for code, one in OPERATORS.items()]  # type: ignore[attr-defined]
        given = self.data.get(self.add_prefix("value")) if self.is_bound else self.initial.get("value")
        unit = unit_of_name(str(self["field"].value() or ""))
        if unit is not None and not isinstance(given, list):
            self.fields["value"] = AmountField(label=gettext_lazy("Value"), required=False, unit=unit)


class StatusesForm(forms.Form):
    """Statuses of an order."""

    statuses = WordsField(label=gettext_lazy("Statuses"))


class SendingForm(forms.Form):
    """As what something is sent, and what allows it."""

    mail_class = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=[pair for pair in MailKind.choices if pair[0] != MailClass.STAFF]
    )
    purpose = forms.CharField(
        label=gettext_lazy("Purpose"), max_length=32, required=False,
        help_text=gettext_lazy("For advertising: what people have agreed to."),
    )  # fmt: skip
    basis = forms.CharField(
        label=gettext_lazy("Legal basis"), max_length=32, required=False,
        help_text=gettext_lazy("For advertising: what allows it (§ 7 UWG)."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("mail_class") == MailClass.ADVERTISING:
            for name in ("purpose", "basis"):
                if not found.get(name):
                    self.add_error(name, _("Advertising needs a purpose and a legal basis (§ 7 UWG)."))
            if found.get("basis") and found["basis"] not in legal_bases:
                self.add_error("basis", _("Choose one of: %(known)s.") % {"known": ", ".join(legal_bases.codes())})
        return found


class MailForm(SendingForm):
    """What is sent, as what, and with whose words."""

    template = forms.CharField(label=gettext_lazy("Template"), max_length=64)
    contexts = WordsField(label=gettext_lazy("What the mail can tell about"), required=False)
    attach = WordsField(label=gettext_lazy("Files that go along"), required=False)
    language = forms.CharField(label=gettext_lazy("Language"), max_length=8, required=False)
    field_order = ("template", "mail_class", "purpose", "basis")

    def clean_contexts(self) -> list[str]:
        return _known(self.cleaned_data["contexts"])

    def clean_attach(self) -> list[str]:
        return _known(self.cleaned_data["attach"])


class SmsForm(SendingForm):
    """The words of a text message. Three parts of 153 characters are the most that providers join reliably."""

    text = forms.CharField(
        label=gettext_lazy("Text"), max_length=459, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Write {order_number} for a field of the event."),
    )  # fmt: skip
    field_order = ("text", "mail_class", "purpose", "basis")


def _known(codes: list[str]) -> list[str]:
    unknown = [code for code in codes if code not in mail_contexts]
    if unknown:
        raise forms.ValidationError(_("Choose from: %(known)s.") % {"known": ", ".join(mail_contexts.codes())})
    return codes


class NoteForm(forms.Form):
    """A mail to the shop's own people."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=200)
    text = forms.CharField(label=gettext_lazy("Text"), widget=forms.Textarea(attrs={"rows": 5}))
    to = forms.EmailField(label=gettext_lazy("To"), required=False)


class StopForm(forms.Form):
    """Why the run ends here."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)
