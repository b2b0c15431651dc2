"""What staff enter about contacts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shopflow.audience.forms import AnnualDayField
from shopflow.audience.models import (
    AttributeDefinition,
    AudienceSettings,
    Contact,
    ScoreRule,
    ScoreThreshold,
    Segment,
    ShareLink,
    Stage,
    Tag,
)
from shopflow.audience.purposes import purposes
from shopflow.audience.subscribers import SCORED
from shopflow.contracts.events import events
from shopflow.mailing.addresses import is_valid, normalise_email

LANGUAGES = [("de", _("German")), ("en", _("English"))]


def staff_accounts() -> Any:
    """Accounts of the people who may look after contacts."""
    return get_user_model().objects.filter(is_staff=True, is_active=True).order_by("email")


class FilterForm(forms.Form):
    """Which contacts the list shows."""

    q = forms.CharField(label=_("E-mail, name or company begins with"), required=False, max_length=254)
    kind = forms.ChoiceField(
        label=_("Kind of customer"), required=False, choices=[("", _("All")), *Contact.Kind.choices[1:]]
    )
    stage = forms.ModelChoiceField(
        label=_("Stage"), required=False, queryset=Stage.objects.all(), to_field_name="code", empty_label=_("All")
    )
    tag = forms.ModelChoiceField(
        label=_("Tag"), required=False, queryset=Tag.objects.all(), to_field_name="code", empty_label=_("All")
    )
    segment = forms.ModelChoiceField(
        label=_("Segment"), required=False, queryset=Segment.objects.all(), to_field_name="code", empty_label=_("All")
    )
    owner = forms.ModelChoiceField(
        label=_("Looked after by"), required=False, queryset=get_user_model().objects.none(), empty_label=_("All")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = staff_accounts()  # type: ignore[attr-defined]


class NewContactForm(forms.Form):
    """A contact whom staff have met."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)
    name = forms.CharField(label=_("Name"), required=False, max_length=120)
    company = forms.CharField(label=_("Company"), required=False, max_length=120)
    kind = forms.ChoiceField(label=_("Kind of customer"), required=False, choices=Contact.Kind.choices)

    def clean_email(self) -> str:
        email = normalise_email(self.cleaned_data["email"])
        if not is_valid(email):
            raise forms.ValidationError(_("Please check the e-mail address."))
        if Contact.objects.filter(email=email).exists():
            raise forms.ValidationError(_("There is a contact with this address already."))
        return email


class ContactForm(forms.Form):
    """The contact's own data and where it stands."""

    name = forms.CharField(label=_("Name"), required=False, max_length=120)
    company = forms.CharField(label=_("Company"), required=False, max_length=120)
    kind = forms.ChoiceField(label=_("Kind of customer"), required=False, choices=Contact.Kind.choices)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    time_zone = forms.CharField(
        label=_("Time zone"),
        required=False,
        max_length=64,
        help_text=_("Such as Europe/Lisbon. Empty: that of the country of delivery, else the shop's."),
    )
    stage = forms.ModelChoiceField(label=_("Stage"), required=False, queryset=Stage.objects.all())
    owner = forms.ModelChoiceField(label=_("Looked after by"), required=False, queryset=get_user_model().objects.none())

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {name: getattr(contact, name) for name in self.base_fields})
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = staff_accounts()  # type: ignore[attr-defined]

    def clean_time_zone(self) -> str:
        name = self.cleaned_data["time_zone"]
        if name and name not in available_timezones():
            raise forms.ValidationError(_("Please enter a time zone such as Europe/Berlin."))
        return str(name)


class AttributesForm(forms.Form):
    """One field for each attribute that staff have defined."""

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "attribute")
        super().__init__(*args, **kwargs)
        stored = {row.definition_id: row.value for row in contact.attribute_values.all()}
        self.definitions = list(AttributeDefinition.objects.all())
        for definition in self.definitions:
            field = _field(definition)
            field.initial = stored.get(definition.pk)
            if definition.purpose in purposes:
                needed = _now("Only with consent: %(purpose)s") % {"purpose": purposes.get(definition.purpose).label}
                field.help_text = needed
            self.fields[definition.code] = field

    def values(self) -> Iterator[tuple[AttributeDefinition, Any]]:
        """Each definition with what was entered."""
        for definition in self.definitions:
            yield definition, self.cleaned_data[definition.code]


