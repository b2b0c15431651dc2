from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shopflow.automations.models import Flow, Run


class RunFilter(forms.Form):
    """Which runs to list. ``before`` is where the last page ended."""

    flow = forms.ChoiceField(label=_("Automation"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("all")), *Run.State.choices])
    email = forms.CharField(label=_("E-mail address"), required=False, max_length=254)
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        flows = Flow.objects.order_by("name").values_list("code", "name")
        self.fields["flow"].choices = [("", _("all")), *flows]  # type: ignore[attr-defined]


class WhyForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        error_messages={"invalid": _("Enter a whole address, such as name@example.org.")},
    )


class RetryForm(forms.Form):
    """Which parked deliveries to try again."""

    delivery = forms.TypedMultipleChoiceField(
        coerce=int, error_messages={"required": _("Tick at least one event to try again.")}
    )

    def __init__(self, *args: Any, parked: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["delivery"].choices = [(key, str(key)) for key in parked]  # type: ignore[attr-defined]
