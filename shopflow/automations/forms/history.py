"""Settings of questions about what somebody has had to do with automations."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from shopflow.automations.forms.settings import StatusesForm
from shopflow.automations.models import Flow


def _flows() -> list[tuple[str, str]]:
    return list(Flow.objects.order_by("name").values_list("code", "name"))


class FlowForm(forms.Form):
    """One automation."""

    flow = forms.ChoiceField(label=_("Automation"), choices=_flows)


class FlowDaysForm(FlowForm):
    """One automation, and how far back."""

    days = forms.IntegerField(
        label=_("Within the last days"), required=False, min_value=1, max_value=3650, help_text=_("Empty: ever.")
    )


class MovesForm(StatusesForm):
    """Statuses of an order, and how long ago at most it came into one of them."""

    minutes = forms.IntegerField(label=_("Within the last minutes"), min_value=1, max_value=1440)
