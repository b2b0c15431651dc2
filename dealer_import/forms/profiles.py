from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from dealer_import.profiles import BadProfile, Profile
from dealer_import.queries import known_profiles
from shopflow.contracts.types import Label


class ChoosesProfiles:
    """Forms whose selects ``profile_fields`` offer the known profiles; ``profile_error`` says why there are none."""

    profile_fields: Sequence[str] = ("profile",)
    none_chosen: Label = _("Please choose")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        form = cast(forms.Form, self)
        self.profiles: dict[str, Profile] = {}
        try:
            self.profiles = known_profiles()
        except BadProfile as error:
            self.profile_error = str(error)
        for field in self.profile_fields:
            choices = [("", self.none_chosen), *((name, name) for name in self.profiles)]
            cast(forms.ChoiceField, form.fields[field]).choices = choices
        plain_selects(form)


def plain_selects(form: forms.Form) -> None:
    """Keep Oscar's script from dressing up the form's selects: its changes are not seen by ours."""
    for field in form.fields.values():
        if isinstance(field.widget, forms.Select):
            field.widget.attrs["class"] = "no-widget-init"
