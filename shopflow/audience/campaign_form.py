from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from shopflow.audience.models import Campaign

CLOSES_AT = time(20)
"""Campaigns end at eight in the evening: the last mails leave a day and three hours before, outside quiet hours."""


def _date() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CampaignForm(forms.ModelForm):  # type: ignore[type-arg]
    """A campaign; the product by its article number, the end by its day."""

    article = forms.CharField(label=_("Article number"), required=False, max_length=64)
    ends_on = forms.DateField(label=_("Ends on, at 8 p.m."), widget=_date())

    class Meta:
        model = Campaign
        fields = ("label", "code", "text", "answers", "bonus", "percent", "segment", "opens_on")
        widgets = {
            "text": forms.Textarea(attrs={"rows": 3}),
            "answers": forms.Textarea(attrs={"rows": 5}),
            "bonus": forms.Textarea(attrs={"rows": 2}),
            "opens_on": _date(),
        }

    field_order = (
        "label", "code", "text", "answers", "bonus", "article", "percent", "segment", "opens_on", "ends_on"
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        campaign = self.instance
        if campaign.pk:
            self.initial["ends_on"] = timezone.localtime(campaign.ends_at).date()
            self.initial["article"] = getattr(campaign.product, "upc", "") or ""

    def clean_percent(self) -> int:
        value = int(self.cleaned_data["percent"])
        if not 1 <= value <= 50:
            raise forms.ValidationError(_("Please enter a share from 1 to 50 percent."))
        return value

    def clean_article(self) -> Any:
        number = self.cleaned_data["article"].strip()
        if not number:
            return None
        products = get_model("catalogue", "Product").objects
        found = products.filter(Q(upc=number) | Q(stockrecords__partner_sku=number)).first()
        if found is None:
            raise forms.ValidationError(_("There is no product with this article number."))
        return found

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("ends_on"):
            self.instance.ends_at = timezone.make_aware(datetime.combine(found["ends_on"], CLOSES_AT))
        self.instance.product = found.get("article")
        return found
