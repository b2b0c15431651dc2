from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from shopflow.delivery.models import DigitalGood, FirstStep, Lesson, LicencePool
from shopflow.tax.models import TaxClass


class ProductForm(forms.Form):
    """What a creator enters to sell something new."""

    title = forms.CharField(label=_("Title"), max_length=255)
    description = forms.CharField(label=_("Description"), widget=forms.Textarea(attrs={"rows": 5}))
    net_price = forms.DecimalField(
        label=_("Price without VAT in euros"), min_value=Decimal(0), max_digits=10, decimal_places=2
    )
    tax_class = forms.ChoiceField(label=_("VAT"), choices=TaxClass.choices, initial=TaxClass.STANDARD)
    category = forms.ModelChoiceField(label=_("Category"), queryset=None)  # type: ignore[var-annotated]
    cover = forms.ImageField(label=_("Cover picture"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = get_model("catalogue", "Category").objects.order_by("path")  # type: ignore[attr-defined]


class GoodForm(forms.ModelForm[DigitalGood]):
    class Meta:
        model = DigitalGood
        fields = [
            "kind",
            "contract_kind",
            "contents",
            "requirements",
            "licence_terms",
            "max_downloads",
            "access_days",
        ]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("contents", "requirements", "licence_terms")}
        help_texts = {
            "max_downloads": _("Leave this empty for as many as the buyer likes."),
            "access_days": _("Leave this empty for access without end."),
        }


class EditionForm(forms.Form):
    label = forms.CharField(
        label=_("What it is"), max_length=80, help_text=_("Such as “E-Book (PDF)”. The same words make a new edition.")
    )
    version = forms.CharField(label=_("Version"), max_length=40, required=False)
    changes = forms.CharField(
        label=_("What is new"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Buyers read this in the mail about the new edition."),
    )
    file = forms.FileField(label=_("File"), allow_empty_file=True)


class LessonForm(forms.ModelForm[Lesson]):
    class Meta:
        model = Lesson
        fields = ["position", "title", "html", "file"]
        widgets = {"html": forms.Textarea(attrs={"rows": 8})}

    def __init__(self, *args: Any, good: DigitalGood, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "id_lesson_%s")  # the form for files has a field “file”, too
        super().__init__(*args, **kwargs)
        self.fields["file"].queryset = good.files.order_by("label", "-edition")  # type: ignore[attr-defined]


class FirstStepForm(forms.ModelForm[FirstStep]):
    """One first step; several of these stand on a page, so that each has field ids of its own."""

    class Meta:
        model = FirstStep
        fields = ["day", "title", "text", "link"]
        widgets = {"text": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "day": _("Days after the access was opened; 0 is at once. E-mails go out on days 0, 3, 7 and 14."),
            "text": _("Plain text. What it says about the bought good is fine, an offer is not."),
            "link": _("https://…, or a page of your shop such as /anleitung/."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        step = kwargs.get("instance")
        kwargs.setdefault("auto_id", f"id_step_{step.pk if step else 'new'}_%s")
        super().__init__(*args, **kwargs)


class KeysForm(forms.Form):
    keys = forms.CharField(
        label=_("Licence keys, one a line"), required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    count = forms.IntegerField(
        label=_("Make this many new keys"), min_value=0, max_value=10_000, initial=0, required=False
    )


class PoolForm(forms.ModelForm[LicencePool]):
    class Meta:
        model = LicencePool
        fields = ["prefix", "is_generated"]


class GrantForm(forms.Form):
    """What staff may do for a buyer."""

    action = forms.ChoiceField(choices=[("limit", "limit"), ("end", "end"), ("link", "link")])
    reason = forms.CharField(max_length=200, required=False)