def _field(definition: AttributeDefinition) -> forms.Field:
    shared: dict[str, Any] = {"label": definition.label, "required": False}
    kind = definition.kind
    if kind == AttributeDefinition.Kind.NUMBER:
        return forms.DecimalField(**shared, max_digits=18, decimal_places=4)
    if kind == AttributeDefinition.Kind.DATE:
        return forms.DateField(**shared, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    if kind == AttributeDefinition.Kind.ANNUAL:
        return AnnualDayField(**shared)
    if kind == AttributeDefinition.Kind.BOOLEAN:
        return forms.NullBooleanField(**shared)
    if kind == AttributeDefinition.Kind.CHOICE:
        return forms.ChoiceField(**shared, choices=[("", "–"), *((word, word) for word in definition.choices)])
    return forms.CharField(**shared, max_length=500)


class TagGivenForm(forms.Form):
    """A tag for this contact; a new name makes a new tag."""

    tag = forms.CharField(label=_("Tag"), max_length=80, widget=forms.TextInput(attrs={"list": "all-tags"}))
    days = forms.IntegerField(label=_("Holds for days"), required=False, min_value=1, max_value=3650)


class PointsGivenForm(forms.Form):
    """Points by hand, with the reason."""

    points = forms.IntegerField(label=_("Points"), min_value=-1000, max_value=1000)
    reason = forms.CharField(label=_("Reason"), max_length=200)


class TagRowForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Tag
        fields = ("label", "code")


class StageRowForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Stage
        fields = ("label", "code", "position", "outcome")


class AttributeRowForm(forms.ModelForm):  # type: ignore[type-arg]
    """``choices`` are entered one a line. The kind of an attribute stays once it has values."""

    words = forms.CharField(label=_("Choices, one a line"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    purpose = forms.ChoiceField(label=_("Only with consent to"), required=False)

    class Meta:
        model = AttributeDefinition
        fields = ("label", "code", "kind", "purpose", "position")

    field_order = ("label", "code", "kind", "words", "purpose", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = [("", "–"), *purposes.choices()]  # type: ignore[attr-defined]
        self.fields["words"].initial = "\n".join(self.instance.choices)
        if self.instance.pk and self.instance.values.exists():
            self.fields["kind"].disabled = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        words = [word.strip() for word in data.get("words", "").splitlines() if word.strip()]
        if data.get("kind") == AttributeDefinition.Kind.CHOICE and not words:
            self.add_error("words", _("Please enter at least one choice."))
        self.instance.choices = list(dict.fromkeys(words)) if data.get("kind") == "choice" else []
        return data


class ScoreRuleRowForm(forms.ModelForm):  # type: ignore[type-arg]
    event = forms.ChoiceField(label=_("Event"))

    class Meta:
        model = ScoreRule
        fields = ("label", "event", "field", "value", "points", "most", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(event.code, event.label) for event in events if event.code in SCORED]
        self.fields["event"].choices = known  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("points") == 0:
            self.add_error("points", _("Please enter points other than 0."))
        field, event = data.get("field", ""), data.get("event", "")
        if bool(field) != bool(data.get("value")):
            self.add_error("value", _("Please enter both a field and its value, or neither."))
        elif field and event in events and field not in events.get(event).provides():
            known = ", ".join(sorted(events.get(event).provides()))
            self.add_error("field", _now("This event has no such field. It has: %(known)s.") % {"known": known})
        return data


class ThresholdRowForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = ScoreThreshold
        fields = ("label", "points")


HIGHEST_VOUCHER = 50
"""Percent; the database takes no more."""


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = AudienceSettings
        fields = (
            "score_half_life_days",
            "existing_customer_mail",
            "existing_customer_months",
            "similar_categories",
            "voucher_percent",
        )
        widgets = {"similar_categories": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("score_half_life_days", "existing_customer_months"):
            self.fields[name].min_value = 1  # type: ignore[attr-defined]
            self.fields[name].widget.attrs["min"] = 1
        self.fields["voucher_percent"].widget.attrs |= {"min": 0, "max": HIGHEST_VOUCHER}
        self.fields["voucher_percent"].max_value = HIGHEST_VOUCHER  # type: ignore[attr-defined]
        chosen = self.fields["similar_categories"]
        chosen.queryset = chosen.queryset.filter(depth__lte=2).order_by("path")  # type: ignore[attr-defined]

    def clean_score_half_life_days(self) -> int:
        return self._positive("score_half_life_days")

    def clean_voucher_percent(self) -> int:
        value = int(self.cleaned_data["voucher_percent"])
        if value > HIGHEST_VOUCHER:
            raise forms.ValidationError(_("Please enter at most %(most)s.") % {"most": HIGHEST_VOUCHER})
        return value

    def clean_existing_customer_months(self) -> int:
        return self._positive("existing_customer_months")

    def _positive(self, name: str) -> int:
        value = int(self.cleaned_data[name])
        if value < 1:
            raise forms.ValidationError(_("Please enter at least 1."))
        return value


class ShareLinkForm(forms.Form):
    label = forms.CharField(label=_("Post or occasion"), max_length=120)
    channel = forms.ChoiceField(
        label=_("Channel"), choices=[c for c in ShareLink.Channel.choices if c[0] != ShareLink.Channel.REFERRAL]
    )
    target = forms.CharField(
        label=_("Leads to"),
        max_length=300,
        initial="/",
        help_text=_("An address of this shop that begins with a slash, such as /catalogue/."),
    )
    campaign = forms.SlugField(label=_("Campaign"), max_length=60, required=False)

    def clean_target(self) -> str:
        target = str(self.cleaned_data["target"])
        if not target.startswith("/") or target.startswith(("//", "/\\")):
            raise forms.ValidationError(
                _("Please enter an address of this shop that begins with a slash, such as /catalogue/.")
            )
        return target
