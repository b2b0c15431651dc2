from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dealer_import.profiles import BadProfile, Profile
from dealer_import.queries import known_profiles

MAX_UPLOAD = 500 * 1024 * 1024


class UploadForm(forms.Form):
    """A file and the profile that reads it; ``cleaned_data["profile"]`` is the profile itself."""

    profile = forms.ChoiceField(label=_("Import profile"))
    file = forms.FileField(label=_("File"), help_text=_("It is checked first; nothing changes before you apply it."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.profiles: dict[str, Profile] = {}
        try:
            self.profiles = known_profiles()
        except BadProfile as error:
            self.profile_error = str(error)
        self.fields["profile"].choices = [(name, name) for name in self.profiles]
        self.fields["profile"].widget.attrs["class"] = "no-widget-init"

    def clean_profile(self) -> Profile:
        return self.profiles[self.cleaned_data["profile"]]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_UPLOAD:
            raise forms.ValidationError(_("The file is larger than 500 MB. Use the import command for it."))
        return file
