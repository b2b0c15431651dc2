from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dealer_import.forms.profiles import ChoosesProfiles
from dealer_import.queries import last_profile, profiles_in_use
from dealer_import.wizard.choosing import best_profile
from shopflow.contracts.imports import FileRefused

MAX_UPLOAD = 500 * 1024 * 1024


class UploadForm(ChoosesProfiles, forms.Form):
    """A file and the profile that reads it; ``cleaned_data["profile"]`` is the profile itself.

    The profile that ``user`` has used last with success is chosen beforehand. Left open, the file itself decides.
    """

    none_chosen = _("what fits the file best")

    profile = forms.ChoiceField(label=_("Import profile"), required=False)
    file = forms.FileField(label=_("File"), help_text=_("It is checked first; nothing changes before you apply it."))

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = last_profile(user)
        if last in self.profiles:
            self.initial["profile"] = last

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_UPLOAD:
            raise forms.ValidationError(_("The file is larger than 500 MB. Use the import command for it."))
        return file

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "file" not in cleaned or "profile" not in cleaned:
            return cleaned
        name = cleaned["profile"] or self._fitting(cleaned["file"])
        if name:
            cleaned["profile"] = self.profiles[name]
        elif "file" not in self.errors:
            told = _("No profile fits this file. Choose one, or make one from the file under Profiles.")
            self.add_error("profile", told)
        return cleaned

    def _fitting(self, file: Any) -> str:
        try:
            in_use = [name for name in profiles_in_use() if name in self.profiles]
            return best_profile(file, {name: self.profiles[name] for name in [*in_use, *self.profiles]})
        except FileRefused as refusal:
            self.add_error("file", refusal.hint)
            return ""
        finally:
            file.seek(0)
