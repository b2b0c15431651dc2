from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dealer_import.forms.profiles import ChoosesProfiles, plain_selects
from dealer_import.forms.uploads import MAX_UPLOAD
from dealer_import.models import ImportOrigin


class ParallelForm(ChoosesProfiles, forms.Form):
    """Two profiles and a delivery; ``cleaned_data`` holds the profiles themselves."""

    profile_fields = ("old", "new")

    old = forms.ChoiceField(label=gettext_lazy("Profile in use"))
    new = forms.ChoiceField(label=gettext_lazy("New profile"))
    file = forms.FileField(label=gettext_lazy("Delivery"))
    new_file = forms.FileField(
        label=gettext_lazy("Delivery of the new system"),
        required=False,
        help_text=gettext_lazy("Only if the new system sends a file of its own."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("old") and cleaned.get("old") == cleaned.get("new"):
            self.add_error("new", _("Choose another profile than the one in use."))
        for name in ("file", "new_file"):
            if cleaned.get(name) and cleaned[name].size > MAX_UPLOAD:
                self.add_error(name, _("The file is larger than 500 MB. Cut a sample of a few thousand rows."))
        for name in ("old", "new"):
            if name in cleaned:
                cleaned[name] = self.profiles[cleaned[name]]
        return cleaned


class SwitchForm(forms.Form):
    """Which origin is to be read by which of two profiles; offered are the origins that the other one reads.

    An origin that was switched a moment ago is no mistake: somebody has pressed twice.
    """

    origin = forms.ModelChoiceField(label=gettext_lazy("Source"), queryset=ImportOrigin.objects.none())
    profile = forms.ChoiceField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, to: str = "", profiles: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, initial={"profile": to}, auto_id=f"{to}_%s", **kwargs)
        self.to = to
        self.fields["profile"].choices = [(name, name) for name in profiles]
        origins = ImportOrigin.objects.filter(profile__in=profiles)
        self.fields["origin"].queryset = origins.exclude(profile=to)
        plain_selects(self)
