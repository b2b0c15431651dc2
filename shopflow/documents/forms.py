from __future__ import annotations

from django import forms

from shopflow.documents.models import DocumentSettings


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = DocumentSettings
        fields = ["invoice_prefix", "issue_when", "closing_text", "footer"]
        widgets = {"closing_text": forms.Textarea({"rows": 4}), "footer": forms.Textarea({"rows": 3})}
